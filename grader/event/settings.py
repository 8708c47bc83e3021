"""What the event's stack tells its functions, by environment variables.

| variable | what it is |
|---|---|
| EVENT_TABLE | the table of outcomes, submissions and labs |
| EVENT_RESULTS | the bucket of reports, bundles and large submissions |
| EVENT_ROSTERS | the bucket of rosters |
| EVENT_SECRET | the ARN of the secret |
| EVENT_STACK_SET | the name of the stack set that made the labs |
| EVENT_STATE_MACHINE | the ARN of the state machine; the page's alone |
| AWS_ENDPOINT_URL | where all services are, if it is not AWS; boto3 reads it too |
| EVENT_SETTLE | seconds after an instance's end for which an event may be late; as AWS's may be where it is not set |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from grader.containment.judgement import SETTLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the parts of the organiser's account are."""

    table: str
    results: str
    rosters: str
    secret: str
    stack_set: str
    state_machine: str = ""
    endpoint: str | None = None
    settle: timedelta = SETTLE

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """What the variables say. Raises KeyError for one that is not set."""
        settle = environ.get("EVENT_SETTLE")
        return cls(
            table=environ["EVENT_TABLE"],
            results=environ["EVENT_RESULTS"],
            rosters=environ["EVENT_ROSTERS"],
            secret=environ["EVENT_SECRET"],
            stack_set=environ["EVENT_STACK_SET"],
            state_machine=environ.get("EVENT_STATE_MACHINE", ""),
            endpoint=environ.get("AWS_ENDPOINT_URL"),
            settle=SETTLE if settle is None else timedelta(seconds=float(settle)),
        )
