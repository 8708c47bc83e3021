"""CreateImage snapshots the volumes that the instance really has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from infra.local.aws.settings import settings, use
from infra.local.faults import Fault, Faults


def test_an_image_holds_a_snapshot_of_each_volume(aws: Any) -> None:
    """The snapshots are of the instance's volumes, carry their tags, and belong to the image's devices."""
    network, ec2 = aws.network(), aws.client("ec2")
    instance = aws.run_on(network.interface)
    data = ec2.create_volume(Size=3, AvailabilityZone=network.zone)["VolumeId"]
    ec2.attach_volume(VolumeId=data, InstanceId=instance, Device="/dev/sdf")
    root = aws.instance(instance)["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
    tags = [{"Key": "case", "Value": "42"}]
    image_id = ec2.create_image(
        InstanceId=instance,
        Name="evidence",
        TagSpecifications=[{"ResourceType": kind, "Tags": tags} for kind in ("image", "snapshot")],
    )["ImageId"]
    (image,) = ec2.describe_images(Owners=["self"])["Images"]
    assert (image["ImageId"], image["Tags"], image["RootDeviceName"]) == (image_id, tags, "/dev/xvda")
    made = {snapshot["SnapshotId"]: snapshot for snapshot in ec2.describe_snapshots()["Snapshots"]}
    of_devices = {m["DeviceName"]: made[m["Ebs"]["SnapshotId"]] for m in image["BlockDeviceMappings"]}
    assert {device: snapshot["VolumeId"] for device, snapshot in of_devices.items()} == {
        "/dev/xvda": root,
        "/dev/sdf": data,
    }
    assert {snapshot["Description"] for snapshot in made.values()} == {
        f"Created by CreateImage({instance}) for {image_id}"
    }
    assert [snapshot["Tags"] for snapshot in made.values()] == [tags, tags]


def test_the_snapshots_of_an_image_cannot_be_deleted(aws: Any, refused: Any) -> None:
    """They go after the image does."""
    ec2 = aws.client("ec2")
    image = ec2.create_image(InstanceId=aws.run_on(aws.network().interface), Name="evidence")["ImageId"]
    (snapshot,) = ec2.describe_snapshots()["Snapshots"]
    assert refused(ec2.delete_snapshot, SnapshotId=snapshot["SnapshotId"])[0] == "InvalidSnapshot.InUse"
    ec2.deregister_image(ImageId=image)
    ec2.delete_snapshot(SnapshotId=snapshot["SnapshotId"])


def test_an_image_is_pending_until_its_snapshots_are_completed(aws: Any) -> None:
    """With snapshot_seconds it waits; where a snapshot fails, so does the image."""
    ec2, instance = aws.client("ec2"), aws.run_on(aws.network().interface)
    use(replace(settings(), snapshot_seconds=60.0))
    image = ec2.create_image(InstanceId=instance, Name="one")["ImageId"]

    def state() -> str:
        return str(ec2.describe_images(ImageIds=[image])["Images"][0]["State"])

    assert state() == "pending"
    faults = Faults()
    use(replace(settings(), snapshot_seconds=0.0, faults=faults))
    assert state() == "available"
    faults.add(aws.id, Fault(kind="failed-snapshot", operation="ec2:CreateSnapshot", times=1))
    image = ec2.create_image(InstanceId=instance, Name="two")["ImageId"]
    assert (state(), faults.shown(aws.id)[0]["struck"]) == ("failed", 1)
