"""CloudFormation's own calls: which, with what, in whose name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
from moto.core.utils import get_service_model

from infra.account.template import template
from infra.local.aws.settings import settings, use
from infra.local.call import Answer, Call
from infra.local.recorder import record_of

TABLE: dict[str, list[dict[str, Any]]] = json.loads(
    files("infra.local.aws").joinpath("stack_calls.json").read_text("utf-8")
)
EVERYTHING = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}]}
Told = list[tuple[Call, Answer]]


@pytest.fixture
def told(open_one: Any) -> Iterator[Told]:
    """The calls that are recorded beside those that clients make."""
    before, heard = settings(), []
    use(replace(before, take=lambda call, answer: heard.append((call, answer))))
    yield heard
    use(before)


def calls(told: Told) -> list[tuple[str, str, dict[str, Any]]]:
    """Service, operation and parameters of each."""
    return [(call.service, call.operation, dict(call.parameters)) for call, _ in told]


def tags(logical_id: str, stack: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """The tag specification of a resource of the stack."""
    own = {"stack-name": "stack", "stack-id": stack["StackId"], "logical-id": logical_id}
    return [{"ResourceType": kind, "Tags": [{"Key": f"aws:cloudformation:{key}", "Value": own[key]} for key in own]}]


@pytest.mark.parametrize("kind", sorted(TABLE))
def test_the_table_speaks_of_real_calls(kind: str) -> None:
    """Each call is an operation of its service, and has these parameters."""
    for spec in TABLE[kind]:
        service, _, operation = spec["call"].partition(":")
        model = get_service_model(service).operation_model(operation)
        shape: Any = model.input_shape
        assert set(spec["parameters"]) <= set(shape.members)
        assert set(spec) <= {"call", "if", "for", "parameters", "answer"}


def test_the_account_template_is_told() -> None:
    """Every resource of the lab's own template has its calls, but the one that is Lambda's to make."""
    kinds = {resource["Type"] for resource in json.loads(template())["Resources"].values()}
    assert kinds - set(TABLE) == {"Custom::Attachments"}


def test_a_group_and_its_rules(aws: Any, told: Told) -> None:
    """The rule that every group begins with goes, the template's come, in one call for each direction."""
    network = aws.network()
    rule = {"IpProtocol": "tcp", "FromPort": "443", "ToPort": 443, "CidrIp": "10.0.0.0/8", "Description": "web"}
    properties = {
        "GroupDescription": "Some",
        "GroupName": "some",
        "VpcId": network.vpc,
        "SecurityGroupIngress": [rule, {"IpProtocol": "-1", "SourceSecurityGroupId": network.group}],
        "SecurityGroupEgress": [rule],
    }
    stack = aws.deploy({"Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": properties}})
    group = next(g for g in aws.client("ec2").describe_security_groups()["SecurityGroups"] if g["GroupName"] == "some")
    said = {"GroupId": group["GroupId"]}
    web = {
        "IpProtocol": "tcp",
        "FromPort": 443,
        "ToPort": 443,
        "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "web"}],
    }
    by_group = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": network.group}]}
    named = {"Description": "Some", "GroupName": "some", "VpcId": network.vpc}
    assert calls(told) == [
        ("ec2", "CreateSecurityGroup", {**named, "TagSpecifications": tags("Group", stack, "security-group")}),
        ("ec2", "AuthorizeSecurityGroupIngress", {**said, "IpPermissions": [web, by_group]}),
        ("ec2", "RevokeSecurityGroupEgress", {**said, "IpPermissions": [EVERYTHING]}),
        ("ec2", "AuthorizeSecurityGroupEgress", {**said, "IpPermissions": [web]}),
    ]


def test_a_role_and_its_policies(aws: Any, told: Told) -> None:
    """Documents go as JSON and come back percent-encoded, one call for each policy."""
    policy = {"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": []}}
    properties = {
        "RoleName": "r",
        "AssumeRolePolicyDocument": TRUST,
        "Policies": [policy, {**policy, "PolicyName": "q"}],
    }
    aws.deploy({"Role": {"Type": "AWS::IAM::Role", "Properties": properties}})
    document = '{"Version":"2012-10-17","Statement":[]}'
    trust = json.dumps(TRUST, separators=(",", ":"))
    assert calls(told) == [
        ("iam", "CreateRole", {"RoleName": "r", "AssumeRolePolicyDocument": trust}),
        ("iam", "PutRolePolicy", {"RoleName": "r", "PolicyName": "p", "PolicyDocument": document}),
        ("iam", "PutRolePolicy", {"RoleName": "r", "PolicyName": "q", "PolicyDocument": document}),
    ]
    role = record_of(*told[0], lambda _account, _instance: None)["responseElements"]["role"]
    assert role["assumeRolePolicyDocument"].startswith("%7B%22Version%22%3A%222012-10-17%22")
    assert (role["roleName"], role["roleId"][:4]) == ("r", "AROA")


def test_the_calls_are_made_on_behalf_of_the_caller(aws: Any, told: Told) -> None:
    """The same person in a session of CloudFormation's own, whose record shows no connection and no secret."""
    properties = {"ImageId": aws.image(), "UserData": "c2VjcmV0", "InstanceType": "t3.micro"}
    aws.deploy({"Host": {"Type": "AWS::EC2::Instance", "Properties": properties}})
    (instance,) = aws.client("ec2").describe_instances()["Reservations"][0]["Instances"]
    ((call, answer),) = told
    record = record_of(call, answer, lambda _account, _instance: None)
    identity = record["userIdentity"]
    assert (identity["type"], identity["userName"]) == ("IAMUser", "organiser")
    assert (identity["invokedBy"], identity["accessKeyId"][:4]) == ("cloudformation.amazonaws.com", "ASIA")
    assert identity["sessionContext"]["attributes"]["creationDate"] == record["eventTime"]
    assert (record["sourceIPAddress"], record["userAgent"]) == ("cloudformation.amazonaws.com",) * 2
    assert "tlsDetails" not in record
    assert record["requestParameters"]["userData"] == "<sensitiveDataRemoved>"
    (item,) = record["responseElements"]["instancesSet"]["items"]
    assert (item["instanceId"], item["instanceState"]) == (instance["InstanceId"], {"code": 0, "name": "pending"})


def test_what_is_not_in_the_table_is_not_told(aws: Any, told: Told) -> None:
    """A resource of any other type is made as before."""
    stack = aws.deploy({"Topic": {"Type": "AWS::SNS::Topic", "Properties": {}}})
    assert (stack["StackStatus"], told) == ("CREATE_COMPLETE", [])
