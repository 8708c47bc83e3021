"""Stacks that are updated: what is made, altered, replaced and deleted, and how all of it goes back."""

from __future__ import annotations

import json
from typing import Any

import pytest

CIDR = "10.0.0.0/16"
VPC = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": CIDR}}
SUBNET = {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"}}
# No interface may wear a group that does not exist.
BROKEN = {
    "Type": "AWS::EC2::NetworkInterface",
    "Properties": {"SubnetId": {"Ref": "Subnet"}, "GroupSet": ["sg-0123456789abcdef0"]},
}
OUTPUTS = {"Vpc": {"Value": {"Ref": "Vpc"}}}


def group(port: int, **more: Any) -> dict[str, Any]:
    """A group that lets one port in."""
    rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIp": "10.0.0.0/8"}
    properties = {"GroupDescription": "g", "VpcId": {"Ref": "Vpc"}, "SecurityGroupIngress": [rule]}
    return {"Type": "AWS::EC2::SecurityGroup", "Properties": properties | more}


def update(aws: Any, resources: dict[str, Any], **settings: Any) -> list[tuple[str, str]]:
    """Update the stack; what was told of it, in its order."""
    client = aws.client("cloudformation")
    before = len(client.describe_stack_events(StackName="stack")["StackEvents"])
    template = json.dumps({"Resources": resources, "Outputs": OUTPUTS})
    client.update_stack(StackName="stack", TemplateBody=template, **settings)
    events = client.describe_stack_events(StackName="stack")["StackEvents"][::-1][before:]
    return [(event["LogicalResourceId"], event["ResourceStatus"]) for event in events]


def shown(aws: Any) -> dict[str, str]:
    """The physical ids of the stack's resources."""
    found = aws.client("cloudformation").describe_stack_resources(StackName="stack")["StackResources"]
    return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in found}


def status(aws: Any) -> tuple[str, str | None]:
    """The stack's status and its reason."""
    stack = aws.client("cloudformation").describe_stacks(StackName="stack")["Stacks"][0]
    return stack["StackStatus"], stack.get("StackStatusReason")


def ports(aws: Any, group_id: str) -> list[int]:
    """The ports that a group lets in."""
    found = aws.client("ec2").describe_security_groups(GroupIds=[group_id])["SecurityGroups"][0]
    return [rule["FromPort"] for rule in found["IpPermissions"]]


def test_an_update_makes_first_and_deletes_last(aws: Any) -> None:
    """What is new is made, what changes is altered in place, what is gone is deleted when all that is done."""
    aws.deploy({"Vpc": VPC, "Subnet": SUBNET, "Group": group(22)})
    before = shown(aws)
    told = update(aws, {"Vpc": VPC, "Group": group(443), "More": group(80)})
    assert told == [
        ("stack", "UPDATE_IN_PROGRESS"),
        ("Group", "UPDATE_IN_PROGRESS"),
        ("Group", "UPDATE_COMPLETE"),
        ("More", "CREATE_IN_PROGRESS"),
        ("More", "CREATE_IN_PROGRESS"),
        ("More", "CREATE_COMPLETE"),
        ("stack", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("Subnet", "DELETE_IN_PROGRESS"),
        ("Subnet", "DELETE_COMPLETE"),
        ("stack", "UPDATE_COMPLETE"),
    ]
    after = shown(aws)
    assert {key: after[key] for key in ("Vpc", "Group")} == {key: before[key] for key in ("Vpc", "Group")}
    assert after.keys() == {"Vpc", "Group", "More"}
    assert ports(aws, after["Group"]) == [443]


def test_what_cannot_be_altered_is_replaced_with_all_that_needs_it(aws: Any) -> None:
    """The new ones are made before the old ones are deleted."""
    aws.deploy({"Vpc": VPC, "Subnet": SUBNET})
    before = shown(aws)
    dedicated = {**VPC, "Properties": {"CidrBlock": CIDR, "InstanceTenancy": "dedicated"}}
    told = update(aws, {"Vpc": dedicated, "Subnet": SUBNET})
    replaced = ["UPDATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"]
    deleted = ["DELETE_IN_PROGRESS", "DELETE_COMPLETE"]
    assert [one for one in told if one[0] != "stack"] == [
        *(("Vpc", state) for state in replaced),
        *(("Subnet", state) for state in replaced),
        *(("Subnet", state) for state in deleted),
        *(("Vpc", state) for state in deleted),
    ]
    assert not set(shown(aws).values()) & set(before.values())
    outputs = aws.client("cloudformation").describe_stacks(StackName="stack")["Stacks"][0]["Outputs"]
    assert [output["OutputValue"] for output in outputs] == [shown(aws)["Vpc"]]


def test_a_failed_update_goes_back(aws: Any) -> None:
    """What was altered or replaced is as before, what was made is deleted, and what was to go has never gone."""
    aws.deploy({"Vpc": VPC, "Subnet": SUBNET, "Group": group(22), "Gone": group(25)}, Outputs=OUTPUTS)
    before = shown(aws)
    changed = {**SUBNET, "Properties": {**SUBNET["Properties"], "CidrBlock": "10.0.9.0/24"}}  # type: ignore[dict-item]
    told = update(aws, {"Vpc": VPC, "Group": group(443), "Subnet": changed, "Broken": BROKEN})
    assert told[told.index(("Broken", "CREATE_FAILED")) :] == [
        ("Broken", "CREATE_FAILED"),
        ("stack", "UPDATE_ROLLBACK_IN_PROGRESS"),
        ("Subnet", "UPDATE_IN_PROGRESS"),
        ("Subnet", "UPDATE_COMPLETE"),
        ("Group", "UPDATE_IN_PROGRESS"),
        ("Group", "UPDATE_COMPLETE"),
        ("stack", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("Subnet", "DELETE_IN_PROGRESS"),
        ("Subnet", "DELETE_COMPLETE"),
        ("stack", "UPDATE_ROLLBACK_COMPLETE"),
    ]
    events = aws.client("cloudformation").describe_stack_events(StackName="stack")["StackEvents"]
    cause = next(e["ResourceStatusReason"] for e in events if e["ResourceStatus"] == "UPDATE_ROLLBACK_IN_PROGRESS")
    assert cause == "The following resource(s) failed to create: [Broken]. "
    assert (status(aws), shown(aws)) == (("UPDATE_ROLLBACK_COMPLETE", None), before)
    assert ports(aws, before["Group"]) == [22]
    subnets = aws.client("ec2").describe_subnets(Filters=[{"Name": "vpc-id", "Values": [before["Vpc"]]}])["Subnets"]
    assert [subnet["CidrBlock"] for subnet in subnets] == ["10.0.0.0/24"]
    assert update(aws, {"Vpc": VPC, "Subnet": SUBNET, "Group": group(80)})[-1] == ("stack", "UPDATE_COMPLETE")
    aws.client("cloudformation").delete_stack(StackName="stack")
    assert aws.client("cloudformation").describe_stacks()["Stacks"] == []


def test_a_resource_that_cannot_be_altered_as_wished_fails(aws: Any) -> None:
    """It is UPDATE_FAILED with its reason, and as before in the end."""
    aws.deploy({"Vpc": VPC, "Group": group(22)})
    told = update(aws, {"Vpc": VPC, "Group": group(443, GroupDescription="another")})
    assert [state for key, state in told if key == "Group"] == [
        "UPDATE_IN_PROGRESS",
        "UPDATE_FAILED",
        "UPDATE_IN_PROGRESS",
        "UPDATE_COMPLETE",
    ]
    assert aws.failures("stack") == {
        "Group": "Local AWS updates the rules of a security group, and does not replace it"
    }
    assert ports(aws, shown(aws)["Group"]) == [22]


def test_without_rollback_it_stays_where_it_came_to(aws: Any) -> None:
    """UPDATE_FAILED, with what was made until then; the next update goes on from there."""
    aws.deploy({"Vpc": VPC})
    told = update(aws, {"Vpc": VPC, "Subnet": SUBNET, "Broken": BROKEN}, DisableRollback=True)
    assert told[-1] == ("stack", "UPDATE_FAILED")
    assert status(aws) == ("UPDATE_FAILED", "The following resource(s) failed to create: [Broken]. ")
    assert shown(aws).keys() == {"Vpc", "Subnet"}
    assert update(aws, {"Vpc": VPC})[-1] == ("stack", "UPDATE_COMPLETE")
    assert shown(aws).keys() == {"Vpc"}


def test_what_cannot_be_deleted_in_the_end_is_left_alone(aws: Any) -> None:
    """The stack is UPDATE_COMPLETE, and knows nothing of it any more."""
    aws.deploy({"Vpc": VPC, "Second": VPC})
    second = shown(aws)["Second"]
    mine = aws.client("ec2").create_security_group(GroupName="mine", Description="mine", VpcId=second)["GroupId"]
    assert update(aws, {"Vpc": VPC})[-3:] == [
        ("Second", "DELETE_IN_PROGRESS"),
        ("Second", "DELETE_FAILED"),
        ("stack", "UPDATE_COMPLETE"),
    ]
    assert shown(aws).keys() == {"Vpc"}
    assert aws.client("ec2").describe_security_groups(GroupIds=[mine])["SecurityGroups"][0]["VpcId"] == second


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ({"Resources": {"Vpc": {"Type": "AWS::No::Such"}}}, "Unrecognized resource types"),
        ({"Resources": {"Vpc": {**SUBNET, "Properties": {}}}}, "Update of resource type is not permitted"),
        ({"Resources": {"Subnet": SUBNET}}, "Unresolved resource dependencies"),
        ({"Resources": {"Vpc": VPC}, "Parameters": {"P": {"Type": "String"}}}, "must have values"),
    ],
)
def test_what_update_stack_refuses_changes_nothing(aws: Any, refused: Any, template: Any, message: str) -> None:
    """The stack has no new event, and the status of before."""
    aws.deploy({"Vpc": VPC})
    client = aws.client("cloudformation")
    before = client.describe_stack_events(StackName="stack")["StackEvents"]
    code, said = refused(client.update_stack, StackName="stack", TemplateBody=json.dumps(template))
    assert (code, message in said) == ("ValidationError", True)
    assert client.describe_stack_events(StackName="stack")["StackEvents"] == before
    assert status(aws) == ("CREATE_COMPLETE", None)
    assert shown(aws).keys() == {"Vpc"}


def test_a_change_set_updates_as_update_stack_does(aws: Any) -> None:
    """What CDK and `aws cloudformation deploy` do ends in the same stack, or the same rollback."""
    aws.deploy({"Vpc": VPC, "Subnet": SUBNET})
    client = aws.client("cloudformation")
    for name, resources, state, execution in (
        ("bad", {"Vpc": VPC, "Subnet": SUBNET, "Broken": BROKEN}, "UPDATE_ROLLBACK_COMPLETE", "EXECUTE_FAILED"),
        ("good", {"Vpc": VPC, "Group": group(22)}, "UPDATE_COMPLETE", "EXECUTE_COMPLETE"),
    ):
        template = json.dumps({"Resources": resources, "Outputs": OUTPUTS})
        client.create_change_set(StackName="stack", ChangeSetName=name, ChangeSetType="UPDATE", TemplateBody=template)
        client.execute_change_set(StackName="stack", ChangeSetName=name)
        change_set = client.describe_change_set(StackName="stack", ChangeSetName=name)
        assert (status(aws)[0], change_set["ExecutionStatus"]) == (state, execution)
    assert shown(aws).keys() == {"Vpc", "Group"}
    outputs = client.describe_stacks(StackName="stack")["Stacks"][0]["Outputs"]
    assert [output["OutputValue"] for output in outputs] == [shown(aws)["Vpc"]]
