"""Traffic: a story played through a boto3 session, on AWS or on local AWS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from scenario.stage import Stage
from scenario.story import Step, Story, fill

# How the services of the story say that the caller may not do something.
REFUSALS = {
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",  # SNS
    "UnauthorizedOperation",  # EC2
}
RETRIES = Config(retries={"mode": "standard", "max_attempts": 5})  # a whole story at once may be throttled on AWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Surprise:
    """A step that went otherwise than the story says. `error` is AWS's "Code: message", empty where it was answered."""

    step: Step
    error: str = ""

    def __str__(self) -> str:
        expected = "should have been refused" if self.step.refused else "should have been answered"
        return f"{self.step.operation} in {self.step.region} {expected}: {self.error or 'it was answered'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One play of a story. Nothing in `surprises` means that all of it went as the story says."""

    calls: int
    surprises: tuple[Surprise, ...] = field(default=())


def play(
    story: Story, stage: Stage, session: boto3.Session, *, on_step: Callable[[Step], object] | None = None
) -> Played:
    """Make every call of the story in its order, without its pauses. Playing again is safe: uploads replace themselves.

    `session` is of the host whose story it is. `on_step` is called before each call, with the step as the story has it.
    Raises botocore's errors where AWS cannot be reached at all; what AWS answers is in the result.
    """
    names = names_of(stage)
    clients = _Clients(session)
    surprises = []
    for step in story.steps:
        if on_step:
            on_step(step)
        error = _call(step, fill(step.parameters, names), clients)
        if bool(error) != step.refused or (error and error.partition(":")[0] not in REFUSALS):
            surprises.append(Surprise(step=step, error=error))
    return Played(calls=len(story.steps), surprises=tuple(surprises))


def names_of(stage: Stage) -> dict[str, str]:
    """What the placeholders of a story stand for: every field of the stage that is a text."""
    return {name: value for name, value in asdict(stage).items() if isinstance(value, str)}


class _Clients:
    """One client for each service and region: making one takes longer than a call."""

    def __init__(self, session: boto3.Session) -> None:
        self._make: Any = session.client  # boto3's types know only names written out
        self._made: dict[tuple[str, str], Any] = {}

    def get(self, service: str, region: str) -> Any:
        if (service, region) not in self._made:
            self._made[service, region] = self._make(service, region_name=region, config=RETRIES)
        return self._made[service, region]


def _call(step: Step, parameters: dict[str, Any], clients: _Clients) -> str:
    """Make one call; the answer is thrown away. Gives AWS's error as "Code: message", or nothing."""
    client = clients.get(step.service, step.region)
    if step.body:
        parameters["Body"] = step.body.encode()
    try:
        getattr(client, xform_name(step.operation))(**parameters)
    except ClientError as error:
        return "{Code}: {Message}".format(**error.response["Error"])
    return ""
