"""Sharing snapshots with other accounts."""

from __future__ import annotations

from typing import Any

import pytest

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


@pytest.mark.parametrize(
    "sharing",
    [
        {"OperationType": "add", "UserIds": [FRIEND]},
        {"OperationType": "add", "GroupNames": ["all"]},
        {"CreateVolumePermission": {"Add": [{"UserId": FRIEND}]}},
        {"CreateVolumePermission": {"Add": [{"Group": "all"}]}},
    ],
)
def test_what_ebs_s_own_key_encrypts_is_shared_with_nobody(aws: Any, refused: Any, sharing: dict[str, Any]) -> None:
    """Neither a snapshot nor a copy of it; taking away is no error, and a key of one's own is."""
    ec2 = aws.client("ec2")
    volume = ec2.create_volume(Size=1, AvailabilityZone="us-east-1a", Encrypted=True)["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    source = {"SourceSnapshotId": snapshot, "SourceRegion": "us-east-1"}
    copied = ec2.copy_snapshot(**source)["SnapshotId"]
    own_key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    own = ec2.copy_snapshot(**source, Encrypted=True, KmsKeyId=own_key)["SnapshotId"]
    what = {"Attribute": "createVolumePermission", **sharing}
    away = {"Attribute": "createVolumePermission", "OperationType": "remove", "UserIds": [OTHER]}
    for one in (snapshot, copied):
        assert refused(ec2.modify_snapshot_attribute, SnapshotId=one, **what) == (
            "OperationNotPermitted",
            "Encrypted snapshots with EBS default key cannot be shared",
        )
        shown = ec2.describe_snapshot_attribute(SnapshotId=one, Attribute="createVolumePermission")
        assert shown["CreateVolumePermissions"] == []
        ec2.modify_snapshot_attribute(SnapshotId=one, **away)
    ec2.modify_snapshot_attribute(SnapshotId=own, **what)


def test_an_image_of_it_is_shared_with_nobody(aws: Any, refused: Any) -> None:
    """In other words, as EC2 has it; an image that is not encrypted may be shared."""
    ec2 = aws.client("ec2")
    for encrypted in (True, False):
        device = {"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": encrypted, "VolumeSize": 8}}
        instance = aws.run(BlockDeviceMappings=[device])
        image = ec2.create_image(InstanceId=instance, Name=f"encrypted {encrypted}")["ImageId"]
        sharing = {"ImageId": image, "LaunchPermission": {"Add": [{"UserId": FRIEND}]}}
        if encrypted:
            assert refused(ec2.modify_image_attribute, **sharing) == (
                "InvalidParameter",
                "Snapshots encrypted with the AWS Managed CMK can't be shared. Specify another snapshot.",
            )
        else:
            ec2.modify_image_attribute(**sharing)
        shown = ec2.describe_image_attribute(ImageId=image, Attribute="launchPermission")["LaunchPermissions"]
        assert shown == ([] if encrypted else [{"UserId": FRIEND}])
