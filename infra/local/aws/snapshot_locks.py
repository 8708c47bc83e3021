"""Locks on snapshots.

AWS: LockSnapshot keeps a snapshot from being deleted, for days or until a date; a lock in governance mode can be
changed and taken away, one in compliance mode only within its cooling-off period, later it can but be extended; the
duration begins once the snapshot is completed (EBS user guide, snapshot lock; EC2 API reference, LockSnapshot).
Bare moto: has no locks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_block_store import Snapshot
from moto.ec2.responses.elastic_block_store import ElasticBlockStore

from infra.local.aws.settings import settings

MODES: Final = ("compliance", "governance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """The lock of one snapshot. All times are UTC, without a zone, as moto's are."""

    mode: str  # "compliance", "governance"
    created: datetime
    starts: datetime
    expires: datetime
    cool_off_hours: int | None

    @property
    def cool_off_ends(self) -> datetime | None:
        """When a lock in compliance mode becomes final."""
        return None if self.cool_off_hours is None else self.created + timedelta(hours=self.cool_off_hours)

    @property
    def state(self) -> str:
        """What DescribeLockedSnapshots calls it."""
        now = utcnow()
        if self.expires <= now:
            return "expired"
        return "compliance-cooloff" if self.cool_off_ends and now < self.cool_off_ends else self.mode

    def shown(self) -> dict[str, Any]:
        """The lock as the operations answer it."""
        return {
            "LockState": self.state,
            "LockDuration": (self.expires - self.starts).days,
            "CoolOffPeriod": self.cool_off_hours,
            "CoolOffPeriodExpiresOn": self.cool_off_ends,
            "LockCreatedOn": self.created,
            "LockDurationStartTime": self.starts,
            "LockExpiresOn": self.expires,
        }


class LockableSnapshot(Snapshot):
    """A snapshot that may be locked."""

    lock: Lock | None = None

    @property
    def locked(self) -> bool:
        """Is it locked now?"""
        return self.lock is not None and self.lock.state != "expired"


class SnapshotLocks(EC2Backend):
    """How a backend locks snapshots."""

    def lock_snapshot(self, snapshot_id: str, wanted: Lock) -> None:
        """Lock a snapshot, or change its lock. Raises InvalidSnapshot.NotFound, InvalidParameterCombination."""
        snapshot = self.lockable(snapshot_id)
        held = snapshot.lock
        extends = held is not None and wanted.mode == "compliance" and wanted.expires >= held.expires
        if held and held.state == "compliance" and not extends:
            raise _refusal(f"The lock of snapshot '{snapshot_id}' in compliance mode can only be extended.")
        snapshot.lock = wanted

    def unlock_snapshot(self, snapshot_id: str) -> None:
        """Take a lock away. Raises InvalidSnapshot.NotFound, InvalidParameterCombination."""
        snapshot = self.lockable(snapshot_id)
        if not snapshot.locked:
            raise _refusal(f"The snapshot '{snapshot_id}' is not locked.")
        if snapshot.lock and snapshot.lock.state == "compliance":
            raise _refusal(f"The snapshot '{snapshot_id}' is locked in compliance mode and cannot be unlocked.")
        snapshot.lock = None

    def delete_snapshot(self, snapshot_id: str) -> Snapshot:
        """Delete a snapshot that is not locked. Raises OperationNotPermitted."""
        if self.lockable(snapshot_id).locked:
            raise EC2ClientError(
                "OperationNotPermitted", f"The snapshot '{snapshot_id}' is locked and cannot be deleted."
            )
        return super().delete_snapshot(snapshot_id)

    def lockable(self, snapshot_id: str) -> LockableSnapshot:
        """The snapshot of that id. Raises InvalidSnapshot.NotFound."""
        snapshot = self.get_snapshot(snapshot_id)
        assert isinstance(snapshot, LockableSnapshot), "every snapshot is made by the mended class"
        return snapshot


class LockAnswers(ElasticBlockStore):
    """The operations on locks."""

    def lock_snapshot(self) -> ActionResult:
        """LockSnapshot."""
        self.error_on_dryrun()
        snapshot = self.ec2_backend.lockable(self._get_param("SnapshotId"))
        lock = self._wanted(snapshot)
        self.ec2_backend.lock_snapshot(snapshot.id, lock)
        return ActionResult({"SnapshotId": snapshot.id, **lock.shown()})

    def unlock_snapshot(self) -> ActionResult:
        """UnlockSnapshot."""
        self.error_on_dryrun()
        self.ec2_backend.unlock_snapshot(self._get_param("SnapshotId"))
        return ActionResult({"SnapshotId": self._get_param("SnapshotId")})

    def describe_locked_snapshots(self) -> ActionResult:
        """DescribeLockedSnapshots, with its filter `lock-state`."""
        self.error_on_dryrun()
        ids, states = self._get_param("SnapshotIds", []), self._filters_from_querystring().get("lock-state")
        shown = [
            {"OwnerId": snapshot.owner_id, "SnapshotId": snapshot.id, **snapshot.lock.shown()}
            for snapshot in self.ec2_backend.describe_snapshots(ids)
            if snapshot.lock and (not states or snapshot.lock.state in states)
        ]
        return ActionResult({"Snapshots": shown})

    def _wanted(self, snapshot: LockableSnapshot) -> Lock:
        mode, cool_off = self._get_param("LockMode"), self._get_param("CoolOffPeriod")
        days, until = self._get_param("LockDuration"), self._get_param("ExpirationDate")
        if mode not in MODES:
            raise EC2ClientError("InvalidParameterValue", f"Value ({mode}) for parameter lockMode is invalid.")
        if (days is None) == (until is None):
            raise _refusal("Specify either LockDuration or ExpirationDate.")
        if cool_off is not None and mode == "governance":
            raise _refusal("CoolOffPeriod cannot be specified for a lock in governance mode.")
        now = utcnow()
        completed: datetime = snapshot.start_time + timedelta(seconds=settings().snapshot_seconds)
        starts = max(now, completed)
        expires = starts + timedelta(days=int(days)) if until is None else _moment(until)
        return Lock(
            mode=mode,
            created=now,
            starts=starts,
            expires=expires,
            cool_off_hours=None if cool_off is None else int(cool_off),
        )


def _moment(until: Any) -> datetime:
    moment = until if isinstance(until, datetime) else datetime.fromisoformat(str(until))
    return moment.replace(tzinfo=None)


def _refusal(message: str) -> EC2ClientError:
    return EC2ClientError("InvalidParameterCombination", message)
