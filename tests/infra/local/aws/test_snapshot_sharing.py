"""Sharing snapshots with other accounts."""

from __future__ import annotations

from typing import Any

FRIEND, OTHER = "444455556666", "777788889999"


def test_both_forms_share_and_unshare(aws: Any) -> None:
    """Changes (Add, Remove) do what the operation with lists does; a reset takes all away."""
    ec2 = aws.client("ec2")
    volume = ec2.create_volume(Size=1, AvailabilityZone="us-east-1a")["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]

    def shared(**changes: Any) -> list[dict[str, str]]:
        ec2.modify_snapshot_attribute(SnapshotId=snapshot, Attribute="createVolumePermission", **changes)
        return shown()

    def shown() -> list[dict[str, str]]:
        found = ec2.describe_snapshot_attribute(SnapshotId=snapshot, Attribute="createVolumePermission")
        return sorted(found["CreateVolumePermissions"], key=str)

    assert shared(CreateVolumePermission={"Add": [{"UserId": FRIEND}, {"Group": "all"}]}) == [
        {"Group": "all"},
        {"UserId": FRIEND},
    ]
    assert shared(OperationType="add", UserIds=[OTHER]) == [{"Group": "all"}, {"UserId": FRIEND}, {"UserId": OTHER}]
    assert shared(CreateVolumePermission={"Remove": [{"Group": "all"}, {"UserId": FRIEND}]}) == [{"UserId": OTHER}]
    ec2.reset_snapshot_attribute(SnapshotId=snapshot, Attribute="createVolumePermission")
    assert shown() == []
