"""What becomes of a stack that cannot be created."""

from __future__ import annotations

import json
from typing import Any

import pytest

RESOURCES = {
    "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
    "Broken": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": "vpc-0123456789abcdef0"}, "DependsOn": "Vpc"},
}
TEMPLATE = json.dumps({"Resources": RESOURCES})
FAILED = "The following resource(s) failed to create: [Broken]. "


def vpcs(aws: Any) -> int:
    """How many VPCs of the template there are."""
    found = aws.client("ec2").describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.0.0.0/16"]}])
    return len(found["Vpcs"])


@pytest.mark.parametrize(
    ("wish", "told", "left"),
    [
        ({}, ["CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"], 0),
        ({"OnFailure": "ROLLBACK"}, ["CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"], 0),
        ({"OnFailure": "DELETE"}, ["CREATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "DELETE_COMPLETE"], 0),
        ({"OnFailure": "DO_NOTHING"}, ["CREATE_IN_PROGRESS", "CREATE_FAILED"], 1),
        ({"DisableRollback": True}, ["CREATE_IN_PROGRESS", "CREATE_FAILED"], 1),
    ],
)
def test_a_failed_stack_is_treated_as_its_creator_wishes(
    aws: Any, wish: dict[str, Any], told: list[str], left: int
) -> None:
    """Rolled back, deleted, or left as it is, with what was made until then."""
    client = aws.client("cloudformation")
    stack = client.create_stack(StackName="stack", TemplateBody=TEMPLATE, **wish)["StackId"]
    events = client.describe_stack_events(StackName=stack)["StackEvents"]
    own = [event["ResourceStatus"] for event in reversed(events) if event["LogicalResourceId"] == "stack"]
    shown = client.describe_stacks(StackName=stack)["Stacks"][0]
    assert (own, shown["StackStatus"], vpcs(aws)) == (told, told[-1], left)
    assert shown["DisableRollback"] is (left == 1)


def test_what_was_left_can_be_deleted(aws: Any) -> None:
    """A stack that is CREATE_FAILED says why, shows what it has, and deletes it in the end."""
    client = aws.client("cloudformation")
    client.create_stack(StackName="stack", TemplateBody=TEMPLATE, DisableRollback=True)
    assert client.describe_stacks(StackName="stack")["Stacks"][0]["StackStatusReason"] == FAILED
    shown = client.describe_stack_resources(StackName="stack")["StackResources"]
    assert [resource["LogicalResourceId"] for resource in shown] == ["Vpc"]
    client.delete_stack(StackName="stack")
    assert vpcs(aws) == 0


def test_a_deleted_failure_leaves_its_name(aws: Any) -> None:
    """With OnFailure=DELETE the same name can be used at once."""
    client = aws.client("cloudformation")
    client.create_stack(StackName="stack", TemplateBody=TEMPLATE, OnFailure="DELETE")
    assert aws.deploy({"Vpc": RESOURCES["Vpc"]})["StackStatus"] == "CREATE_COMPLETE"


def test_both_wishes_are_refused(aws: Any, refused: Any) -> None:
    """OnFailure and DisableRollback exclude each other."""
    client = aws.client("cloudformation")
    both = {"StackName": "stack", "TemplateBody": TEMPLATE, "OnFailure": "DELETE", "DisableRollback": True}
    assert refused(client.create_stack, **both) == (
        "ValidationError",
        "You can specify either OnFailure or DisableRollback, but not both.",
    )


def test_a_change_set_may_disable_rollback(aws: Any) -> None:
    """What `aws cloudformation deploy --disable-rollback` asks for."""
    client = aws.client("cloudformation")
    client.create_change_set(StackName="stack", ChangeSetName="changes", ChangeSetType="CREATE", TemplateBody=TEMPLATE)
    client.execute_change_set(StackName="stack", ChangeSetName="changes", DisableRollback=True)
    assert client.describe_stacks(StackName="stack")["Stacks"][0]["StackStatus"] == "CREATE_FAILED"


@pytest.mark.parametrize(
    ("wish", "status", "left"),
    [
        ({}, "ROLLBACK_COMPLETE", 0),
        ({"OnStackFailure": "ROLLBACK"}, "ROLLBACK_COMPLETE", 0),
        ({"OnStackFailure": "DELETE"}, "DELETE_COMPLETE", 0),
        ({"OnStackFailure": "DO_NOTHING"}, "CREATE_FAILED", 1),
    ],
)
def test_a_change_set_says_what_becomes_of_its_stack(aws: Any, wish: dict[str, Any], status: str, left: int) -> None:
    """OnStackFailure is shown, and done."""
    client = aws.client("cloudformation")
    changes = {"StackName": "stack", "ChangeSetName": "changes"}
    stack = client.create_change_set(**changes, ChangeSetType="CREATE", TemplateBody=TEMPLATE, **wish)["StackId"]
    assert client.describe_change_set(**changes).get("OnStackFailure") == wish.get("OnStackFailure")
    client.execute_change_set(**changes)
    assert client.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"] == status
    assert vpcs(aws) == left


def test_wishes_that_exclude_each_other_are_refused(aws: Any, refused: Any) -> None:
    """OnStackFailure with DisableRollback, and the deletion of a stack that is there already."""
    client = aws.client("cloudformation")
    changes = {"StackName": "stack", "ChangeSetName": "changes"}
    client.create_change_set(**changes, ChangeSetType="CREATE", TemplateBody=TEMPLATE, OnStackFailure="DO_NOTHING")
    assert refused(client.execute_change_set, **changes, DisableRollback=False) == (
        "ValidationError",
        "You can specify either OnStackFailure or DisableRollback, but not both.",
    )
    aws.deploy({"Vpc": RESOURCES["Vpc"]}, name="other")
    delete = {"ChangeSetType": "UPDATE", "OnStackFailure": "DELETE"}
    assert refused(
        client.create_change_set, StackName="other", ChangeSetName="more", TemplateBody=TEMPLATE, **delete
    ) == ("ValidationError", "OnStackFailure can be DELETE only where ChangeSetType is CREATE.")
