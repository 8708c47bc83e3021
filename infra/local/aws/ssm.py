"""Systems Manager with every mend."""

from __future__ import annotations

from moto.ssm import models

from infra.local.aws.public_images import EveryRegion


def mend() -> None:
    """Have moto's parameter store know the public images of every region."""
    models.ParameterDict = EveryRegion  # type: ignore[misc]
    models.ssm_backends.clear()
