"""AWS::Athena::WorkGroup makes a workgroup."""

from __future__ import annotations

from typing import Any

RESOURCES = {
    "Group": {
        "Type": "AWS::Athena::WorkGroup",
        "Properties": {
            "Name": "lab",
            "WorkGroupConfiguration": {"ResultConfiguration": {"OutputLocation": "s3://results/"}},
        },
    }
}


def groups(aws: Any) -> list[str]:
    return [group["Name"] for group in aws.client("athena").list_work_groups()["WorkGroups"]]


def test_it_makes_a_workgroup_and_deletes_it(aws: Any) -> None:
    """Ref gives its name, and its configuration is the template's."""
    assert aws.outputs(RESOURCES, {"Name": {"Ref": "Group"}}) == {"Name": "lab"}
    shown = aws.client("athena").get_work_group(WorkGroup="lab")["WorkGroup"]
    assert shown["Configuration"]["ResultConfiguration"] == {"OutputLocation": "s3://results/"}
    aws.client("cloudformation").delete_stack(StackName="stack")
    assert groups(aws) == ["primary"]


def test_a_name_is_there_once(aws: Any) -> None:
    """A second one of the same name fails its stack."""
    aws.deploy(RESOURCES)
    other = aws.deploy(RESOURCES, name="other")
    assert other["StackStatus"] == "ROLLBACK_COMPLETE"
    assert aws.failures(other["StackId"])["Group"].startswith("WorkGroup is already created")
