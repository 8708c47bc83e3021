"""Change sets: what they say they will do is what is done."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

VPC = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": {"Ref": "Range"}}}
GROUP = {
    "Type": "AWS::EC2::SecurityGroup",
    "Condition": "Guarded",
    "Properties": {"GroupDescription": {"Ref": "About"}, "VpcId": {"Ref": "Vpc"}},
}
BUCKET = {"Type": "AWS::S3::Bucket"}
PARAMETERS = {
    "Range": {"Type": "String", "Default": "10.0.0.0/16"},
    "About": {"Type": "String", "Default": "first", "NoEcho": True},
    "Guards": {"Type": "String", "Default": "no"},
}
CONDITIONS = {"Guarded": {"Fn::Equals": [{"Ref": "Guards"}, "yes"]}}


def change(aws: Any, kind: str, resources: dict[str, Any], **given: str) -> dict[str, Any]:
    """A new change set of the stack."""
    client = aws.client("cloudformation")
    made = client.create_change_set(
        StackName="stack",
        ChangeSetName="changes",
        ChangeSetType=kind,
        TemplateBody=json.dumps({"Parameters": PARAMETERS, "Conditions": CONDITIONS, "Resources": resources}),
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()],
    )
    return dict(client.describe_change_set(ChangeSetName=made["Id"]))


def said(change_set: dict[str, Any]) -> list[tuple[str, ...]]:
    """What it will do with which resource."""
    changes = [change["ResourceChange"] for change in change_set["Changes"]]
    return sorted((c["Action"], c["LogicalResourceId"], c.get("Replacement", "")) for c in changes)


def test_a_change_set_says_what_it_will_do(aws: Any) -> None:
    """By conditions and by what parameters come to, hidden ones too. A stack in review may have a second one."""
    client = aws.client("cloudformation")
    assert said(change(aws, "CREATE", {"Vpc": VPC, "Group": GROUP}, Guards="yes")) == [
        ("Add", "Group", ""),
        ("Add", "Vpc", ""),
    ]
    first = change(aws, "CREATE", {"Vpc": VPC, "Group": GROUP})
    assert said(first) == [("Add", "Vpc", "")]
    client.execute_change_set(ChangeSetName=first["ChangeSetId"])
    second = change(aws, "UPDATE", {"Vpc": VPC, "Group": GROUP, "Bucket": BUCKET}, Guards="yes")
    assert said(second) == [("Add", "Bucket", ""), ("Add", "Group", "")]
    client.execute_change_set(ChangeSetName=second["ChangeSetId"])
    third = change(aws, "UPDATE", {"Vpc": VPC, "Group": GROUP}, Guards="yes", About="second")
    assert said(third) == [("Modify", "Group", "False"), ("Remove", "Bucket", "")]
    assert [stack["StackName"] for stack in client.describe_stacks()["Stacks"]] == ["stack"]


def test_a_change_set_without_changes_fails(aws: Any) -> None:
    """However the parameters are spelt, and nobody can execute it."""
    client = aws.client("cloudformation")
    client.execute_change_set(ChangeSetName=change(aws, "CREATE", {"Vpc": VPC})["ChangeSetId"])
    same = change(aws, "UPDATE", {"Vpc": VPC}, Range="10.0.0.0/16")
    assert (same["Status"], same["ExecutionStatus"], same["Changes"]) == ("FAILED", "UNAVAILABLE", [])
    assert same["StatusReason"].startswith("The submitted information didn't contain changes.")
    with pytest.raises(ClientError, match=r"cannot be executed in its current status of \[FAILED\]"):
        client.execute_change_set(ChangeSetName=same["ChangeSetId"])
