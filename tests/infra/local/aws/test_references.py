"""References between resources: resolved in order of need, refused where they lead nowhere."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.aws.references import in_order

GROUP = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "none"}}


def policy(bucket: Any) -> dict[str, Any]:
    return {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": bucket, "PolicyDocument": {"Statement": []}}}


def test_needs_come_first() -> None:
    """Ref, GetAtt, Sub and DependsOn each make a need, whatever the order of the template."""
    template = {
        "Resources": {
            "Last": {"Type": "T", "DependsOn": "BySub", "Properties": {"x": {"Fn::GetAtt": ["ByRef", "Arn"]}}},
            "BySub": {"Type": "T", "Properties": {"x": {"Fn::Sub": ["${First.Arn} ${own} ${!No}", {"own": "x"}]}}},
            "ByRef": {"Type": "T", "Properties": {"x": [{"y": {"Ref": "First"}}]}, "DependsOn": ["BySub"]},
            "First": {"Type": "T", "Properties": {"x": {"Ref": "AWS::Region"}}},
        }
    }
    assert in_order(template, {}) == ["First", "BySub", "ByRef", "Last"]


def test_a_branch_not_taken_needs_nothing() -> None:
    """What stands in the other branch of an Fn::If may be missing; a false condition leaves its resource out."""
    template = {
        "Resources": {
            "Always": {"Type": "T", "Properties": {"x": {"Fn::If": ["No", {"Ref": "Never"}, "nothing"]}}},
            "Never": {"Type": "T", "Condition": "No"},
            "Later": {"Type": "T", "DependsOn": ["Never", "Always"]},
        },
        "Outputs": {"Never": {"Condition": "No", "Value": {"Ref": "Never"}}},
    }
    assert in_order(template, {"No": False}) == ["Always", "Later"]


@pytest.mark.parametrize(
    ("resources", "outputs", "message"),
    [
        (
            {"Policy": policy({"Ref": "Nowhere"})},
            {},
            "Template format error: Unresolved resource dependencies [Nowhere] in the Resources block of the template",
        ),
        (
            {"Bucket": {"Type": "AWS::S3::Bucket", "Condition": "No"}, "Policy": policy({"Ref": "Bucket"})},
            {},
            "Template format error: Unresolved resource dependencies [Bucket] in the Resources block of the template",
        ),
        (
            {"Group": GROUP},
            {"Text": {"Value": {"Fn::Sub": "${Nowhere.Arn}"}}},
            "Template format error: Unresolved resource dependencies [Nowhere] in the Outputs block of the template",
        ),
        (
            {"One": {**GROUP, "DependsOn": "Two"}, "Two": {**GROUP, "DependsOn": ["One"]}},
            {},
            "Circular dependency between resources: [One, Two]",
        ),
    ],
)
def test_create_stack_refuses(
    aws: Any, refused: Any, resources: dict[str, Any], outputs: dict[str, Any], message: str
) -> None:
    """A reference to nothing, to a resource whose condition is false, or in a circle: no stack comes of it."""
    conditions = {"No": {"Fn::Equals": [{"Ref": "AWS::Region"}, "nowhere"]}}
    assert refused(aws.deploy, resources=resources, Outputs=outputs, Conditions=conditions) == (
        "ValidationError",
        message,
    )
    assert aws.client("cloudformation").describe_stacks()["Stacks"] == []
