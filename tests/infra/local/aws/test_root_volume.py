"""The volumes of an instance: its image's, changed by what the launch says."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.aws.root_volume import merged


def root_of(aws: Any, instance: str) -> tuple[str, bool, dict[str, Any]]:
    """Device name, deletion on termination, and the volume of an instance with one volume."""
    (mapping,) = aws.instance(instance)["BlockDeviceMappings"]
    (volume,) = aws.client("ec2").describe_volumes(VolumeIds=[mapping["Ebs"]["VolumeId"]])["Volumes"]
    return mapping["DeviceName"], mapping["Ebs"]["DeleteOnTermination"], volume


def test_without_mappings_it_is_the_images(aws: Any) -> None:
    """Amazon Linux 2023 starts from 8 GiB of gp3 on /dev/xvda."""
    device, deleted, volume = root_of(aws, aws.run_on(aws.network().interface))
    assert (device, deleted) == ("/dev/xvda", True)
    assert (volume["Size"], volume["VolumeType"], volume["Encrypted"]) == (8, "gp3", False)


def test_a_mapping_changes_what_it_states(aws: Any) -> None:
    """An encrypted root without a size keeps the image's size, and goes with the instance."""
    interfaces = [{"NetworkInterfaceId": aws.network().interface, "DeviceIndex": 0}]
    encrypted = [{"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": True, "VolumeSize": 20}}]
    device, deleted, volume = root_of(aws, aws.run(NetworkInterfaces=interfaces, BlockDeviceMappings=encrypted))
    assert (device, deleted) == ("/dev/xvda", True)
    assert (volume["Size"], volume["VolumeType"], volume["Encrypted"]) == (20, "gp3", True)
    assert volume["KmsKeyId"].startswith(f"arn:aws:kms:us-east-1:{aws.id}:key/")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ([], [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8, "DeleteOnTermination": True}}]),
        (
            [{"DeviceName": "/dev/xvda", "NoDevice": None, "Ebs": {"VolumeSize": None, "DeleteOnTermination": False}}],
            [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8, "DeleteOnTermination": False}}],
        ),
        (
            [{"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 1}}],
            [
                {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8, "DeleteOnTermination": True}},
                {"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 1}},
            ],
        ),
    ],
)
def test_merging(asked: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    """Field by field what is asked for wins; what is not stated is the image's; new devices come after."""
    image = [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8, "DeleteOnTermination": True}}]
    assert merged(image, asked) == expected
