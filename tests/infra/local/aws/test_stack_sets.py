"""Stack sets give every account what it is to have."""

from __future__ import annotations

import json
import re
from typing import Any

TEMPLATE = json.dumps(
    {
        "Parameters": {"Team": {"Type": "String"}, "Size": {"Type": "String"}},
        "Resources": {"Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/24"}}},
        "Outputs": {"Told": {"Value": {"Fn::Join": ["/", [{"Ref": "Team"}, {"Ref": "Size"}]]}}},
    }
)


def given(**values: str) -> list[dict[str, str]]:
    """Parameters as CloudFormation takes them."""
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]


def test_overrides_leave_the_other_parameters(open_one: Any) -> None:
    """Those that are overridden are an account's own, the rest is the stack set's; each stack has AWS's name."""
    administrator, target = open_one(), open_one()
    for account in (administrator, target):
        account.let_stack_sets_in()
    sets = administrator.client("cloudformation")
    sets.create_stack_set(
        StackSetName="labs",
        TemplateBody=TEMPLATE,
        Parameters=given(Team="all", Size="small"),
        PermissionModel="SELF_MANAGED",
    )
    sets.create_stack_instances(
        StackSetName="labs", Accounts=[target.id], Regions=["us-east-1"], ParameterOverrides=given(Team="red")
    )
    sets.create_stack_instances(StackSetName="labs", Accounts=[administrator.id], Regions=["us-east-1"])
    told = {}
    for account in (administrator, target):
        (stack,) = account.client("cloudformation").describe_stacks()["Stacks"]
        assert re.fullmatch(r"StackSet-labs-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", stack["StackName"])
        told[account.id] = stack["Outputs"][0]["OutputValue"]
    assert told == {administrator.id: "all/small", target.id: "red/small"}
    shown = sets.describe_stack_instance(
        StackSetName="labs", StackInstanceAccount=target.id, StackInstanceRegion="us-east-1"
    )["StackInstance"]
    assert shown["ParameterOverrides"] == given(Team="red")
    sets.delete_stack_instances(
        StackSetName="labs", Accounts=[target.id, administrator.id], Regions=["us-east-1"], RetainStacks=False
    )
    assert target.client("cloudformation").describe_stacks()["Stacks"] == []


def test_an_account_that_fails_holds_up_no_other(open_one: Any, refused: Any) -> None:
    """Each has its own reason, and the next operation tries again those that failed; what stands is left alone."""
    administrator, sound, denied, twice = (open_one() for _ in range(4))
    for account in (administrator, sound, twice):
        account.let_stack_sets_in()
    taken = {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": f"taken-{sound.id}"}}}
    sets = administrator.client("cloudformation")
    sets.create_stack_set(StackSetName="labs", TemplateBody=json.dumps({"Resources": taken}))
    asked = {"StackSetName": "labs", "Accounts": [sound.id, denied.id, twice.id], "Regions": ["us-east-1"]}
    first = sets.create_stack_instances(**asked)["OperationId"]
    results = sets.list_stack_set_operation_results(StackSetName="labs", OperationId=first)["Summaries"]
    role = "AWSCloudFormationStackSetExecutionRole"
    trust = "trust relationship to Role 'AWSCloudFormationStackSetAdministrationRole'"
    assert [(result["Status"], result.get("StatusReason", "")) for result in results[:2]] == [
        ("SUCCEEDED", ""),
        ("FAILED", f"Account {denied.id} should have '{role}' role with {trust}."),
    ]
    assert results[2]["StatusReason"].startswith("ResourceLogicalId:Bucket, ResourceType:AWS::S3::Bucket, ")
    shown = sets.list_stack_instances(StackSetName="labs")["Summaries"]
    assert [(one["Account"], one["Status"], one["StackInstanceStatus"]["DetailedStatus"]) for one in shown] == [
        (sound.id, "CURRENT", "SUCCEEDED"),
        (denied.id, "OUTDATED", "FAILED"),
        (twice.id, "OUTDATED", "FAILED"),
    ]
    (stood,) = sound.client("cloudformation").describe_stacks()["Stacks"]
    assert shown[0]["StackId"] == stood["StackId"]
    sound.client("cloudformation").delete_stack(StackName=stood["StackId"])
    second = sets.create_stack_instances(**asked)["OperationId"]
    results = sets.list_stack_set_operation_results(StackSetName="labs", OperationId=second)["Summaries"]
    assert [result["Status"] for result in results] == ["SUCCEEDED", "FAILED", "SUCCEEDED"]
    sets.delete_stack_instances(**asked, RetainStacks=True)
    assert sets.list_stack_instances(StackSetName="labs")["Summaries"] == []
    asked_for = {"StackSetName": "labs", "StackInstanceAccount": sound.id, "StackInstanceRegion": "us-east-1"}
    assert refused(sets.describe_stack_instance, **asked_for)[0] == "StackInstanceNotFoundException"
    assert [s["StackStatus"] for s in twice.client("cloudformation").describe_stacks()["Stacks"]] == ["CREATE_COMPLETE"]
