"""All that there is in an account, and a lab that lives its whole life in one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import boto3
import jmespath  # type: ignore[import-untyped]

from grader.report import Report
from grader.submissions import SubmissionLog
from infra.deploy.surroundings import Surroundings
from infra.local.metadata import first_credentials_of
from scenario.access import client_of
from scenario.responders.reference import ReferenceLearner
from scenario.stage import Stage
from scenario.story import bystander_story, draw, team_seed
from scenario.traffic import play
from tests.infra.deploy.conftest import Spare

# Service, operation, its parameters, and where the ids are in the answer.
LISTS: Final[Sequence[tuple[str, str, Mapping[str, Any], str]]] = (
    ("athena", "list_work_groups", {}, "WorkGroups[].Name"),
    ("cloudformation", "describe_stacks", {}, "Stacks[].StackName"),
    ("cloudtrail", "describe_trails", {}, "trailList[].Name"),
    ("ec2", "describe_addresses", {}, "Addresses[].AllocationId"),
    ("ec2", "describe_images", {"Owners": ["self"]}, "Images[].ImageId"),
    ("ec2", "describe_instances", {}, "Reservations[].Instances[] | [?State.Name != 'terminated'].InstanceId"),
    ("ec2", "describe_internet_gateways", {}, "InternetGateways[].InternetGatewayId"),
    ("ec2", "describe_network_acls", {}, "NetworkAcls[].NetworkAclId"),
    ("ec2", "describe_network_interfaces", {}, "NetworkInterfaces[].NetworkInterfaceId"),
    ("ec2", "describe_route_tables", {}, "RouteTables[].RouteTableId"),
    ("ec2", "describe_security_groups", {}, "SecurityGroups[].GroupId"),
    ("ec2", "describe_snapshots", {"OwnerIds": ["self"]}, "Snapshots[].SnapshotId"),
    ("ec2", "describe_subnets", {}, "Subnets[].SubnetId"),
    ("ec2", "describe_volumes", {}, "Volumes[].VolumeId"),
    ("ec2", "describe_vpc_endpoints", {}, "VpcEndpoints[?State != 'deleted'].VpcEndpointId"),
    ("ec2", "describe_vpcs", {}, "Vpcs[].VpcId"),
    ("glue", "get_databases", {}, "DatabaseList[].Name"),
    ("iam", "list_instance_profiles", {}, "InstanceProfiles[].InstanceProfileName"),
    ("iam", "list_policies", {"Scope": "Local"}, "Policies[].PolicyName"),
    ("iam", "list_roles", {}, "Roles[].RoleName"),
    ("lambda", "list_functions", {}, "Functions[].FunctionName"),
    ("logs", "describe_log_groups", {}, "logGroups[].logGroupName"),
    ("s3", "list_buckets", {}, "Buckets[].Name"),
)


def everything(session: boto3.Session) -> dict[str, list[str]]:
    """The ids of all that can be listed in the session's account, by operation."""
    return {
        f"{service}:{operation}": sorted(
            jmespath.search(path, getattr(client_of(session, service), operation)(**asked)) or []
        )
        for service, operation, asked, path in LISTS
    }


def play_stories(spare: Spare) -> None:
    """Let every host of the account's lab do what it does."""
    lab = spare.folder.load()
    stage, secret = lab.teams[0].stage, team_seed(lab.seed, spare.id)
    bystanders = [bystander_story(secret, stage.region, n) for n, _ in enumerate(stage.bystander_instance_ids, 1)]
    hosts = (stage.instance_id, *stage.bystander_instance_ids)
    for host, story in zip(hosts, [draw(secret, stage.region), *bystanders], strict=True):
        keys = first_credentials_of(spare.id, stage.region, host, deliver=spare.cloud.late.take)
        played = play(story, stage, keys.session(region=stage.region, endpoint=spare.cloud.endpoint))
        assert played.surprises == ()


def solve(spare: Spare) -> None:
    """Do as the reference learner does, and hand it in."""
    access = spare.folder.load().teams[0].access
    learner = ReferenceLearner(access.session(), store_id=access.store_id, store_kind=access.store_kind)
    sheet = learner.respond()
    with SubmissionLog.open(spare.folder.submissions) as log:
        Surroundings(state=str(spare.folder.path)).desk().submit(json.dumps(sheet).encode(), log)


def grade(spare: Spare) -> Report:
    """The report of the account's lab."""
    with SubmissionLog.open(spare.folder.submissions) as log:
        return Surroundings(state=str(spare.folder.path)).desk().report(log)


def leave_traces(session: boto3.Session, stage: Stage) -> None:
    """Leave behind, as a learner, one of everything that a learner can make, wherever it can be."""
    ec2 = client_of(session, "ec2")
    (snapshot,) = ec2.describe_snapshots(Filters=[{"Name": "volume-id", "Values": [stage.volume_id]}])["Snapshots"]
    ec2.copy_snapshot(SourceSnapshotId=snapshot["SnapshotId"], SourceRegion=stage.region)
    bystander = stage.bystander_instance_ids[0]
    ec2.create_image(InstanceId=bystander, Name="evidence")
    ec2.create_snapshots(InstanceSpecification={"InstanceId": bystander})
    ec2.create_security_group(GroupName="elsewhere", Description="in the default VPC")
    groups = [
        ec2.create_security_group(GroupName=name, Description=name, VpcId=stage.vpc_id)["GroupId"]
        for name in ("one", "other")
    ]
    for group, named in (groups, groups[::-1]):
        pairs = [{"GroupId": named}]
        ec2.authorize_security_group_ingress(
            GroupId=group,
            IpPermissions=[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "UserIdGroupPairs": pairs}],
        )
    acl = ec2.create_network_acl(VpcId=stage.vpc_id)["NetworkAcl"]["NetworkAclId"]
    on_subnet = [{"Name": "association.subnet-id", "Values": [stage.subnet_id]}]
    (before,) = ec2.describe_network_acls(Filters=on_subnet)["NetworkAcls"]
    (association,) = [one for one in before["Associations"] if one["SubnetId"] == stage.subnet_id]
    ec2.replace_network_acl_association(AssociationId=association["NetworkAclAssociationId"], NetworkAclId=acl)
    device = ec2.describe_instances(InstanceIds=[bystander])["Reservations"][0]["Instances"][0]["RootDeviceName"]
    kept = [{"DeviceName": device, "Ebs": {"DeleteOnTermination": False}}]
    ec2.modify_instance_attribute(InstanceId=bystander, BlockDeviceMappings=kept)
    ec2.modify_instance_attribute(InstanceId=bystander, DisableApiTermination={"Value": True})
