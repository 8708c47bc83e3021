"""Snapshots: the account's own, pending first, as large and as encrypted as their volume.

AWS: CreateSnapshot, CreateSnapshots and CreateImage answer while the snapshot is pending, and it completes some time
later; DescribeSnapshots without an owner shows what the caller may see, which here is the account's own; a snapshot
of an encrypted volume names the volume's key.
Bare moto: completed at once; the snapshots of 1,302 public images in the list; no key.
"""

from __future__ import annotations

from copy import copy
from datetime import timedelta
from typing import Any

from moto.core.utils import utcnow
from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_block_store import Snapshot

from infra.local.aws.settings import settings


class TimedSnapshot(Snapshot):
    """A snapshot that completes `snapshot_seconds` after it was begun."""

    answering = False  # what the call that made it shows: always pending

    @property
    def status(self) -> str:
        """The state: "pending" or "completed"."""
        done = utcnow() - self.start_time >= timedelta(seconds=settings().snapshot_seconds)
        return "completed" if done and not self.answering else "pending"

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


class Snapshots(EC2Backend):
    """How a backend makes and lists snapshots."""

    def create_snapshot(
        self, volume_id: str, description: str, owner_id: str | None = None, from_ami: str | None = None
    ) -> Snapshot:
        """Make a snapshot; what is returned is how it looks now, what is kept completes later."""
        snapshot = super().create_snapshot(volume_id, description, owner_id=owner_id, from_ami=from_ami)
        snapshot.kms_key_id = snapshot.volume.kms_key_id
        shown = copy(snapshot)
        assert isinstance(shown, TimedSnapshot)
        shown.answering = True
        return shown

    def describe_snapshots(self, snapshot_ids: list[str] | None = None, filters: Any = None) -> list[Snapshot]:
        """The snapshots of those ids; without ids the account's own."""
        found = super().describe_snapshots(snapshot_ids, filters)
        return found if snapshot_ids else [snapshot for snapshot in found if snapshot.owner_id == self.account_id]
