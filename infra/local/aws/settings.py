"""What the mends need to know of the lab around them: one value for the process, replaced by `install`."""

from __future__ import annotations

from dataclasses import dataclass

from infra.local.lake.lake import Lake


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The lab around the mends."""

    lake: Lake | None = None  # who makes event data stores
    endpoint_url: str | None = None  # where Lambda code that runs for a custom resource finds AWS
    snapshot_seconds: float = 0.0  # how long a snapshot is pending


_in_force = [Settings()]


def settings() -> Settings:
    """The settings in force."""
    return _in_force[-1]


def use(new: Settings) -> None:
    """Put other settings in force, for every account of this process."""
    _in_force[:] = [new]
