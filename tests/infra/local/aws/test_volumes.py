"""Volumes: those that are not there are named, and one is detached from wherever it is."""

from __future__ import annotations

from typing import Any


def test_a_describe_names_what_it_does_not_find(aws: Any, refused: Any) -> None:
    """One or several, and none that is there."""
    ec2 = aws.client("ec2")
    there = ec2.create_volume(Size=1, AvailabilityZone="us-east-1a")["VolumeId"]
    gone = ["vol-0123456789abcdef0", "vol-0123456789abcdef1"]
    assert refused(ec2.describe_volumes, VolumeIds=[there, gone[0]]) == (
        "InvalidVolume.NotFound",
        "The volume 'vol-0123456789abcdef0' does not exist.",
    )
    assert refused(ec2.describe_volumes, VolumeIds=gone)[1] == (
        "The volumes 'vol-0123456789abcdef0, vol-0123456789abcdef1' do not exist."
    )
    assert [volume["VolumeId"] for volume in ec2.describe_volumes(VolumeIds=[there])["Volumes"]] == [there]


def test_a_volume_is_detached_from_wherever_it_is(aws: Any, refused: Any) -> None:
    """DetachVolume takes the volume alone, and refuses one that is not attached."""
    ec2, instance = aws.client("ec2"), aws.run()
    volume = aws.instance(instance)["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
    assert ec2.detach_volume(VolumeId=volume)["InstanceId"] == instance
    assert refused(ec2.detach_volume, VolumeId=volume) == (
        "IncorrectState",
        f"Volume '{volume}' is in the 'available' state.",
    )
