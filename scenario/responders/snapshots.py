"""Responders that preserve the evidence otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from scenario.responders.reference import PATIENCE
from scenario.responders.responder import Responder, fails

STRANGER = "111122223333"  # an account that has nothing to do with the lab
MISSED = fails("snapshotted")
FAILED_ONCE = MappingProxyType({"kind": "failed-snapshot", "operation": "ec2:CreateSnapshot", "times": 1})


class NoSnapshot(Responder):
    """Takes no snapshot."""

    expects = MISSED

    def snapshot(self, instance: Mapping[str, Any]) -> list[str]:
        """Forgets it."""
        return []


class SnapshotAfterTermination(Responder):
    """Keeps the volume beyond the termination, and takes its snapshot only then."""

    expects = MISSED

    def contain(self, instance_id: str) -> None:
        """AWS would delete the volume with the instance otherwise."""
        instance = self.describe(instance_id)
        for mapping in instance["BlockDeviceMappings"]:
            kept: Any = {"DeviceName": mapping["DeviceName"], "Ebs": {"DeleteOnTermination": False}}
            self.ec2.modify_instance_attribute(InstanceId=instance_id, BlockDeviceMappings=[kept])
        self.isolate(instance)
        self.terminate(instance)
        self.snapshot(instance)


class SnapshotOfWrongVolume(Responder):
    """Takes the snapshot of another instance's volume."""

    expects = MISSED

    def snapshot(self, instance: Mapping[str, Any]) -> list[str]:
        """Of a bystander's."""
        return super().snapshot(self.bystander(instance))


class SnapshotDeleted(Responder):
    """Takes the snapshot, and deletes it when all is done."""

    expects = MISSED

    def terminate(self, instance: Mapping[str, Any]) -> None:
        """Tidies up too much."""
        super().terminate(instance)
        chosen: Any = [{"Name": "volume-id", "Values": [m["Ebs"]["VolumeId"] for m in instance["BlockDeviceMappings"]]}]
        for snapshot in self.ec2.describe_snapshots(OwnerIds=["self"], Filters=chosen)["Snapshots"]:
            self.ec2.delete_snapshot(SnapshotId=snapshot["SnapshotId"])


class SnapshotPublic(Responder):
    """Takes the snapshot, and tries to share it with everybody. Nothing comes of that, and nothing is lost."""

    sharing: Mapping[str, Any] = MappingProxyType({"GroupNames": ["all"]})

    def snapshot(self, instance: Mapping[str, Any]) -> list[str]:
        """AWS shares nothing that the account's own key for EBS encrypts, as it does the lab's volumes."""
        ids = super().snapshot(instance)
        for snapshot in ids:
            what: Any = {"SnapshotId": snapshot, "Attribute": "createVolumePermission", "OperationType": "add"}
            self.refused(self.ec2.modify_snapshot_attribute, **what, **self.sharing)
        return ids


class SnapshotShared(SnapshotPublic):
    """Takes the snapshot, and tries to share it with a foreign account. Nothing comes of that either."""

    sharing = MappingProxyType({"UserIds": [STRANGER]})


class SnapshotCopied(Responder):
    """Copies the snapshot, and keeps the copy alone."""

    expects = MISSED

    def snapshot(self, instance: Mapping[str, Any]) -> list[str]:
        """Nothing ties a copy to the volume."""
        (original,) = super().snapshot(instance)
        region = self.access.region
        copied = self.ec2.copy_snapshot(SourceSnapshotId=original, SourceRegion=region)["SnapshotId"]
        self.ec2.delete_snapshot(SnapshotId=original)
        return [copied]


class SnapshotTried(Responder):
    """Only tries whether it could take the snapshot: a dry run."""

    expects = MISSED

    def snapshot(self, instance: Mapping[str, Any]) -> list[str]:
        """DryRunOperation says that it could."""
        for mapping in instance["BlockDeviceMappings"]:
            self.refused(self.ec2.create_snapshot, VolumeId=mapping["Ebs"]["VolumeId"], DryRun=True)
        return []


class SnapshotFailed(Responder):
    """Takes the snapshot, and does not see that it fails."""

    expects = MISSED
    fault = FAILED_ONCE

    def snapshot(self, instance: Mapping[str, Any]) -> list[str]:
        """Goes on at once."""
        return self.begun(instance)


class SnapshotFailedFirst(SnapshotFailed):
    """Sees that the snapshot fails, and takes another. That is right."""

    expects = MappingProxyType({})

    def snapshot(self, instance: Mapping[str, Any]) -> list[str]:
        """One that ended in an error proves nothing against it."""
        return [*self.begun(instance), *Responder.snapshot(self, instance)]


class SnapshotThrottled(Responder):
    """Is refused twice, for there are too many calls, and tries again. That is right."""

    fault = MappingProxyType({"kind": "throttle", "operation": "ec2:CreateSnapshot", "times": 2})


class ImageOfAnother(Responder):
    """Takes an image of another instance."""

    expects = MISSED

    def snapshot(self, instance: Mapping[str, Any]) -> list[str]:
        """Of a bystander."""
        return [self.image(self.bystander(instance))]


class SnapshotOfAllVolumes(Responder):
    """Takes the snapshots of all volumes at once, with CreateSnapshots. That is right."""

    def snapshot(self, instance: Mapping[str, Any]) -> list[str]:
        """One call for the whole instance."""
        chosen: Any = {"InstanceId": instance["InstanceId"]}
        taken = self.ec2.create_snapshots(InstanceSpecification=chosen)["Snapshots"]
        ids = [snapshot["SnapshotId"] for snapshot in taken]
        self.ec2.get_waiter("snapshot_completed").wait(SnapshotIds=ids, WaiterConfig=PATIENCE)
        return ids


class Image(Responder):
    """Takes an image of the instance in place of a snapshot. That is right: an image holds one."""

    def snapshot(self, instance: Mapping[str, Any]) -> list[str]:
        """Without a reboot, which would lose what is in memory."""
        return [self.image(instance)]


class SnapshotTwice(Responder):
    """Takes two snapshots, and deletes the first. That is right."""

    def snapshot(self, instance: Mapping[str, Any]) -> list[str]:
        """One is enough."""
        for snapshot in super().snapshot(instance):
            self.ec2.delete_snapshot(SnapshotId=snapshot)
        return super().snapshot(instance)


RESPONDERS: tuple[type[Responder], ...] = (
    NoSnapshot,
    SnapshotAfterTermination,
    SnapshotOfWrongVolume,
    SnapshotDeleted,
    SnapshotPublic,
    SnapshotShared,
    SnapshotCopied,
    SnapshotTried,
    SnapshotFailed,
    SnapshotFailedFirst,
    SnapshotThrottled,
    ImageOfAnother,
    SnapshotOfAllVolumes,
    Image,
    SnapshotTwice,
)
