"""Snapshots: whose are listed, in which state they are, and with which key."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import WaiterError
from moto.core.utils import utcnow

from infra.local.aws import snapshots
from infra.local.aws.settings import settings, use
from infra.local.faults import Fault, Faults


def volume_of(aws: Any, encrypted: bool = False) -> str:
    return str(aws.client("ec2").create_volume(Size=8, AvailabilityZone="us-east-1a", Encrypted=encrypted)["VolumeId"])


def test_only_the_accounts_own_are_listed(aws: Any) -> None:
    """Without an owner DescribeSnapshots lists what the account made, and nothing of the public images."""
    ec2 = aws.client("ec2")
    assert ec2.describe_snapshots()["Snapshots"] == []
    made = ec2.create_snapshot(VolumeId=volume_of(aws))["SnapshotId"]
    assert [snapshot["SnapshotId"] for snapshot in ec2.describe_snapshots()["Snapshots"]] == [made]


def test_pending_in_the_answer_then_completed(aws: Any) -> None:
    """CreateSnapshot and CreateSnapshots answer "pending"; the waiter finds it completed."""
    network, ec2 = aws.network(), aws.client("ec2")
    made = ec2.create_snapshot(VolumeId=volume_of(aws), Description="evidence")
    assert (made["State"], made["Description"]) == ("pending", "evidence")
    instance = aws.run_on(network.interface)
    (of_instance,) = ec2.create_snapshots(InstanceSpecification={"InstanceId": instance})["Snapshots"]
    assert of_instance["State"] == "pending"
    ec2.get_waiter("snapshot_completed").wait(SnapshotIds=[made["SnapshotId"], of_instance["SnapshotId"]])
    shown = ec2.describe_snapshots()["Snapshots"]
    assert [(s["State"], s["Progress"]) for s in shown] == [("completed", "100%"), ("completed", "100%")]


def test_pending_as_long_as_the_lab_says(aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With snapshot_seconds a snapshot is pending until they are over."""
    use(replace(settings(), snapshot_seconds=60))
    ec2 = aws.client("ec2")
    ec2.create_snapshot(VolumeId=volume_of(aws))
    assert ec2.describe_snapshots()["Snapshots"][0]["State"] == "pending"
    monkeypatch.setattr(snapshots, "utcnow", lambda: utcnow() + timedelta(seconds=61))
    assert ec2.describe_snapshots()["Snapshots"][0]["State"] == "completed"


def test_tags_reach_the_snapshot_that_is_kept(aws: Any) -> None:
    """Tags given with the call show on the snapshot later."""
    ec2, tags = aws.client("ec2"), [{"Key": "case", "Value": "42"}]
    ec2.create_snapshot(VolumeId=volume_of(aws), TagSpecifications=[{"ResourceType": "snapshot", "Tags": tags}])
    assert ec2.describe_snapshots()["Snapshots"][0]["Tags"] == tags


def test_the_key_of_an_encrypted_volume(aws: Any) -> None:
    """A snapshot of an encrypted volume is encrypted with the same key."""
    ec2, volume = aws.client("ec2"), volume_of(aws, encrypted=True)
    key = ec2.describe_volumes(VolumeIds=[volume])["Volumes"][0]["KmsKeyId"]
    made = ec2.create_snapshot(VolumeId=volume)
    assert (made["Encrypted"], made["KmsKeyId"]) == (True, key)


def test_no_snapshot_of_an_unknown_volume(aws: Any, refused: Any) -> None:
    """It is refused, and nothing is made."""
    ec2 = aws.client("ec2")
    code, _ = refused(ec2.create_snapshot, VolumeId="vol-0123456789abcdef0")
    assert (code, ec2.describe_snapshots()["Snapshots"]) == ("InvalidVolume.NotFound", [])


def test_an_unknown_snapshot_is_named(aws: Any, refused: Any) -> None:
    """In the refusal of whatever is asked of it."""
    ec2, unknown = aws.client("ec2"), "snap-0123456789abcdef0"
    refusal = ("InvalidSnapshot.NotFound", f"The snapshot '{unknown}' does not exist.")
    assert refused(ec2.describe_snapshots, SnapshotIds=[unknown]) == refusal
    assert refused(ec2.delete_snapshot, SnapshotId=unknown) == refusal
    permission = {"SnapshotId": unknown, "Attribute": "createVolumePermission"}
    assert refused(ec2.describe_snapshot_attribute, **permission) == refusal


def test_a_copy_is_of_no_volume(aws: Any, refused: Any) -> None:
    """CopySnapshot's snapshot is pending at first, names no volume, and is encrypted where that is asked for."""
    ec2 = aws.client("ec2")
    source = ec2.create_snapshot(VolumeId=volume_of(aws))["SnapshotId"]

    def copy(**settings: Any) -> dict[str, Any]:
        made = ec2.copy_snapshot(SourceRegion=aws.region, SourceSnapshotId=source, **settings)["SnapshotId"]
        return dict(ec2.describe_snapshots(SnapshotIds=[made])["Snapshots"][0])

    plain = copy(Description="copied")
    assert (plain["VolumeId"], plain["VolumeSize"], plain["Encrypted"]) == ("vol-ffffffff", 8, False)
    encrypted = copy(Encrypted=True)
    assert (encrypted["Encrypted"], encrypted["KmsKeyId"].startswith("arn:aws:kms:us-east-1:")) == (True, True)
    asked = {"SourceRegion": aws.region, "SourceSnapshotId": "snap-0123456789abcdef0"}
    assert refused(ec2.copy_snapshot, **asked)[0] == "InvalidSnapshot.NotFound"


def test_a_copy_under_a_foreign_key_fails(aws: Any) -> None:
    """It is begun, and ends in the state error; one under a key of the account's own is completed."""
    ec2 = aws.client("ec2")
    source = ec2.create_snapshot(VolumeId=volume_of(aws, encrypted=True))["SnapshotId"]

    def state(account: str) -> str:
        key = f"arn:aws:kms:{aws.region}:{account}:key/0d8f3a6e-3b0c-4d5e-9f5a-2f1c7b6a9e10"
        asked = {"SourceRegion": aws.region, "SourceSnapshotId": source, "Encrypted": True, "KmsKeyId": key}
        made = ec2.copy_snapshot(**asked)["SnapshotId"]
        return str(ec2.describe_snapshots(SnapshotIds=[made])["Snapshots"][0]["State"])

    assert (state("111122223333"), state(aws.id)) == ("error", "completed")


def test_snapshots_of_an_instance_without_its_boot_volume(aws: Any) -> None:
    """CreateSnapshots with ExcludeBootVolume, and with ExcludeDataVolumeIds."""
    network, ec2 = aws.network(), aws.client("ec2")
    instance, data = aws.run_on(network.interface), volume_of(aws)
    ec2.attach_volume(VolumeId=data, InstanceId=instance, Device="/dev/sdf")
    boot = aws.instance(instance)["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]

    def volumes(**spec: Any) -> list[str]:
        made = ec2.create_snapshots(InstanceSpecification={"InstanceId": instance, **spec})["Snapshots"]
        return [snapshot["VolumeId"] for snapshot in made]

    assert volumes() == [boot, data]
    assert volumes(ExcludeBootVolume=True) == [data]
    assert volumes(ExcludeDataVolumeIds=[data]) == [boot]
    ec2.detach_volume(VolumeId=boot)
    assert volumes(ExcludeBootVolume=True) == [data]


def test_a_snapshot_fails_if_an_organiser_wants_it(aws: Any) -> None:
    """It is pending in the answer, then in the state error, and the waiter gives up at once; the next one completes."""
    faults = Faults()
    use(replace(settings(), faults=faults))
    faults.add(aws.id, Fault(kind="failed-snapshot", operation="ec2:CreateSnapshot", times=1))
    ec2, volume = aws.client("ec2"), volume_of(aws)
    made = [ec2.create_snapshot(VolumeId=volume) for _ in range(2)]
    assert [snapshot["State"] for snapshot in made] == ["pending", "pending"]
    with pytest.raises(WaiterError, match="terminal failure state"):
        ec2.get_waiter("snapshot_completed").wait(SnapshotIds=[made[0]["SnapshotId"]])
    states = {snapshot["SnapshotId"]: snapshot["State"] for snapshot in ec2.describe_snapshots()["Snapshots"]}
    assert [states[snapshot["SnapshotId"]] for snapshot in made] == ["error", "completed"]
