"""CreateImage snapshots the volumes that the instance really has."""

from __future__ import annotations

from typing import Any


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
