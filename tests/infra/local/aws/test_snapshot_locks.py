"""Locks on snapshots."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto.core.utils import utcnow

from infra.local.aws import snapshot_locks


def snapshot_of(aws: Any) -> str:
    ec2 = aws.client("ec2")
    volume = ec2.create_volume(Size=1, AvailabilityZone="us-east-1a")["VolumeId"]
    return str(ec2.create_snapshot(VolumeId=volume)["SnapshotId"])


def later(monkeypatch: pytest.MonkeyPatch, **span: int) -> None:
    """Have it be later for locks."""
    monkeypatch.setattr(snapshot_locks, "utcnow", lambda: utcnow() + timedelta(**span))


def test_a_locked_snapshot_cannot_be_deleted(aws: Any, refused: Any) -> None:
    """A lock in governance mode is shown, holds against DeleteSnapshot, and can be taken away."""
    ec2, snapshot = aws.client("ec2"), snapshot_of(aws)
    lock = ec2.lock_snapshot(SnapshotId=snapshot, LockMode="governance", LockDuration=3)
    lock.pop("ResponseMetadata")
    assert lock == {
        "SnapshotId": snapshot,
        "LockState": "governance",
        "LockDuration": 3,
        "LockCreatedOn": lock["LockCreatedOn"],
        "LockDurationStartTime": lock["LockDurationStartTime"],
        "LockExpiresOn": lock["LockDurationStartTime"] + timedelta(days=3),
    }
    assert ec2.describe_locked_snapshots()["Snapshots"] == [{"OwnerId": aws.id, **lock}]
    assert refused(ec2.delete_snapshot, SnapshotId=snapshot)[0] == "OperationNotPermitted"
    ec2.unlock_snapshot(SnapshotId=snapshot)
    assert ec2.describe_locked_snapshots()["Snapshots"] == []
    ec2.delete_snapshot(SnapshotId=snapshot)
    assert ec2.describe_snapshots()["Snapshots"] == []


def test_a_lock_in_compliance_mode_becomes_final(aws: Any, refused: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the cooling-off period it can be taken away; later it can only be extended; at last it expires."""
    ec2, snapshot = aws.client("ec2"), snapshot_of(aws)

    def lock(days: int, **settings: Any) -> str:
        asked = {"SnapshotId": snapshot, "LockMode": "compliance", "LockDuration": days, **settings}
        return str(ec2.lock_snapshot(**asked)["LockState"])

    def state() -> str:
        return str(ec2.describe_locked_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]["LockState"])

    assert lock(10, CoolOffPeriod=1) == "compliance-cooloff"
    ec2.unlock_snapshot(SnapshotId=snapshot)
    lock(10, CoolOffPeriod=1)
    later(monkeypatch, hours=2)
    assert state() == "compliance"
    assert refused(ec2.unlock_snapshot, SnapshotId=snapshot)[0] == "InvalidParameterCombination"
    shorter = {"SnapshotId": snapshot, "LockMode": "compliance", "LockDuration": 5}
    assert refused(ec2.lock_snapshot, **shorter)[0] == "InvalidParameterCombination"
    assert lock(20) == "compliance"
    later(monkeypatch, days=21)
    assert state() == "expired"
    states = [{"Name": "lock-state", "Values": ["compliance"]}]
    assert ec2.describe_locked_snapshots(Filters=states)["Snapshots"] == []
    ec2.delete_snapshot(SnapshotId=snapshot)


def test_a_lock_until_a_date(aws: Any) -> None:
    """ExpirationDate says when it ends."""
    until = datetime(2100, 1, 1, tzinfo=UTC)
    shown = aws.client("ec2").lock_snapshot(SnapshotId=snapshot_of(aws), LockMode="compliance", ExpirationDate=until)
    assert (shown["LockState"], shown["LockExpiresOn"]) == ("compliance", until)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"LockMode": "governance"}, "InvalidParameterCombination"),
        ({"LockMode": "governance", "LockDuration": 1, "CoolOffPeriod": 1}, "InvalidParameterCombination"),
        ({"LockMode": "firmly", "LockDuration": 1}, "InvalidParameterValue"),
        ({"LockMode": "governance", "LockDuration": 1, "DryRun": True}, "DryRunOperation"),
        (
            {"LockMode": "governance", "LockDuration": 1, "SnapshotId": "snap-0123456789abcdef0"},
            "InvalidSnapshot.NotFound",
        ),
    ],
)
def test_what_cannot_be_locked(aws: Any, refused: Any, settings: dict[str, Any], code: str) -> None:
    """Too little, too much, unknown modes and snapshots."""
    assert refused(aws.client("ec2").lock_snapshot, **{"SnapshotId": snapshot_of(aws), **settings})[0] == code


def test_what_is_not_locked_cannot_be_unlocked(aws: Any, refused: Any) -> None:
    """UnlockSnapshot refuses."""
    code, _ = refused(aws.client("ec2").unlock_snapshot, SnapshotId=snapshot_of(aws))
    assert code == "InvalidParameterCombination"
