"""What happens to a stack's resources: events, tags, order, conditions."""

from __future__ import annotations

from typing import Any

VPC = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
SUBNET = {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"}}


def told(aws: Any, stack: str) -> list[tuple[str, str, str | None]]:
    events = aws.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
    return [(e["LogicalResourceId"], e["ResourceStatus"], e.get("ResourceStatusReason")) for e in reversed(events)]


def test_every_resource_tells_its_story(aws: Any) -> None:
    """Creation goes in order of need and deletion in reverse, and each step is an event."""
    stack = aws.deploy({"Subnet": SUBNET, "Vpc": VPC})["StackId"]
    created = told(aws, stack)
    aws.client("cloudformation").delete_stack(StackName="stack")
    assert created == [
        ("stack", "CREATE_IN_PROGRESS", "User Initiated"),
        ("Vpc", "CREATE_IN_PROGRESS", None),
        ("Vpc", "CREATE_IN_PROGRESS", "Resource creation Initiated"),
        ("Vpc", "CREATE_COMPLETE", None),
        ("Subnet", "CREATE_IN_PROGRESS", None),
        ("Subnet", "CREATE_IN_PROGRESS", "Resource creation Initiated"),
        ("Subnet", "CREATE_COMPLETE", None),
        ("stack", "CREATE_COMPLETE", None),
    ]
    assert told(aws, stack)[len(created) :] == [
        ("stack", "DELETE_IN_PROGRESS", "User Initiated"),
        ("Subnet", "DELETE_IN_PROGRESS", None),
        ("Subnet", "DELETE_COMPLETE", None),
        ("Vpc", "DELETE_IN_PROGRESS", None),
        ("Vpc", "DELETE_COMPLETE", None),
        ("stack", "DELETE_COMPLETE", None),
    ]


def test_events_name_the_physical_resource(aws: Any) -> None:
    """The last event of a resource carries its id, its type, and a time of today."""
    stack = aws.deploy({"Vpc": VPC})
    (vpc,) = aws.client("ec2").describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.0.0.0/16"]}])["Vpcs"]
    event = aws.client("cloudformation").describe_stack_events(StackName="stack")["StackEvents"][1]
    assert (event["PhysicalResourceId"], event["ResourceType"]) == (vpc["VpcId"], "AWS::EC2::VPC")
    assert event["Timestamp"] >= stack["CreationTime"]
    assert {tag["Key"]: tag["Value"] for tag in vpc["Tags"]} == {
        "aws:cloudformation:stack-name": "stack",
        "aws:cloudformation:stack-id": stack["StackId"],
        "aws:cloudformation:logical-id": "Vpc",
    }


def test_a_false_condition_leaves_no_trace(aws: Any) -> None:
    """A resource whose condition is false is neither made nor shown."""
    aws.deploy(
        {"Vpc": VPC, "Other": {**VPC, "Condition": "No"}},
        Conditions={"No": {"Fn::Equals": [{"Ref": "AWS::Region"}, "nowhere"]}},
    )
    client = aws.client("cloudformation")
    shown = client.describe_stack_resources(StackName="stack")["StackResources"]
    listed = client.list_stack_resources(StackName="stack")["StackResourceSummaries"]
    assert [r["LogicalResourceId"] for r in shown] == [r["LogicalResourceId"] for r in listed] == ["Vpc"]


def test_an_unknown_type_is_refused(aws: Any, refused: Any) -> None:
    """A type that nobody has heard of makes no stack, and no hole in one."""
    assert refused(aws.deploy, resources={"Thing": {"Type": "AWS::Nothing::Thing"}}) == (
        "ValidationError",
        "Template format error: Unrecognized resource types: [AWS::Nothing::Thing]",
    )


def test_retained_resources_stay(aws: Any) -> None:
    """DeletionPolicy Retain keeps the resource, and the stack goes all the same."""
    stack = aws.deploy({"Vpc": {**VPC, "DeletionPolicy": "Retain"}})["StackId"]
    aws.client("cloudformation").delete_stack(StackName="stack")
    assert told(aws, stack)[-2:] == [("Vpc", "DELETE_SKIPPED", None), ("stack", "DELETE_COMPLETE", None)]
    assert aws.client("ec2").describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.0.0.0/16"]}])["Vpcs"]
