"""The stage, from a stack as DescribeStacks shows it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from scenario.stage import Stage, StageIncompleteError, output_key
from tests.scenario.stages import STAGE

OUTPUTS = {
    "Team": "blue",
    "AccountId": "123456789012",
    "Region": "eu-west-1",
    "VpcId": "vpc-1",
    "SubnetId": "subnet-1",
    "InstanceId": "i-0123456789abcdef0",
    "VolumeId": "vol-1",
    "InterfaceId": "eni-1",
    "SecurityGroupId": "sg-1",
    "InstanceRoleArn": "arn:aws:iam::123456789012:role/host",
    "DropBucket": "drop",
    "BystanderBucket": "reports",
    "BystanderInstanceIds": "i-0fedcba9876543210",
    "StoreKind": "lake",
    "StoreId": "1e5f0000-0000-4000-8000-000000000000",
    "LearnerRoleArn": "arn:aws:iam::123456789012:role/learner",
    "GraderRoleArn": "arn:aws:iam::123456789012:role/grader",
}


def stack(outputs: dict[str, str], status: str = "CREATE_COMPLETE") -> dict[str, Any]:
    return {
        "StackName": "lab",
        "StackStatus": status,
        "CreationTime": datetime(2026, 11, 24, 10, tzinfo=timezone(timedelta(hours=2))),
        "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()],
    }


def test_a_stage_is_the_outputs_of_its_stack_and_its_creation_time() -> None:
    """Every field comes from the output of its name, the time is UTC, and other outputs do not matter."""
    assert Stage.from_stack(stack({**OUTPUTS, "Other": "x"})) == STAGE


def test_bystanders_are_a_list_that_may_be_empty() -> None:
    """Ids are separated by commas; an empty output is no host, not one without a name."""
    assert Stage.from_stack(stack({**OUTPUTS, "BystanderInstanceIds": "i-2,i-3"})).bystander_instance_ids == (
        "i-2",
        "i-3",
    )
    assert Stage.from_stack(stack({**OUTPUTS, "BystanderInstanceIds": ""})).bystander_instance_ids == ()


def test_missing_outputs_are_named() -> None:
    """A stack that is no lab, or not yet, is told with what it lacks and its status."""
    some = {key: value for key, value in OUTPUTS.items() if key not in ("VolumeId", "StoreId")}
    told = "stack lab \\(CREATE_IN_PROGRESS\\) has no output StoreId, VolumeId: it is not a deployed lab"
    with pytest.raises(StageIncompleteError, match=told):
        Stage.from_stack(stack(some, "CREATE_IN_PROGRESS"))


def test_a_stack_without_outputs_lacks_all_of_them() -> None:
    """DescribeStacks leaves `Outputs` out while there are none."""
    bare = stack({})
    del bare["Outputs"]
    with pytest.raises(StageIncompleteError, match="AccountId, BystanderBucket, BystanderInstanceIds, DropBucket"):
        Stage.from_stack(bare)


def test_output_keys_are_the_fields_in_camel_case() -> None:
    """How the account template names its outputs."""
    assert [output_key(name) for name in ("team", "vpc_id", "learner_role_arn")] == ["Team", "VpcId", "LearnerRoleArn"]
