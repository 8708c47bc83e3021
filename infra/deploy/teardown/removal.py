"""How each thing of a lab is removed. Every remover may be called again, also for what went meanwhile.

All raise botocore's ClientError where AWS refuses, and StaysError where it says so later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from botocore.exceptions import ClientError

from infra.deploy.account import Account
from infra.deploy.inventory.finders import ENDED
from infra.deploy.teardown.waits import StaysError

ATTEMPTS = 3  # at a bucket in which objects still appear


def remove_image(account: Account, id_: str) -> None:
    """Deregister it; its snapshots are another matter."""
    account.client("ec2").deregister_image(ImageId=id_)


def remove_snapshot(account: Account, id_: str) -> None:
    """Delete it, shared or not."""
    account.client("ec2").delete_snapshot(SnapshotId=id_)


def remove_instance(account: Account, id_: str) -> None:
    """Terminate it with all its volumes, also where somebody has protected it or was to keep a volume."""
    ec2 = account.client("ec2")
    for reservation in ec2.describe_instances(InstanceIds=[id_])["Reservations"]:
        for instance in reservation["Instances"]:
            if instance["State"]["Name"] not in ("shutting-down", ENDED):
                _let_go(ec2, instance)
    ec2.terminate_instances(InstanceIds=[id_])


def remove_volume(account: Account, id_: str) -> None:
    """Delete it."""
    account.client("ec2").delete_volume(VolumeId=id_)


def remove_interface(account: Account, id_: str) -> None:
    """Delete it."""
    account.client("ec2").delete_network_interface(NetworkInterfaceId=id_)


def remove_group(account: Account, id_: str) -> None:
    """Delete it, and before it the rules of other groups that name it."""
    ec2 = account.client("ec2")
    for direction, revoke in (
        ("ip-permission", ec2.revoke_security_group_ingress),
        ("egress.ip-permission", ec2.revoke_security_group_egress),
    ):
        naming = [{"Name": f"{direction}.group-id", "Values": [id_]}]
        for group in ec2.describe_security_groups(Filters=naming)["SecurityGroups"]:
            permissions = group["IpPermissions" if direction == "ip-permission" else "IpPermissionsEgress"]
            revoke(GroupId=group["GroupId"], IpPermissions=list(_naming(permissions, id_)))
    ec2.delete_security_group(GroupId=id_)


def remove_network_acl(account: Account, id_: str) -> None:
    """Delete it; its subnets get the default one of their VPC again."""
    ec2 = account.client("ec2")
    acl = ec2.describe_network_acls(NetworkAclIds=[id_])["NetworkAcls"][0]
    siblings = ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [acl["VpcId"]]}])["NetworkAcls"]
    default = next(sibling["NetworkAclId"] for sibling in siblings if sibling["IsDefault"])
    for association in acl["Associations"]:
        ec2.replace_network_acl_association(AssociationId=association["NetworkAclAssociationId"], NetworkAclId=default)
    ec2.delete_network_acl(NetworkAclId=id_)


def stop_trail(account: Account, id_: str) -> None:
    """Let it write no more into its bucket; it goes with its stack."""
    account.client("cloudtrail").stop_logging(Name=id_)


def remove_bucket(account: Account, id_: str) -> None:
    """Delete it with every version of every object, every delete marker and every upload that was not completed.

    A stack finds nothing wrong with a bucket that is gone. What still writes may be a moment quicker: tried again.
    """
    s3 = account.client("s3")
    for _ in range(ATTEMPTS):
        _empty(account, id_)
        try:
            s3.delete_bucket(Bucket=id_)
        except ClientError as error:
            if error.response["Error"]["Code"] != "BucketNotEmpty":
                raise
        else:
            return
    raise StaysError("objects appear in it as quickly as they are removed")


def unprotect_store(account: Account, id_: str) -> None:
    """Let its stack delete it."""
    cloudtrail = account.client("cloudtrail")
    if cloudtrail.get_event_data_store(EventDataStore=id_)["TerminationProtectionEnabled"]:
        cloudtrail.update_event_data_store(EventDataStore=id_, TerminationProtectionEnabled=False)


def remove_policy(account: Account, id_: str) -> None:
    """Take it from its role: delete what is written in the role, detach what has an ARN."""
    iam = account.client("iam")
    role, _, policy = id_.partition("/")
    if policy.startswith("arn:"):
        iam.detach_role_policy(RoleName=role, PolicyArn=policy)
    else:
        iam.delete_role_policy(RoleName=role, PolicyName=policy)


def remove_stack(account: Account, id_: str) -> None:
    """Ask CloudFormation to delete it."""
    account.client("cloudformation").delete_stack(StackName=id_)


def remove_log_group(account: Account, id_: str) -> None:
    """Delete it with all that it holds."""
    account.client("logs").delete_log_group(logGroupName=id_)


REMOVERS: Final[Mapping[str, Callable[[Account, str], None]]] = {
    "image": remove_image,
    "snapshot": remove_snapshot,
    "instance": remove_instance,
    "volume": remove_volume,
    "network interface": remove_interface,
    "security group": remove_group,
    "network ACL": remove_network_acl,
    "trail": stop_trail,
    "bucket": remove_bucket,
    "event data store": unprotect_store,
    "role policy": remove_policy,
    "stack": remove_stack,
    "log group": remove_log_group,
}


def means_gone(error: ClientError) -> bool:
    """Whether AWS says that there is no such thing any more."""
    code = error.response["Error"]["Code"]
    return "NotFound" in code or code.startswith("NoSuch")


def _let_go(ec2: Any, instance: Mapping[str, Any]) -> None:
    id_ = instance["InstanceId"]
    ec2.modify_instance_attribute(InstanceId=id_, DisableApiTermination={"Value": False})
    kept = [
        device["DeviceName"] for device in instance["BlockDeviceMappings"] if not device["Ebs"]["DeleteOnTermination"]
    ]
    for device in kept:
        goes = {"DeviceName": device, "Ebs": {"DeleteOnTermination": True}}
        ec2.modify_instance_attribute(InstanceId=id_, BlockDeviceMappings=[goes])


def _naming(permissions: Sequence[Mapping[str, Any]], group: str) -> Iterator[Any]:
    """Those permissions that name the group, reduced to it."""
    for permission in permissions:
        pairs = [{"GroupId": pair["GroupId"]} for pair in permission["UserIdGroupPairs"] if pair["GroupId"] == group]
        if pairs:
            ports = {key: permission[key] for key in ("IpProtocol", "FromPort", "ToPort") if key in permission}
            yield {**ports, "UserIdGroupPairs": pairs}


def _empty(account: Account, bucket: str) -> None:
    s3 = account.client("s3")
    for batch in _versions(account, bucket):
        if refused := s3.delete_objects(Bucket=bucket, Delete={"Objects": batch, "Quiet": True}).get("Errors"):
            raise StaysError("{Key}: {Message} ({Code})".format(**refused[0]))
    for page in s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket):
        for upload in page.get("Uploads", []):
            s3.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])


def _versions(account: Account, bucket: str) -> Iterator[list[dict[str, str]]]:
    """All versions and delete markers, a page at a time: a thousand, as many as one DeleteObjects takes."""
    pages = account.client("s3").get_paginator("list_object_versions").paginate(Bucket=bucket)
    for page in pages:
        shown = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        if shown:
            yield [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in shown]
