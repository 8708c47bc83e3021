"""How each kind of thing of a lab is found. All raise botocore's ClientError."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from infra.deploy.account import Account
from infra.deploy.inventory.known import Known
from infra.deploy.inventory.record import Record, made

DEFAULT = "default"  # EC2 keeps this name for the group that goes with its VPC
ENDED = "terminated"
PENDING_DELETION = "PENDING_DELETION"
_ID = re.compile(r"\b(?:ami|i)-[0-9a-f]+")


def images(account: Account, known: Known) -> Iterator[str]:
    """Of the lab's instances or volumes, and those that learners made."""
    of_lab = {snapshot["SnapshotId"] for snapshot in _own_snapshots(account, known)}
    for image in _all(account, "describe_images", "Images", Owners=["self"]):
        held = {device.get("Ebs", {}).get("SnapshotId") for device in image.get("BlockDeviceMappings", [])}
        if image["ImageId"] in known.traces or held & of_lab:
            yield image["ImageId"]


def snapshots(account: Account, known: Known) -> Iterator[str]:
    """Of the lab's instances or volumes, and those that learners made."""
    yield from (snapshot["SnapshotId"] for snapshot in _own_snapshots(account, known))


def instances(account: Account, known: Known) -> Iterator[str]:
    """In the lab's VPC, whoever started them, until they are terminated."""
    for instance in _instances(account, known):
        if instance["State"]["Name"] != ENDED:
            yield instance["InstanceId"]


def volumes(account: Account, known: Known) -> Iterator[str]:
    """The lab's volumes that outlived their instance: those that the stack, or a snapshot of the lab, still names."""
    of_lab = {*known.ids("Custom::Attachments"), *(one["VolumeId"] for one in _own_snapshots(account, known))}
    for volume in _all(account, "describe_volumes", "Volumes"):
        if volume["VolumeId"] in of_lab and volume["State"] == "available":
            yield volume["VolumeId"]


def interfaces(account: Account, known: Known) -> Iterator[str]:
    """In the lab's VPC, but those that go with an instance or belong to a service."""
    for interface in _in_vpcs(account, known, "describe_network_interfaces", "NetworkInterfaces"):
        attachment = interface.get("Attachment", {})
        if not interface.get("RequesterManaged") and not attachment.get("DeleteOnTermination"):
            yield interface["NetworkInterfaceId"]


def groups(account: Account, known: Known) -> Iterator[str]:
    """In the lab's VPC and not the stack's own, and those that learners made elsewhere."""
    own = known.ids("AWS::EC2::SecurityGroup")
    for group in _all(account, "describe_security_groups", "SecurityGroups"):
        theirs = group.get("VpcId") in known.vpcs or group["GroupId"] in known.traces
        if theirs and group["GroupId"] not in own and group["GroupName"] != DEFAULT:
            yield group["GroupId"]


def network_acls(account: Account, known: Known) -> Iterator[str]:
    """In the lab's VPC, and those that learners made elsewhere; the default one goes with its VPC."""
    for acl in _all(account, "describe_network_acls", "NetworkAcls"):
        if not acl["IsDefault"] and (acl["VpcId"] in known.vpcs or acl["NetworkAclId"] in known.traces):
            yield acl["NetworkAclId"]


def trails(account: Account, known: Known) -> Iterator[str]:
    """The lab's own."""
    shown = account.client("cloudtrail").describe_trails(includeShadowTrails=False)["trailList"]
    yield from _still(known.ids("AWS::CloudTrail::Trail"), (trail["Name"] for trail in shown))


def buckets(account: Account, known: Known) -> Iterator[str]:
    """The lab's own."""
    shown = account.client("s3").list_buckets()["Buckets"]
    yield from _still(known.ids("AWS::S3::Bucket"), (bucket["Name"] for bucket in shown))


def stores(account: Account, known: Known) -> Iterator[str]:
    """The ARNs of the lab's event data stores that events can still come into."""
    yield from (arn for arn, status in store_states(account, known.records).items() if status != PENDING_DELETION)


def policies(account: Account, known: Known) -> Iterator[str]:
    """Of the lab's roles, as role/policy, once a deletion of their stack has failed: it fails for foreign ones."""
    if not any(record.status == "DELETE_FAILED" for record in known.records):
        return
    iam = account.client("iam")
    for role in known.ids("AWS::IAM::Role"):
        try:
            names = iam.list_role_policies(RoleName=role)["PolicyNames"]
            attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        except iam.exceptions.NoSuchEntityException:
            continue
        yield from (f"{role}/{policy}" for policy in [*names, *(one["PolicyArn"] for one in attached)])


def stacks(account: Account, known: Known) -> Iterator[str]:
    """That stand, whatever their status."""
    yield from (record.stack_id for record in known.records if record.stands)


def log_groups(account: Account, known: Known) -> Iterator[str]:
    """Of the lab's functions."""
    client = account.client("logs")
    for own in [f"/aws/lambda/{function}" for function in known.ids("AWS::Lambda::Function")]:
        shown = client.describe_log_groups(logGroupNamePrefix=own)["logGroups"]
        yield from _still([own], (group["logGroupName"] for group in shown))


Finder = Callable[[Account, Known], Iterator[str]]

FINDERS: Final[Mapping[str, Finder]] = {
    "image": images,
    "volume": volumes,
    "snapshot": snapshots,
    "instance": instances,
    "network interface": interfaces,
    "security group": groups,
    "network ACL": network_acls,
    "trail": trails,
    "bucket": buckets,
    "event data store": stores,
    "role policy": policies,
    "stack": stacks,
    "log group": log_groups,
}
"""What there can be, in the order in which it can go: an image before its snapshots, an instance before its groups."""


def store_states(account: Account, stacks: Iterable[Record]) -> Mapping[str, str]:
    """The status of every event data store that these stacks made and that CloudTrail still shows, by ARN."""
    client, states = account.client("cloudtrail"), {}
    for arn in made(stacks, "AWS::CloudTrail::EventDataStore"):
        try:
            states[arn] = str(client.get_event_data_store(EventDataStore=arn)["Status"])
        except client.exceptions.EventDataStoreNotFoundException:
            continue
    return states


def _own_snapshots(account: Account, known: Known) -> Iterator[Mapping[str, Any]]:
    """Those of the lab. EC2 describes a snapshot of an image by the ids of image and instance."""
    attached = [m["Ebs"]["VolumeId"] for one in _instances(account, known) for m in one.get("BlockDeviceMappings", [])]
    of_lab = {*attached, *known.ids("Custom::Attachments"), *known.ids("AWS::EC2::Instance"), *known.traces}
    for snapshot in _all(account, "describe_snapshots", "Snapshots", OwnerIds=["self"]):
        named = {snapshot["SnapshotId"], snapshot["VolumeId"], *_ID.findall(snapshot.get("Description", ""))}
        if named & of_lab:
            yield snapshot


def _instances(account: Account, known: Known) -> Iterator[Mapping[str, Any]]:
    for reservation in _in_vpcs(account, known, "describe_instances", "Reservations"):
        yield from reservation["Instances"]


def _in_vpcs(account: Account, known: Known, operation: str, key: str) -> Iterator[Mapping[str, Any]]:
    """Every element of a describe, in VPCs of the lab. An unknown VPC in a filter is no error, but no VPC is."""
    if known.vpcs:
        yield from _all(account, operation, key, Filters=[{"Name": "vpc-id", "Values": known.vpcs}])


def _all(account: Account, operation: str, key: str, **asked: Any) -> Iterator[Mapping[str, Any]]:
    """Every element of all pages of one of EC2's describes."""
    for page in account.client("ec2").get_paginator(operation).paginate(**asked):
        yield from page[key]


def _still(ours: Iterable[str], shown: Iterable[str]) -> Iterator[str]:
    there = set(shown)
    yield from (name for name in ours if name in there)
