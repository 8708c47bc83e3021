from __future__ import annotations

import json
from dataclasses import fields

from scenario.stage import Stage, output_key
from tests.infra.account.resources import Resources


def test_outputs_are_what_a_stage_is_built_from(resources: Resources) -> None:
    """One output for each field of the stage but the time, which is the stack's own."""
    wanted = {output_key(field.name) for field in fields(Stage)} - {"CreatedAt"}
    assert set(resources.document["Outputs"]) == wanted


def test_the_template_needs_nothing_beside_itself(resources: Resources) -> None:
    """No asset, no bootstrapped account, no CDK metadata."""
    text = str(resources.document)
    assert not [word for word in ("BootstrapVersion", "CDKMetadata", "cdk-hnb659fds", "aws:cdk:path") if word in text]
    assert "Rules" not in resources.document


def test_no_resource_has_a_name_that_a_second_lab_would_want(resources: Resources) -> None:
    """AWS names everything, or the stack's id does, so that two labs fit into one account, one after another or side by
    side. Whoever deploys may name the grader's role.
    """
    names = {"BucketName", "FunctionName", "GroupName", "InstanceProfileName", "Name", "RoleName", "TrailName"}
    properties = [resource.get("Properties", {}) for resource in resources.all.values()]
    stated = {json.dumps(held[name]) for held in properties for name in names & set(held)}
    (trail,) = resources.of("AWS::CloudTrail::Trail")
    (database,) = resources.of("AWS::Glue::Database")
    own = json.dumps(resources.all[trail]["Properties"]["TrailName"])
    chosen = {"Fn::If": ["HasGraderRoleName", {"Ref": "GraderRoleName"}, {"Ref": "AWS::NoValue"}]}
    assert "AWS::StackId" in own
    assert stated == {own, json.dumps({"Ref": database}), json.dumps(chosen)}
    assert resources.document["Parameters"]["GraderRoleName"]["Default"] == ""
    assert resources.only("AWS::Glue::Database")["DatabaseInput"] == {"Name": {"Ref": trail}}


def test_resource_types_are_few(resources: Resources) -> None:
    """Each of them is one that local AWS has to know."""
    assert sorted({resource["Type"] for resource in resources.all.values()}) == [
        "AWS::Athena::WorkGroup",
        "AWS::CloudTrail::EventDataStore",
        "AWS::CloudTrail::Trail",
        "AWS::EC2::Instance",
        "AWS::EC2::InternetGateway",
        "AWS::EC2::Route",
        "AWS::EC2::RouteTable",
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::Subnet",
        "AWS::EC2::SubnetRouteTableAssociation",
        "AWS::EC2::VPC",
        "AWS::EC2::VPCEndpoint",
        "AWS::EC2::VPCGatewayAttachment",
        "AWS::Glue::Database",
        "AWS::Glue::Table",
        "AWS::IAM::InstanceProfile",
        "AWS::IAM::Policy",
        "AWS::IAM::Role",
        "AWS::Lambda::Function",
        "AWS::S3::Bucket",
        "AWS::S3::BucketPolicy",
        "Custom::Attachments",
    ]


def test_the_seed_reaches_the_compromised_host_only(resources: Resources) -> None:
    """No other resource and no output refers to it."""
    holders = [name for name, resource in resources.all.items() if "'Ref': 'LabSeed'" in str(resource)]
    assert holders == [resources.behind("InstanceId")]
    assert "LabSeed" not in str(resources.document["Outputs"])
