"""Stacks that fail half-way: rolled back, or kept until they can be deleted."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

VPC = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
# No interface may wear a group that does not exist.
BROKEN = {
    "Type": "AWS::EC2::NetworkInterface",
    "Properties": {"SubnetId": {"Ref": "Subnet"}, "GroupSet": ["sg-0123456789abcdef0"]},
}
SUBNET = {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"}}
ALL = {"Vpc": VPC, "Subnet": SUBNET, "Broken": BROKEN, "After": {**VPC, "DependsOn": "Broken"}}


def vpcs(aws: Any) -> list[str]:
    shown = aws.client("ec2").describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.0.0.0/16"]}])["Vpcs"]
    return [vpc["VpcId"] for vpc in shown]


def test_a_failure_rolls_back(aws: Any) -> None:
    """CreateStack answers; the stack tells the reason, takes back what it made, and shows no outputs."""
    stack = aws.deploy(ALL, Outputs={"Vpc": {"Value": {"Ref": "Vpc"}}, "After": {"Value": {"Ref": "After"}}})
    assert (stack["StackStatus"], stack.get("Outputs", [])) == ("ROLLBACK_COMPLETE", [])
    assert aws.failures("stack") == {
        "Broken": "The security group 'sg-0123456789abcdef0' does not exist (Error Code: InvalidGroup.NotFound)"
    }
    events = aws.client("cloudformation").describe_stack_events(StackName="stack")["StackEvents"]
    told = [(e["LogicalResourceId"], e["ResourceStatus"]) for e in reversed(events)]
    assert told[told.index(("Broken", "CREATE_FAILED")) :] == [
        ("Broken", "CREATE_FAILED"),
        ("stack", "ROLLBACK_IN_PROGRESS"),
        ("Subnet", "DELETE_IN_PROGRESS"),
        ("Subnet", "DELETE_COMPLETE"),
        ("Vpc", "DELETE_IN_PROGRESS"),
        ("Vpc", "DELETE_COMPLETE"),
        ("stack", "ROLLBACK_COMPLETE"),
    ]
    cause = next(e for e in events if e["ResourceStatus"] == "ROLLBACK_IN_PROGRESS")["ResourceStatusReason"]
    assert cause == "The following resource(s) failed to create: [Broken]. Rollback requested by user."
    assert vpcs(aws) == []


def test_a_rolled_back_stack_can_be_deleted_and_made_again(aws: Any) -> None:
    """Its name is taken until it is deleted."""
    aws.deploy(ALL)
    aws.client("cloudformation").delete_stack(StackName="stack")
    assert aws.deploy({"Vpc": VPC})["StackStatus"] == "CREATE_COMPLETE"


def test_a_stack_is_listed_by_its_name(aws: Any) -> None:
    """ListStacks tells names and states, of deleted stacks too."""
    client, stack = aws.client("cloudformation"), aws.deploy(ALL)
    (listed,) = client.list_stacks()["StackSummaries"]
    assert (listed["StackId"], listed["StackName"], listed["StackStatus"]) == (
        stack["StackId"],
        "stack",
        "ROLLBACK_COMPLETE",
    )
    client.delete_stack(StackName="stack")
    deleted = client.list_stacks(StackStatusFilter=["DELETE_COMPLETE"])["StackSummaries"]
    assert [(s["StackName"], s["StackStatus"]) for s in deleted] == [("stack", "DELETE_COMPLETE")]


def test_a_failed_deletion_keeps_the_stack(aws: Any) -> None:
    """A group of the learner's own holds the VPC back; without it the second try succeeds."""
    ec2, client, stack = aws.client("ec2"), aws.client("cloudformation"), aws.deploy({"Vpc": VPC})
    (vpc,) = vpcs(aws)
    group = ec2.create_security_group(GroupName="mine", Description="mine", VpcId=vpc)["GroupId"]
    client.delete_stack(StackName="stack")
    kept = client.describe_stacks(StackName="stack")["Stacks"][0]
    assert (kept["StackStatus"], kept["StackStatusReason"]) == (
        "DELETE_FAILED",
        "The following resource(s) failed to delete: [Vpc]. ",
    )
    assert aws.failures("stack") == {
        "Vpc": f"The vpc '{vpc}' has dependencies and cannot be deleted. (Error Code: DependencyViolation)",
        "stack": "The following resource(s) failed to delete: [Vpc]. ",
    }
    ec2.delete_security_group(GroupId=group)
    client.delete_stack(StackName="stack")
    assert client.describe_stacks(StackName=stack["StackId"])["Stacks"][0]["StackStatus"] == "DELETE_COMPLETE"
    assert vpcs(aws) == []


def test_deleting_what_is_not_there_is_no_error(aws: Any) -> None:
    """DeleteStack of an unknown name succeeds."""
    aws.client("cloudformation").delete_stack(StackName="nothing")


def test_a_protected_stack_is_not_deleted(aws: Any, refused: Any) -> None:
    """Termination protection refuses DeleteStack."""
    client = aws.client("cloudformation")
    client.create_stack(
        StackName="stack", TemplateBody=json.dumps({"Resources": {"Vpc": VPC}}), EnableTerminationProtection=True
    )
    assert refused(client.delete_stack, StackName="stack") == (
        "ValidationError",
        "Stack [stack] cannot be deleted while TerminationProtection is enabled",
    )


def test_resources_have_their_own_status_and_time(aws: Any) -> None:
    """DescribeStackResources shows each resource's last event, not a moment of the year 2010."""
    stack = aws.deploy({"Vpc": VPC})
    client = aws.client("cloudformation")
    (shown,) = client.describe_stack_resources(StackName="stack")["StackResources"]
    detail = client.describe_stack_resource(StackName="stack", LogicalResourceId="Vpc")["StackResourceDetail"]
    assert shown["ResourceStatus"] == detail["ResourceStatus"] == "CREATE_COMPLETE"
    assert shown["Timestamp"] == detail["LastUpdatedTimestamp"] >= stack["CreationTime"]


def test_a_change_set_creates_as_create_stack_does(aws: Any) -> None:
    """What CDK and `aws cloudformation deploy` do ends in the same stack, or the same rollback."""
    client = aws.client("cloudformation")
    for name, resources, status in (("good", {"Vpc": VPC}, "CREATE_COMPLETE"), ("bad", ALL, "ROLLBACK_COMPLETE")):
        client.create_change_set(
            StackName=name,
            ChangeSetName=f"{name}-changes",
            ChangeSetType="CREATE",
            TemplateBody=json.dumps({"Resources": resources, "Outputs": {"Vpc": {"Value": {"Ref": "Vpc"}}}}),
        )
        client.execute_change_set(StackName=name, ChangeSetName=f"{name}-changes")
        stack = client.describe_stacks(StackName=name)["Stacks"][0]
        assert (stack["StackStatus"], len(stack.get("Outputs", []))) == (status, int(name == "good"))
    assert len(vpcs(aws)) == 1


def test_exports_are_there_once_the_stack_stands(aws: Any) -> None:
    """An exported value is the resource's, and goes with the stack."""
    client = aws.client("cloudformation")
    aws.deploy({"Vpc": VPC}, Outputs={"Vpc": {"Value": {"Ref": "Vpc"}, "Export": {"Name": "the-vpc"}}})
    assert [(e["Name"], e["Value"]) for e in client.list_exports()["Exports"]] == [("the-vpc", vpcs(aws)[0])]
    client.delete_stack(StackName="stack")
    assert client.list_exports()["Exports"] == []


def test_yaml_is_read_too(aws: Any) -> None:
    """A YAML template makes the same stack as its JSON."""
    client = aws.client("cloudformation")
    client.create_stack(
        StackName="stack",
        TemplateBody="Resources:\n  Vpc:\n    Type: AWS::EC2::VPC\n    Properties: {CidrBlock: 10.0.0.0/16}\n"
        "Outputs:\n  Vpc:\n    Value: !Ref Vpc\n",
    )
    outputs = client.describe_stacks(StackName="stack")["Stacks"][0]["Outputs"]
    assert [output["OutputValue"] for output in outputs] == vpcs(aws)


def test_many_stacks_at_once(open_one: Any) -> None:
    """Eight accounts create and delete at the same time, and every stack is whole."""
    accounts = [open_one() for _ in range(8)]
    for account in accounts:
        account.client("cloudformation")

    def come_and_go(account: Any) -> tuple[str, int]:
        status = account.deploy({"Vpc": VPC, "Subnet": SUBNET})["StackStatus"]
        account.client("cloudformation").delete_stack(StackName="stack")
        return status, len(account.client("cloudformation").describe_stacks()["Stacks"])

    with ThreadPoolExecutor(max_workers=8) as pool:
        assert list(pool.map(come_and_go, accounts)) == [("CREATE_COMPLETE", 0)] * 8
