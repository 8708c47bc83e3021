"""How each thing of a lab is removed. Every remover may be called again, also for what went meanwhile.

All raise botocore's ClientError where AWS refuses, and StaysError where it says so later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from botocore.exceptions import ClientError

from infra.deploy.account import Account
from infra.deploy.inventory import ENDED
from infra.deploy.progress import Say, seldom
from infra.deploy.record import GONE
from scenario.query.waiting import TimeTaken

PATIENCE = 1800.0  # seconds, for instances and for the stack
ATTEMPTS = 3  # at a bucket in which objects still appear


class StaysError(RuntimeError):
    """Something could not be removed. The message is the reason."""


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
    for attempt in range(1, ATTEMPTS + 1):
        for batch in _versions(account, id_):
            refused = s3.delete_objects(Bucket=id_, Delete={"Objects": batch, "Quiet": True}).get("Errors")
            if refused:
                raise StaysError(f"{refused[0].get('Key')}: {refused[0].get('Message')} ({refused[0].get('Code')})")
        for page in s3.get_paginator("list_multipart_uploads").paginate(Bucket=id_):
            for upload in page.get("Uploads", []):
                s3.abort_multipart_upload(Bucket=id_, Key=upload["Key"], UploadId=upload["UploadId"])
        try:
            s3.delete_bucket(Bucket=id_)
        except ClientError as error:
            if error.response["Error"]["Code"] != "BucketNotEmpty" or attempt == ATTEMPTS:
                raise
        else:
            return


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


def instances_ended(account: Account, ids: Sequence[str], say: Say) -> None:
    """Wait until these are terminated: only then do their interfaces and volumes go."""
    asked = [{"Name": "instance-id", "Values": list(ids)}]

    def ended() -> bool:
        shown = account.client("ec2").describe_instances(Filters=asked)["Reservations"]
        return all(one["State"]["Name"] == ENDED for reservation in shown for one in reservation["Instances"])

    _until(ended, f"waiting for the end of {', '.join(ids)}", say)


def stacks_ended(account: Account, ids: Sequence[str], say: Say) -> None:
    """Wait until these are deleted. Raises StaysError with the first reason where one could not be."""
    for id_ in ids:
        _until(lambda id_=id_: status(account, id_) != "DELETE_IN_PROGRESS", f"{id_} is being deleted", say)  # type: ignore[misc]
        if status(account, id_) != GONE:
            raise StaysError(_reason(account, id_))


def stacks_at_rest(account: Account, ids: Sequence[str], say: Say) -> None:
    """Wait until CloudFormation does nothing to these that it would not give up for a deletion."""
    for id_ in ids:
        _until(lambda id_=id_: not _busy(status(account, id_)), f"{id_} is being changed", say)  # type: ignore[misc]


def status(account: Account, stack_id: str) -> str:
    """What DescribeStacks says."""
    return str(account.client("cloudformation").describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"])


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
WAITS: Final[Mapping[str, Callable[[Account, Sequence[str], Say], None]]] = {
    "instance": instances_ended,
    "stack": stacks_ended,
}
"""What has to have an end before the next can begin."""


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


def _versions(account: Account, bucket: str) -> Iterator[list[dict[str, str]]]:
    """All versions and delete markers, a page at a time: a thousand, as many as one DeleteObjects takes."""
    pages = account.client("s3").get_paginator("list_object_versions").paginate(Bucket=bucket)
    for page in pages:
        shown = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        if shown:
            yield [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in shown]


def _busy(status: str) -> bool:
    """Whether CloudFormation takes no deletion now; a creation and a review it would give up for one."""
    return status.endswith("_IN_PROGRESS") and status not in ("CREATE_IN_PROGRESS", "REVIEW_IN_PROGRESS")


def _reason(account: Account, stack_id: str) -> str:
    """Why CloudFormation could not delete a stack: what failed first, the last time that it was tried."""
    pages = account.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=stack_id)
    events = [event for page in pages for event in page["StackEvents"]]  # the latest first
    began = (e["PhysicalResourceId"] == stack_id and e["ResourceStatus"] == "DELETE_IN_PROGRESS" for e in events)
    last = events[: next((place for place, first in enumerate(began) if first), len(events))]
    failed = [event for event in reversed(last) if event["ResourceStatus"] == "DELETE_FAILED"]
    return "{LogicalResourceId}: {ResourceStatusReason}".format(**failed[0]) if failed else "no reason was given"


def _until(holds: Callable[[], bool], what: str, say: Say) -> None:
    """Wait until this holds, and say now and then what is waited for. Raises StaysError after half an hour."""
    taken, heard = TimeTaken(PATIENCE), seldom(say, what)
    for _ in taken.pauses():
        if holds():
            return
        heard(taken.seconds())
    raise StaysError(f"{what}, still after {PATIENCE / 60:.0f} minutes: `lab teardown` again goes on from there")
