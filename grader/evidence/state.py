"""What EC2 shows of the stage now. Each source is one paged Describe call, but for the permissions of each snapshot.

CloudTrail shows a learner what is asked here: no question may tell the compromised instance, or what belongs to it,
from the bystanders. What is asked of all is narrowed afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from grader.evidence.bundle import Resource
from scenario.stage import Stage

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ec2.type_defs import FilterTypeDef


def instances(ec2: EC2Client, stage: Stage) -> tuple[Resource, ...]:
    """The compromised instance and the bystanders, as far as EC2 still shows them."""
    ids = sorted([stage.instance_id, *stage.bystander_instance_ids])  # no place tells which it is
    pages = ec2.get_paginator("describe_instances").paginate(Filters=[_by("instance-id", ids)])
    return plain(i for page in pages for reservation in page["Reservations"] for i in reservation["Instances"])


def interfaces(ec2: EC2Client, stage: Stage) -> tuple[Resource, ...]:
    """Every network interface of the stage's VPC, with its groups, attached or not."""
    pages = ec2.get_paginator("describe_network_interfaces").paginate(Filters=[_by("vpc-id", [stage.vpc_id])])
    return plain(interface for page in pages for interface in page["NetworkInterfaces"])


def groups(ec2: EC2Client, stage: Stage) -> tuple[Resource, ...]:
    """Every security group of the stage's VPC, with its rules."""
    pages = ec2.get_paginator("describe_security_groups").paginate(Filters=[_by("vpc-id", [stage.vpc_id])])
    return plain(group for page in pages for group in page["SecurityGroups"])


def volumes(ec2: EC2Client, ids: Sequence[str]) -> tuple[Resource, ...]:
    """The volumes of these ids that still exist."""
    pages = ec2.get_paginator("describe_volumes").paginate()
    return plain(volume for page in pages for volume in page["Volumes"] if volume["VolumeId"] in ids)


def snapshots(ec2: EC2Client, stage: Stage, ids: Sequence[str]) -> tuple[Resource, ...]:
    """The account's own snapshots of these volumes since the stage was created, with `CreateVolumePermissions`.

    The permissions are asked of every snapshot since then, whatever it is of.
    """
    pages = ec2.get_paginator("describe_snapshots").paginate(OwnerIds=["self"])
    since = stage.created_at.replace(microsecond=0)
    taken = [snapshot for page in pages for snapshot in page["Snapshots"] if snapshot["StartTime"] >= since]
    permitted = {snapshot["SnapshotId"]: _permissions(ec2, snapshot["SnapshotId"]) for snapshot in taken}
    return plain(
        {**snapshot, "CreateVolumePermissions": permitted[snapshot["SnapshotId"]]}
        for snapshot in taken
        if snapshot["VolumeId"] in ids
    )


def images(ec2: EC2Client) -> tuple[Resource, ...]:
    """The account's own machine images."""
    pages = ec2.get_paginator("describe_images").paginate(Owners=["self"])
    return plain(image for page in pages for image in page["Images"])


def _permissions(ec2: EC2Client, snapshot_id: str) -> Sequence[Mapping[str, Any]]:
    answer = ec2.describe_snapshot_attribute(SnapshotId=snapshot_id, Attribute="createVolumePermission")
    return answer["CreateVolumePermissions"]


def _by(name: str, wanted: Sequence[str]) -> FilterTypeDef:
    return {"Name": name, "Values": list(wanted)}


def plain(resources: Iterable[Mapping[str, Any]]) -> tuple[Resource, ...]:
    """The same as JSON would give it back."""
    return tuple(json.loads(json.dumps(resource, default=_iso)) for resource in resources)


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"EC2 never answers with a {type(value).__name__}")
