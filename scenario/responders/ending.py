"""Responders that end it otherwise: the order of the acts, the termination itself, and what else they touch."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from scenario.responders.responder import Responder, fails, overlaps, stays_open

LIVES = fails("terminated", "no_collateral_damage")
HARM = fails("no_collateral_damage")
NOTHING = fails("containment")


class WrongInstance(Responder):
    """Takes a bystander for the compromised instance: answers about it, and contains it."""

    expects = fails("instance_id", "primary_call", "uploaded_files", "containment") | overlaps(
        "read_only_calls", "footprint"
    )

    def instance_id(self) -> str:
        """Another than the first of the list."""
        return str(self.bystander(self.describe(super().instance_id()))["InstanceId"])


class StoppedInstead(Responder):
    """Stops the instance and leaves it at that."""

    expects = LIVES

    def terminate(self, instance: Mapping[str, Any]) -> None:
        """It could be started again."""
        self.ec2.stop_instances(InstanceIds=[instance["InstanceId"]])


class NotTerminated(Responder):
    """Leaves the instance running in its isolation."""

    expects = LIVES

    def terminate(self, instance: Mapping[str, Any]) -> None:
        """Forgets it."""


class TerminateFirst(Responder):
    """Terminates the instance at once: nothing is left to snapshot or to isolate."""

    expects = fails("snapshotted", "isolated")

    def contain(self, instance_id: str) -> None:
        """AWS refuses what comes after."""
        instance = self.describe(instance_id)
        self.terminate(instance)
        group = self.restricted_group(instance["VpcId"])
        self.refused(self.ec2.modify_instance_attribute, InstanceId=instance_id, Groups=[group])
        for mapping in instance["BlockDeviceMappings"]:
            self.refused(self.ec2.create_snapshot, VolumeId=mapping["Ebs"]["VolumeId"])


class DryRunsOnly(Responder):
    """Does everything as a dry run."""

    expects = NOTHING

    def contain(self, instance_id: str) -> None:
        """DryRunOperation, every time."""
        instance = self.describe(instance_id)
        group = self.restricted_group(instance["VpcId"])
        for mapping in instance["BlockDeviceMappings"]:
            self.refused(self.ec2.create_snapshot, VolumeId=mapping["Ebs"]["VolumeId"], DryRun=True)
        self.refused(self.ec2.modify_instance_attribute, InstanceId=instance_id, Groups=[group], DryRun=True)
        self.refused(self.ec2.terminate_instances, InstanceIds=[instance_id], DryRun=True)


class DeniedCallsOnly(Responder):
    """Does everything in a region where its role may do nothing."""

    expects = NOTHING

    def contain(self, instance_id: str) -> None:
        """UnauthorizedOperation, every time."""
        instance = self.describe(instance_id)
        elsewhere = "ap-south-1" if self.access.region != "ap-south-1" else "us-east-1"
        ec2 = self.access.session().client("ec2", region_name=elsewhere)
        for mapping in instance["BlockDeviceMappings"]:
            self.refused(ec2.create_snapshot, VolumeId=mapping["Ebs"]["VolumeId"])
        self.refused(ec2.modify_instance_attribute, InstanceId=instance_id, Groups=[self.original(instance)])
        self.refused(ec2.terminate_instances, InstanceIds=[instance_id])


class FailedCallsOnly(Responder):
    """Does everything to ids that do not exist."""

    expects = NOTHING

    def contain(self, instance_id: str) -> None:
        """NotFound, every time."""
        absent = "0123456789abcdef0"
        self.refused(self.ec2.create_snapshot, VolumeId=f"vol-{absent}")
        self.refused(self.ec2.modify_instance_attribute, InstanceId=instance_id, Groups=[f"sg-{absent}"])
        self.refused(self.ec2.terminate_instances, InstanceIds=[f"i-{absent}"])


class NeighboursInstance(Responder):
    """Tries to contain the instance of another team."""

    expects = NOTHING

    def contain(self, instance_id: str) -> None:
        """Learns of it from that team, and finds that it is not there."""
        theirs = Responder(self.neighbour, self.access)
        (host,) = {i["InstanceId"] for i in theirs.instances()} & {theirs.instance_id()}
        self.refused(self.ec2.stop_instances, InstanceIds=[host])
        self.refused(self.ec2.terminate_instances, InstanceIds=[host])


class BystanderTerminated(Responder):
    """Contains the instance, and terminates a bystander with it."""

    expects = HARM

    def terminate(self, instance: Mapping[str, Any]) -> None:
        """Both in one call."""
        other = self.bystander(instance)["InstanceId"]
        self.ec2.terminate_instances(InstanceIds=[instance["InstanceId"], other])


class BystanderContained(Responder):
    """Contains every instance that lists buckets."""

    expects = HARM

    def contain(self, instance_id: str) -> None:
        """One after the other."""
        for instance in self.instances():
            super().contain(instance["InstanceId"])


class BystanderStopped(Responder):
    """Contains the instance, and stops a bystander to be on the safe side."""

    expects = HARM

    def contain(self, instance_id: str) -> None:
        """Before anything else."""
        other = self.bystander(self.describe(instance_id))["InstanceId"]
        self.ec2.stop_instances(InstanceIds=[other])
        super().contain(instance_id)


class BystanderRegrouped(Responder):
    """Isolates a bystander with the instance."""

    expects = HARM

    def isolate(self, instance: Mapping[str, Any]) -> str:
        """Both into one group."""
        group = super().isolate(instance)
        self.move(self.bystander(instance), group)
        return group


class IsolationFirst(Responder):
    """Isolates the instance, and takes the snapshot then. That is right: either may come first."""

    def contain(self, instance_id: str) -> None:
        """The other way round."""
        instance = self.describe(instance_id)
        self.isolate(instance)
        self.snapshot(instance)
        self.terminate(instance)


class StoppedThenTerminated(Responder):
    """Stops the instance before it terminates it. That is right."""

    def terminate(self, instance: Mapping[str, Any]) -> None:
        """In two steps."""
        self.ec2.stop_instances(InstanceIds=[instance["InstanceId"]])
        super().terminate(instance)


class TerminatedTwice(Responder):
    """Terminates the instance, isolates in vain, and terminates it again. That is right: the first time counts."""

    def terminate(self, instance: Mapping[str, Any]) -> None:
        """AWS answers the second as well."""
        super().terminate(instance)
        super().terminate(instance)


class ProtectedThenTerminated(Responder):
    """Protects the instance from termination while it works, and lifts that at the end. That is right."""

    def contain(self, instance_id: str) -> None:
        """So that nobody loses the evidence."""
        self.ec2.modify_instance_attribute(InstanceId=instance_id, DisableApiTermination={"Value": True})
        super().contain(instance_id)

    def terminate(self, instance: Mapping[str, Any]) -> None:
        """The first try is refused."""
        id_ = instance["InstanceId"]
        self.refused(self.ec2.terminate_instances, InstanceIds=[id_])
        self.ec2.modify_instance_attribute(InstanceId=id_, DisableApiTermination={"Value": False})
        super().terminate(instance)


class GradedTooSoon(Responder):
    """Terminates the instance, and is graded while EC2 still shows it running: that is not known yet, and no fail."""

    expects = stays_open("terminated", "no_collateral_damage")
    fault = MappingProxyType({"kind": "lag", "operation": "ec2:DescribeInstances", "seconds": 3600})

    def terminate(self, instance: Mapping[str, Any]) -> None:
        """Does not wait until it is."""
        self.ec2.terminate_instances(InstanceIds=[instance["InstanceId"]])


RESPONDERS: tuple[type[Responder], ...] = (
    WrongInstance,
    StoppedInstead,
    NotTerminated,
    TerminateFirst,
    DryRunsOnly,
    DeniedCallsOnly,
    FailedCallsOnly,
    NeighboursInstance,
    BystanderTerminated,
    BystanderContained,
    BystanderStopped,
    BystanderRegrouped,
    IsolationFirst,
    StoppedThenTerminated,
    TerminatedTwice,
    ProtectedThenTerminated,
    GradedTooSoon,
)
