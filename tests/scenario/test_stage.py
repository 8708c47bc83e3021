"""The stage, from a stack as DescribeStacks shows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from scenario.stage import Stage, StageIncompleteError, output_key

STAGE = Stage(
    team="blue",
    account_id="111111111111",
    region="eu-west-1",
    vpc_id="vpc-1",
    subnet_id="subnet-1",
    instance_id="i-1",
    volume_id="vol-1",
    interface_id="eni-1",
    security_group_id="sg-1",
    instance_role_arn="arn:aws:iam::111111111111:role/host",
    drop_bucket="drop",
    bystander_bucket="reports",
    bystander_instance_ids=("i-2", "i-3"),
    store_kind="lake",
    store_id="1e5f0000-0000-4000-8000-000000000000",
    learner_role_arn="arn:aws:iam::111111111111:role/learner",
    grader_role_arn="arn:aws:iam::111111111111:role/grader",
    created_at=datetime(2026, 11, 24, 8, tzinfo=UTC),
)
OUTPUTS = {
    "Team": "blue",
    "AccountId": "111111111111",
    "Region": "eu-west-1",
    "VpcId": "vpc-1",
    "SubnetId": "subnet-1",
    "InstanceId": "i-1",
    "VolumeId": "vol-1",
    "InterfaceId": "eni-1",
    "SecurityGroupId": "sg-1",
    "InstanceRoleArn": "arn:aws:iam::111111111111:role/host",
    "DropBucket": "drop",
    "BystanderBucket": "reports",
    "BystanderInstanceIds": "i-2,i-3",
    "StoreKind": "lake",
    "StoreId": "1e5f0000-0000-4000-8000-000000000000",
    "LearnerRoleArn": "arn:aws:iam::111111111111:role/learner",
    "GraderRoleArn": "arn:aws:iam::111111111111:role/grader",
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


def test_a_lab_without_bystanders_has_none() -> None:
    """An empty list of hosts is no host, not one without a name."""
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
