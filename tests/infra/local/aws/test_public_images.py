"""Public images and parameters: few, quick, and in every region."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.aws.public_images import image_id


@pytest.mark.parametrize(
    "region", ["us-east-1", "eu-west-1", "ap-southeast-1", "ap-southeast-7", "mx-central-1", "us-gov-west-1"]
)
def test_the_parameter_names_an_image_of_the_region(open_one: Any, region: str) -> None:
    """The public parameter resolves, also where moto has no parameters, and the image is there."""
    aws = open_one(region)
    (image,) = aws.client("ec2").describe_images(ImageIds=[aws.image()])["Images"]
    assert (image["Architecture"], image["RootDeviceName"], image["OwnerId"]) == ("x86_64", "/dev/xvda", "137112412989")
    assert image["Name"].startswith("al2023-ami-2023.")
    (device,) = image["BlockDeviceMappings"]
    device["Ebs"].pop("SnapshotId")
    assert device == {
        "DeviceName": "/dev/xvda",
        "Ebs": {"VolumeSize": 8, "VolumeType": "gp3", "DeleteOnTermination": True, "Encrypted": False},
    }


def test_images_differ_between_regions() -> None:
    """An image id belongs to one region and one architecture."""
    ids = {image_id(r, a) for r in ("us-east-1", "mx-central-1", "us-gov-west-1") for a in ("x86_64", "arm64")}
    assert len(ids) == 6


def test_a_new_account_has_few_images(aws: Any) -> None:
    """Two images, not 1,300, so that a new account costs nothing."""
    images = aws.client("ec2").describe_images(Owners=["amazon"])["Images"]
    assert sorted(image["Architecture"] for image in images) == ["arm64", "x86_64"]


def test_the_other_public_parameters_are_still_there(aws: Any) -> None:
    """moto's own parameters of a region that it knows are kept."""
    name = "/aws/service/ami-amazon-linux-latest/al2023-ami-minimal-kernel-default-arm64"
    assert aws.client("ssm").get_parameter(Name=name)["Parameter"]["Name"] == name
