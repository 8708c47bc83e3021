"""Properties that a resource cannot do without."""

from __future__ import annotations

import json
from typing import Any

import pytest

VPC = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}


def missing(name: str, place: str = "#") -> str:
    return f"Properties validation failed for resource Lacking with message:\n{place}: required key [{name}] not found"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("AWS::EC2::Subnet", "VpcId"),
        ("AWS::EC2::SecurityGroup", "GroupDescription"),
        ("AWS::EC2::VPCGatewayAttachment", "VpcId"),
        ("AWS::IAM::Policy", "PolicyDocument"),
        ("AWS::IAM::Role", "AssumeRolePolicyDocument"),
        ("AWS::Lambda::Function", "Code"),
        ("AWS::S3::BucketPolicy", "PolicyDocument"),
    ],
)
def test_a_missing_property_fails_the_resource(aws: Any, kind: str, name: str) -> None:
    """The resource is CREATE_FAILED, the reason names the property, and the stack is rolled back."""
    stack = aws.deploy({"Vpc": VPC, "Lacking": {"Type": kind, "DependsOn": "Vpc"}})
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert aws.failures("stack") == {"Lacking": missing(name)}


@pytest.mark.parametrize(
    ("kind", "properties", "place", "name"),
    [
        (
            "AWS::EC2::SecurityGroup",
            {"GroupDescription": "g", "VpcId": {"Ref": "Vpc"}, "SecurityGroupIngress": [{"CidrIp": "10.0.0.0/8"}]},
            "#/SecurityGroupIngress/0",
            "IpProtocol",
        ),
        (
            "AWS::EC2::Instance",
            {"ImageId": "ami-1", "BlockDeviceMappings": [{"Ebs": {}}]},
            "#/BlockDeviceMappings/0",
            "DeviceName",
        ),
        ("AWS::EC2::Instance", {"NetworkInterfaces": [{}]}, "#/NetworkInterfaces/0", "DeviceIndex"),
        (
            "AWS::IAM::Role",
            {"AssumeRolePolicyDocument": {}, "Policies": [{"PolicyName": "p"}]},
            "#/Policies/0",
            "PolicyDocument",
        ),
        ("AWS::S3::Bucket", {"BucketEncryption": {}}, "#/BucketEncryption", "ServerSideEncryptionConfiguration"),
        (
            "AWS::CloudTrail::EventDataStore",
            {"AdvancedEventSelectors": [{"FieldSelectors": [{"Equals": ["Data"]}]}]},
            "#/AdvancedEventSelectors/0/FieldSelectors/0",
            "Field",
        ),
    ],
)
def test_what_is_missing_within_a_property_is_told_by_its_place(
    aws: Any, kind: str, properties: dict[str, Any], place: str, name: str
) -> None:
    """One resource is CREATE_FAILED, nothing of it is left, and the stack is rolled back."""
    stack = aws.deploy({"Vpc": VPC, "Lacking": {"Type": kind, "Properties": properties, "DependsOn": "Vpc"}})
    assert aws.failures("stack") == {"Lacking": missing(name, place)}
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"


@pytest.mark.parametrize(
    ("kind", "properties", "why"),
    [
        ("AWS::S3::Bucket", {"BucketName": ["a"]}, "unhashable type: 'list'"),
        ("AWS::EC2::Instance", {"Tags": "text"}, "string indices must be integers, not 'str'"),
        ("AWS::CloudTrail::Trail", {"S3BucketName": {"a": 1}}, "unhashable type: 'Properties'"),
    ],
)
def test_a_property_of_the_wrong_type_fails_the_resource(
    aws: Any, kind: str, properties: dict[str, Any], why: str
) -> None:
    """The resource is CREATE_FAILED and the stack is rolled back."""
    stack = aws.deploy({"Odd": {"Type": kind, "Properties": properties}})
    said = f"Properties validation failed for resource Odd with message: {why}"
    assert (stack["StackStatus"], aws.failures("stack")) == ("ROLLBACK_COMPLETE", {"Odd": said})


@pytest.mark.parametrize("template", ["nope", "[]", '{"Resources": 5}', '{"Resources": {"X": {}}}', "a: [b"])
def test_what_is_no_template_is_refused(aws: Any, refused: Any, template: str) -> None:
    """CreateStack and GetTemplateSummary say so, and no stack is there."""
    client = aws.client("cloudformation")
    said = ("ValidationError", "Template format error: unsupported structure.")
    assert refused(client.create_stack, StackName="odd", TemplateBody=template) == said
    assert refused(client.get_template_summary, TemplateBody=template) == said
    assert client.describe_stacks()["Stacks"] == []


def test_a_property_without_a_value_is_missing(aws: Any) -> None:
    """AWS::NoValue takes a property away."""
    subnet = {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "AWS::NoValue"}, "CidrBlock": "10.0.0.0/24"}}
    aws.deploy({"Lacking": subnet})
    assert aws.failures("stack") == {"Lacking": missing("VpcId")}


def test_an_update_that_lacks_one_fails(aws: Any) -> None:
    """The stack is as before, and the reason is the same."""
    client = aws.client("cloudformation")
    aws.deploy({"Vpc": VPC})
    lacking = {"Type": "AWS::EC2::Subnet", "Properties": {"CidrBlock": "10.0.0.0/24"}}
    client.update_stack(StackName="stack", TemplateBody=json.dumps({"Resources": {"Vpc": VPC, "Lacking": lacking}}))
    assert client.describe_stacks(StackName="stack")["Stacks"][0]["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert aws.failures("stack")["Lacking"] == missing("VpcId")
