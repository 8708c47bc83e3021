"""Systems Manager is mended: its public parameters are those of `infra.local.aws.public_images`."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.aws.public_images import image_id, parameter_name


@pytest.mark.parametrize("region", ["mx-central-1", "us-gov-west-1"])
@pytest.mark.parametrize("architecture", ["x86_64", "arm64"])
def test_a_region_that_moto_does_not_know_has_its_parameters(open_one: Any, region: str, architecture: str) -> None:
    """The newest image is named there too."""
    ssm = open_one(region).client("ssm")
    found = ssm.get_parameter(Name=parameter_name(architecture))["Parameter"]
    assert (found["Value"], found["Type"], found["Version"]) == (image_id(region, architecture), "String", 1)
