"""The secrets of an event: one secret of Secrets Manager, which the event's stack makes of its parameters."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager.client import SecretsManagerClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """What nobody but the event's functions and its organiser knows."""

    lab_seed: str = field(repr=False)  # all teams' stories are drawn from it
    external_id: str = field(repr=False)  # what is said when GraderRole is assumed
    signing_key: str = field(repr=False)  # reports are signed with it
    token_key: str = field(repr=False)  # teams' tokens follow from it
    organiser_token: str = field(repr=False)


def read_secret(client: SecretsManagerClient, arn: str) -> Secret:
    """The event's secret. Raises botocore's errors."""
    return Secret(**json.loads(client.get_secret_value(SecretId=arn)["SecretString"]))
