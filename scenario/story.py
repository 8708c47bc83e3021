"""The story: what the compromised instance did, drawn from a team's seed.

Standard library only and Python 3.9 syntax: this file runs on the instance as it is.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Any, Dict, Tuple


@dataclass(frozen=True)
class Step:
    """One API call of the story.

    `service` is boto3's name ("s3"), `operation` the API's ("ListBuckets"), `region` the one called, which for a
    global service is the one that CloudTrail writes. Strings in `parameters` may hold placeholders in braces, filled
    in from the stage by whoever plays the step. `at` is in seconds since the story began.
    """

    at: float
    service: str
    operation: str
    region: str
    parameters: Dict[str, Any] = field(default_factory=dict)
    body: str = ""  # what an upload holds; empty for every other call
    refused: bool = False  # the instance's role may not make this call
    event_source: str = ""  # as CloudTrail writes it: "s3.amazonaws.com"
    event_name: str = ""  # as CloudTrail writes it
    read_only: bool = True  # as CloudTrail writes it


@dataclass(frozen=True)
class Story:
    """Ordered steps, by `at`. `seed_id` names the seed without giving it away."""

    seed_id: str
    steps: Tuple[Step, ...]


def team_seed(lab_seed: str, account_id: str) -> str:
    """The seed of the team that owns this account: HMAC-SHA256(lab seed, account id), hexadecimal."""
    return hmac.new(lab_seed.encode(), account_id.encode(), hashlib.sha256).hexdigest()


def draw(seed: str, home_region: str) -> Story:
    """The story of a team's seed in a lab deployed to `home_region`. Same arguments, same story, everywhere."""
    raise NotImplementedError
