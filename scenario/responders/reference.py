"""The reference learner: investigates with the module's five queries, then contains the instance.

It has what a learner has, a session of LearnerRole and the id of the event data store, and nothing else. Whoever wants
a learner that does one thing otherwise derives from it and overrides one method.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import boto3

from scenario import workshop
from scenario.query import Place, Rows, open_store

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import WaiterConfigTypeDef

PREVENTION = ("session_manager", "restrict_network", "patch_or_replace")  # the module's closing answer
PATIENCE: WaiterConfigTypeDef = {"Delay": 5, "MaxAttempts": 240}  # twenty minutes; it asks once before it waits


class NothingFoundError(LookupError):
    """The event data store does not know the instance yet: no traffic so far, or its events are on their way."""


class ReferenceLearner:
    """Answers every question from rows of the store, then does all of the containment, in the order of the module."""

    def __init__(self, session: boto3.Session, *, store_id: str, store_kind: str = "lake") -> None:
        self.store = open_store(session, Place(store_kind, store_id))
        self.ec2 = session.client("ec2")
        self.store_id = store_id

    def respond(self) -> dict[str, Any]:
        """Investigate, contain, and give the answer sheet. Raises NothingFoundError, QueryError, botocore's errors."""
        sheet = self.investigate()
        self.contain(sheet["instance_id"])
        return sheet

    def investigate(self) -> dict[str, Any]:
        """The whole answer sheet."""
        instance_id = self.instance_id()
        return {
            "instance_id": instance_id,
            "primary_call": self.primary_call(instance_id),
            "read_only_calls": self.read_only_calls(instance_id),
            "uploaded_files": self.uploaded_files(instance_id),
            "footprint": self.footprint(instance_id),
            "prevention": self.prevention(),
        }

    def contain(self, instance_id: str) -> None:
        """Snapshot, isolate, terminate."""
        instance = self.describe(instance_id)
        self.snapshot(instance)
        self.isolate(instance)
        self.terminate(instance)

    # Answers

    def instance_id(self) -> str:
        """The instance that lists buckets most. Raises NothingFoundError where none does."""
        principals = self.ask("list_buckets").column("principalid")
        if not principals:
            raise NothingFoundError("no instance has listed buckets yet; wait for the first events")
        return str(principals[0]).rpartition(":")[2]

    def primary_call(self, instance_id: str) -> str:
        """The call made most often: the first row."""
        return str(self.ask("actions", instance_id).column("eventname")[0])

    def read_only_calls(self, instance_id: str) -> list[str]:
        """Each read-only call once, most frequent first."""
        return _texts(self.ask("read_only", instance_id), "eventname")

    def uploaded_files(self, instance_id: str) -> list[str]:
        """The keys of the objects it put.

        The module's query shows `requestparameters` whole, as text. Where it finds uploads, a finer one takes the key
        out of the map, which no odd character in a key can mislead.
        """
        if not self.ask("put_objects", instance_id).rows:
            return []
        shown = workshop.query("put_objects", store_id=self.store_id, instance_id=instance_id)
        finer = shown.replace("requestparameters", "element_at(requestparameters, 'key') as object_key")
        return _texts(self.store.run(finer), "object_key")

    def footprint(self, instance_id: str) -> list[dict[str, str | None]]:
        """Every action with its service and region."""
        names = {"action": "eventname", "service": "eventsource", "region": "awsregion"}
        rows = self.ask("footprint", instance_id)
        columns = zip(*(rows.column(column) for column in names.values()), strict=True)
        return [dict(zip(names, row, strict=True)) for row in columns]

    def prevention(self) -> list[str]:
        """What the module says at its end."""
        return list(PREVENTION)

    def ask(self, query: str, instance_id: str = "") -> Rows:
        """One of the module's queries, put to the store."""
        return self.store.run(workshop.query(query, store_id=self.store_id, instance_id=instance_id))

    # Containment

    def describe(self, instance_id: str) -> Mapping[str, Any]:
        """The instance as DescribeInstances shows it."""
        (reservation,) = self.ec2.describe_instances(InstanceIds=[instance_id])["Reservations"]
        return reservation["Instances"][0]

    def snapshot(self, instance: Mapping[str, Any]) -> list[str]:
        """Snapshot every volume, wait until all are completed, and give their ids."""
        ids = self.begun(instance)
        self.ec2.get_waiter("snapshot_completed").wait(SnapshotIds=ids, WaiterConfig=PATIENCE)
        return ids

    def begun(self, instance: Mapping[str, Any]) -> list[str]:
        """Begin a snapshot of every volume, and give their ids."""
        volumes = [mapping["Ebs"]["VolumeId"] for mapping in instance["BlockDeviceMappings"]]
        about = f"Evidence of {instance['InstanceId']}"
        return [self.ec2.create_snapshot(VolumeId=volume, Description=about)["SnapshotId"] for volume in volumes]

    def isolate(self, instance: Mapping[str, Any]) -> str:
        """Move the instance into a new group without any rule, and give the group's id."""
        group = self.restricted_group(instance["VpcId"])
        self.move(instance, group)
        return group

    def restricted_group(self, vpc_id: str) -> str:
        """A new group, less the egress rule that AWS gives every new one."""
        group = self.new_group(vpc_id)
        (shown,) = self.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
        self.ec2.revoke_security_group_egress(GroupId=group, IpPermissions=shown["IpPermissionsEgress"])
        return group

    def new_group(self, vpc_id: str) -> str:
        """A group as AWS makes one: nothing in, everything out. Its name is new each time."""
        name = f"Restricted_Group-{secrets.token_hex(4)}"
        return self.ec2.create_security_group(GroupName=name, Description="Restricts access", VpcId=vpc_id)["GroupId"]

    def move(self, instance: Mapping[str, Any], *groups: str) -> None:
        """Put the instance into these groups, and out of all others."""
        self.ec2.modify_instance_attribute(InstanceId=instance["InstanceId"], Groups=list(groups))

    def terminate(self, instance: Mapping[str, Any]) -> None:
        """Terminate the instance and wait until it is."""
        ids = [instance["InstanceId"]]
        self.ec2.terminate_instances(InstanceIds=ids)
        self.ec2.get_waiter("instance_terminated").wait(InstanceIds=ids, WaiterConfig=PATIENCE)


def _texts(rows: Rows, column: str) -> list[str]:
    """The values of a column, each once, in the order of their first row."""
    return list(dict.fromkeys(value for value in rows.column(column) if value is not None))
