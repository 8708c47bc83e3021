"""Snapshots: the account's own, pending first, as large and as encrypted as their volume.

AWS: CreateSnapshot, CreateSnapshots and CreateImage answer while the snapshot is pending, and it completes some time
later; DescribeSnapshots without an owner shows what the caller may see, which here is the account's own; a snapshot of
an encrypted volume names the volume's key; a copy has a volume that says nothing ("an arbitrary volume ID that you
should not use for any purpose": CopySnapshot in the EC2 API reference; vol-ffffffff in answers seen in the wild), and
is encrypted if that is asked for; a copy under a key of another account is begun, and fails later ("the action can
appear to complete, but eventually fails": CopySnapshot's KmsKeyId in the EC2 API reference); CreateSnapshots leaves
out the volumes that it is told to; an unknown snapshot is named in the refusal.
Bare moto: completed at once, with whatever key; the snapshots of 1,302 public images in the list; no key; a copy is
one of the source's volume, and as encrypted as the source; only the boot volume can be left out; refusals name
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import timedelta
from typing import Any, Final

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_block_store import Snapshot
from moto.ec2.models.instances import Instance
from moto.ec2.responses.elastic_block_store import ElasticBlockStore

from infra.local.aws.settings import settings
from infra.local.aws.values import flag

FAILING: Final = ("failed-snapshot",)
NO_VOLUME: Final = "vol-ffffffff"


class TimedSnapshot(Snapshot):
    """A snapshot that completes, or fails, `snapshot_seconds` after it was begun."""

    answering = False  # what the call that made it shows: always pending
    copied = False
    failed = False

    @property
    def volume_id(self) -> str:
        """The volume, or for a copy AWS's word for none."""
        return NO_VOLUME if self.copied else str(self.volume.id)

    @property
    def status(self) -> str:
        """The state: "pending", then "completed" or "error"."""
        done = utcnow() - self.start_time >= timedelta(seconds=settings().snapshot_seconds)
        if self.answering or not done:
            return "pending"
        return "error" if self.failed else "completed"

    @status.setter
    def status(self, value: str) -> None:
        """Time alone decides."""

    @property
    def state(self) -> str:
        """The same, as CreateSnapshots calls it; bare moto leaves it out."""
        return self.status

    @property
    def progress(self) -> str:
        """How much is copied."""
        return "100%" if self.status == "completed" else ""


class CopyAnswer(ElasticBlockStore):
    """What CopySnapshot takes."""

    def copy_snapshot(self) -> ActionResult:
        """As moto's; without a key of one's own, `Encrypted` means the account's default key."""
        answer: Any = super().copy_snapshot()
        snapshot = self.ec2_backend.get_snapshot(answer.result["SnapshotId"])
        if self._get_bool_param("Encrypted") or snapshot.encrypted:
            snapshot.encrypted = True
            snapshot.kms_key_id = snapshot.kms_key_id or self.ec2_backend.modify_ebs_default_kms_key_id("")
        return ActionResult(answer.result)


class Snapshots(EC2Backend):
    """How a backend makes and lists snapshots."""

    def create_snapshot(
        self, volume_id: str, description: str, owner_id: str | None = None, from_ami: str | None = None
    ) -> Snapshot:
        """Make a snapshot; what is returned is how it looks now, what is kept completes later."""
        snapshot = super().create_snapshot(volume_id, description, owner_id=owner_id, from_ami=from_ami)
        assert isinstance(snapshot, TimedSnapshot)
        snapshot.kms_key_id = snapshot.volume.kms_key_id
        if owner_id is None:  # moto names the owner where it backs an image
            snapshot.failed = settings().faults.strike(self.account_id, FAILING, "ec2:CreateSnapshot") is not None
        shown = copy(snapshot)
        shown.answering = True
        return shown

    def create_snapshots(
        self, instance_spec: Mapping[str, Any], description: str, tags: dict[str, str]
    ) -> list[Snapshot]:
        """A snapshot of each of an instance's volumes but those that are excluded."""
        instance: Instance = self.get_instance(instance_spec["InstanceId"])
        excluded = set(instance_spec.get("ExcludeDataVolumeIds", ()))
        boot = instance.block_device_mapping.get(instance.root_device_name)
        if boot and flag(instance_spec.get("ExcludeBootVolume", False)):
            excluded.add(boot.volume_id)
        made = []
        for device in instance.block_device_mapping.values():
            if device.volume_id not in excluded:
                made.append(self.create_snapshot(device.volume_id, description))
                made[-1].add_tags(tags)
        return made

    def copy_snapshot(
        self, source_snapshot_id: str, source_region: str, description: str, kms_key_id: str | None
    ) -> Snapshot:
        """As moto's, of no volume. Raises InvalidSnapshot.NotFound."""
        snapshot = super().copy_snapshot(source_snapshot_id, source_region, description, kms_key_id)
        assert isinstance(snapshot, TimedSnapshot)
        snapshot.copied = True
        snapshot.failed = _foreign(kms_key_id, self.account_id)
        return snapshot

    def get_snapshot(self, snapshot_id: str) -> Snapshot:
        """The snapshot of that id. Raises InvalidSnapshot.NotFound."""
        if snapshot_id not in self.snapshots:
            raise EC2ClientError("InvalidSnapshot.NotFound", f"The snapshot '{snapshot_id}' does not exist.")
        return super().get_snapshot(snapshot_id)

    def describe_snapshots(self, snapshot_ids: list[str] | None = None, filters: Any = None) -> list[Snapshot]:
        """The snapshots of those ids; without ids the account's own. Raises InvalidSnapshot.NotFound."""
        for snapshot_id in snapshot_ids or ():
            self.get_snapshot(snapshot_id)
        found = super().describe_snapshots(snapshot_ids, filters)
        return found if snapshot_ids else [snapshot for snapshot in found if snapshot.owner_id == self.account_id]


def _foreign(kms_key_id: str | None, account_id: str) -> bool:
    """Is this the ARN of a key of another account? Without an account a key is the caller's own."""
    parts = (kms_key_id or "").split(":")
    return parts[0] == "arn" and account_id not in parts
