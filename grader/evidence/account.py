"""What EC2 shows of a whole account now: for the page's picture, not for a grade.

It is asked every few seconds, so it is five paged Describe calls and no more, and gives up soon. No call names
anything: CloudTrail shows a learner what is asked here too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from grader.evidence.bundle import Resource
from grader.evidence.state import plain
from scenario.access import client_of

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client

_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 2}, connect_timeout=3, read_timeout=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Everything of one account, as EC2 showed it at one moment, by id."""

    instances: tuple[Resource, ...] = ()
    volumes: tuple[Resource, ...] = ()
    snapshots: tuple[Resource, ...] = ()  # the account's own
    interfaces: tuple[Resource, ...] = ()
    groups: tuple[Resource, ...] = ()  # with their rules

    def instance(self, instance_id: str) -> Resource | None:
        """One instance, where EC2 shows it."""
        return next((i for i in self.instances if i["InstanceId"] == instance_id), None)


def client(session: boto3.Session) -> EC2Client:
    """The client to ask with, which does not wait long for AWS."""
    ec2: EC2Client = client_of(session, "ec2", _CONFIG)
    return ec2


def account(ec2: EC2Client) -> Account:
    """What EC2 shows now. Raises botocore's errors."""
    reservations = [r for page in ec2.get_paginator("describe_instances").paginate() for r in page["Reservations"]]
    volumes = [v for page in ec2.get_paginator("describe_volumes").paginate() for v in page["Volumes"]]
    taken = ec2.get_paginator("describe_snapshots").paginate(OwnerIds=["self"])
    interfaces = ec2.get_paginator("describe_network_interfaces").paginate()
    groups = ec2.get_paginator("describe_security_groups").paginate()
    return Account(
        instances=_by("InstanceId", (i for reservation in reservations for i in reservation["Instances"])),
        volumes=_by("VolumeId", volumes),
        snapshots=_by("SnapshotId", (s for page in taken for s in page["Snapshots"])),
        interfaces=_by("NetworkInterfaceId", (i for page in interfaces for i in page["NetworkInterfaces"])),
        groups=_by("GroupId", (g for page in groups for g in page["SecurityGroups"])),
    )


def _by(id_: str, resources: Iterable[Any]) -> tuple[Resource, ...]:
    """In an order of their own: AWS promises none."""
    return tuple(sorted(plain(resources), key=lambda resource: str(resource[id_])))
