"""The account template, deployed here as on AWS: built on, investigated from the module's own code, deleted again."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from typing import Any

import pytest

from infra.account.template import template
from infra.local.identity import issue_session
from scenario.access import open_session
from scenario.stage import Stage
from tests.module_cells import CONTAIN, SNAPSHOT, WAIT

SEED = "a-seed-that-nobody-may-see"
USUAL = {"LabSeed": SEED, "Store": "lake"}


def deploy(aws: Any, **given: str) -> dict[str, Any]:
    client = aws.client("cloudformation")
    client.create_stack(
        StackName="lab",
        TemplateBody=template(),
        Capabilities=["CAPABILITY_IAM"],
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in (USUAL | given).items()],
    )
    stack = dict(client.describe_stacks(StackName="lab")["Stacks"][0])
    assert stack["StackStatus"] == "CREATE_COMPLETE", aws.failures("lab")
    return stack


def run_as_learner(aws: Any, stage: Stage, code: str, names: dict[str, Any]) -> None:
    """Run a cell as the learner's notebook does: its boto3 is a session of LearnerRole."""
    session = open_session(
        issue_session(stage.learner_role_arn, "blue"), region=stage.region, endpoint=aws.client("ec2").meta.endpoint_url
    )
    with redirect_stdout(io.StringIO()):
        exec(code, names | {"boto3": session}, names)


@pytest.mark.parametrize(("region", "bystanders"), [("us-east-1", 0), ("eu-west-1", 1), ("ap-southeast-1", 3)])
def test_the_stage_is_what_stands(open_one: Any, lake: Any, region: str, bystanders: int) -> None:
    """The stage of the outputs names the very things that EC2, S3, IAM and the lake hold."""
    aws = open_one(region)
    stage = Stage.from_stack(deploy(aws, TeamId="blue", Bystanders=str(bystanders)))
    instance = aws.instance(stage.instance_id)
    (store,) = lake.stores(aws.id, region)
    assert (stage.team, stage.account_id, stage.region) == ("blue", aws.id, region)
    assert (instance["VpcId"], instance["SubnetId"]) == (stage.vpc_id, stage.subnet_id)
    assert [g["GroupId"] for g in instance["SecurityGroups"]] == [stage.security_group_id]
    assert [i["NetworkInterfaceId"] for i in instance["NetworkInterfaces"]] == [stage.interface_id]
    assert [m["Ebs"]["VolumeId"] for m in instance["BlockDeviceMappings"]] == [stage.volume_id]
    assert instance["PublicIpAddress"].startswith("54.")
    assert len(stage.bystander_instance_ids) == bystanders
    assert all(aws.instance(host)["PublicIpAddress"] for host in stage.bystander_instance_ids)
    buckets = {bucket["Name"] for bucket in aws.client("s3").list_buckets()["Buckets"]}
    assert buckets == {stage.drop_bucket, stage.bystander_bucket}
    assert stage.store_id == store.id
    roles = {role["Arn"] for role in aws.client("iam").list_roles()["Roles"]}
    assert {stage.instance_role_arn, stage.learner_role_arn, stage.grader_role_arn} <= roles
    assert stage.created_at.tzinfo is not None


def test_the_other_store_is_athenas(aws: Any, lake: Any) -> None:
    """Trail, database, view and workgroup stand, the workgroup bears the database's name; there is no other store."""
    stage = Stage.from_stack(deploy(aws, Store="athena", Bystanders="0"))
    database, view = stage.store_id.split(".")
    assert (stage.store_kind, view) == ("athena", "events")
    tables = aws.client("glue").get_tables(DatabaseName=database)["TableList"]
    assert {table["Name"]: table["TableType"] for table in tables} == {
        "files": "EXTERNAL_TABLE",
        "events": "VIRTUAL_VIEW",
    }
    (trail,) = aws.client("cloudtrail").describe_trails()["trailList"]
    group = aws.client("athena").get_work_group(WorkGroup=database)["WorkGroup"]
    assert (trail["Name"], group["Name"]) == (database, database)
    assert lake.stores(aws.id, "us-east-1") == []


def test_it_goes_as_it_came_with_athenas_store_too(aws: Any) -> None:
    """Nothing was delivered or asked: no bucket holds anything."""
    deploy(aws, Store="athena", Bystanders="0")
    aws.client("cloudformation").delete_stack(StackName="lab")
    assert aws.client("cloudformation").describe_stacks()["Stacks"] == [], aws.failures("lab")
    assert aws.client("glue").get_databases()["DatabaseList"] == []
    assert aws.client("cloudtrail").describe_trails()["trailList"] == []
    assert [group["Name"] for group in aws.client("athena").list_work_groups()["WorkGroups"]] == ["primary"]
    assert aws.client("s3").list_buckets()["Buckets"] == []


def test_the_modules_code_contains_the_instance(aws: Any, refused: Any) -> None:
    """The module's literal cells, run by the learner's role: snapshot, isolation, termination with the interface."""
    stage, names = Stage.from_stack(deploy(aws, Bystanders="0")), dict[str, Any]()
    run_as_learner(aws, stage, SNAPSHOT % stage.instance_id, names)
    run_as_learner(aws, stage, CONTAIN.replace(WAIT, ""), names)
    ec2 = aws.client("ec2")
    (snapshot,) = ec2.describe_snapshots()["Snapshots"]
    assert (snapshot["VolumeId"], snapshot["State"], snapshot["Encrypted"]) == (stage.volume_id, "completed", True)
    (group,) = ec2.describe_security_groups(GroupIds=[names["restricted_sg"].id])["SecurityGroups"]
    assert (group["IpPermissions"], group["IpPermissionsEgress"]) == ([], [])
    assert refused(aws.interface, interface_id=stage.interface_id)[0] == "InvalidNetworkInterfaceID.NotFound"
    assert aws.instance(stage.instance_id)["State"]["Name"] == "terminated"


def test_the_seed_is_in_no_answer(aws: Any) -> None:
    """What CloudFormation and the discovery calls show never holds the lab's seed."""
    stack, client, ec2 = deploy(aws), aws.client("cloudformation"), aws.client("ec2")
    answers = [
        stack,
        client.describe_stack_events(StackName="lab"),
        client.describe_stack_resources(StackName="lab"),
        client.get_template(StackName="lab"),
        client.get_template_summary(StackName="lab"),
        ec2.describe_instances(),
        ec2.describe_tags(),
        aws.client("lambda").list_functions(),
    ]
    assert SEED not in json.dumps(answers, default=str)


def test_it_goes_as_it_came(aws: Any, lake: Any) -> None:
    """After deletion nothing is left but the store that is pending deletion."""
    deploy(aws, Bystanders="3")
    aws.client("cloudformation").delete_stack(StackName="lab")
    assert aws.client("cloudformation").describe_stacks()["Stacks"] == [], aws.failures("lab")
    ec2 = aws.client("ec2")
    states = {i["State"]["Name"] for r in ec2.describe_instances()["Reservations"] for i in r["Instances"]}
    assert states == {"terminated"}
    assert [vpc["IsDefault"] for vpc in ec2.describe_vpcs()["Vpcs"]] == [True]
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []
    assert ec2.describe_volumes()["Volumes"] == []
    assert ec2.describe_addresses()["Addresses"] == []
    assert aws.client("s3").list_buckets()["Buckets"] == []
    assert aws.client("iam").list_roles()["Roles"] == []
    assert aws.client("lambda").list_functions()["Functions"] == []
    assert [store.status for store in lake.stores(aws.id, "us-east-1")] == ["PENDING_DELETION"]


def test_the_learners_group_holds_the_stack_back(aws: Any) -> None:
    """As the module's clean-up says: the group that a learner made keeps the VPC, until it is deleted."""
    stage, client = Stage.from_stack(deploy(aws, Bystanders="0")), aws.client("cloudformation")
    aws.client("ec2").create_security_group(
        GroupName="Restricted_Group", Description="Restricts_access", VpcId=stage.vpc_id
    )
    client.delete_stack(StackName="lab")
    assert client.describe_stacks(StackName="lab")["Stacks"][0]["StackStatus"] == "DELETE_FAILED"
    assert [name for name in aws.failures("lab") if name != "lab"] == [
        e["LogicalResourceId"]
        for e in client.describe_stack_resources(StackName="lab")["StackResources"]
        if e["ResourceType"] == "AWS::EC2::VPC"
    ]
