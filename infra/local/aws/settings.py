"""What the mends need to know of the lab around them: one value for the process, replaced by `install`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from infra.local.call import Answer, Call
from infra.local.clock import Timekeeper
from infra.local.faults import Faults
from infra.local.lake.lake import Lake

Take = Callable[[Call, Answer], None]
Deliver = Callable[[Sequence[dict[str, Any]]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The lab around the mends."""

    lake: Lake | None = None  # who makes event data stores
    endpoint_url: str | None = None  # where Lambda code that runs for a custom resource finds AWS
    snapshot_seconds: float = 0.0  # how long a snapshot is pending
    eventual_consistency: float = 0.0  # seconds by which EC2's describes lag behind its changes
    faults: Faults = field(default_factory=Faults)  # what the organisers have switched on
    timekeeper: Timekeeper | None = None  # who lets such code act at the time of the call that runs it
    take: Take | None = None  # who hears of the calls that CloudFormation makes for a stack
    deliver: Deliver | None = None  # who gets the records of what AWS does by itself


_in_force = [Settings()]


def settings() -> Settings:
    """The settings in force."""
    return _in_force[-1]


def use(new: Settings) -> None:
    """Put other settings in force, for every account of this process."""
    _in_force[:] = [new]
