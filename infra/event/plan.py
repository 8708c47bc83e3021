"""How long an event takes, what it costs and what limits it, for a number of teams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

from infra.deploy.cost import bill
from infra.event.limits import Bound, Phase, phases, reached
from infra.event.schedule import Run, Try, schedule

STORE, BYSTANDERS = "athena", 2  # the account template's defaults


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an event comes to, when learners work for so many hours."""

    teams: int
    hours: float
    seconds: Mapping[str, float]  # by phase, until the last team is through
    lab_usd: float  # labs in the teams' accounts, each from its deployment to its teardown
    organiser_usd: float
    reached: tuple[Bound, ...]

    @property
    def whole(self) -> float:
        """Seconds from the first account's deployment to the last one's teardown."""
        return sum(self.seconds.values())

    @property
    def usd(self) -> float:
        """Dollars for all of it, without tax and free tier."""
        return self.lab_usd + self.organiser_usd

    def as_json(self) -> dict[str, Any]:
        """What `lab event plan --json` prints."""
        return {
            "teams": self.teams,
            "hours": self.hours,
            "seconds": {name: round(seconds) for name, seconds in self.seconds.items()} | {"whole": round(self.whole)},
            "usd": {"labs": round(self.lab_usd, 2), "organiser": round(self.organiser_usd, 2)},
            "reached": [
                {
                    "phase": bound.phase.id,
                    "use": bound.use,
                    "reached_by": bound.reached_by,
                    "effect": "refuses" if bound.refuses else "waits",
                    "limit": asdict(bound.limit),
                }
                for bound in self.reached
            ],
        }


def plan(teams: int, hours: float) -> Plan:
    """The plan for so many teams, 1 to MOST_TEAMS, whose learners work for so many hours."""
    runs = {phase.id: _runs(phase, teams, hours) for phase in phases()}
    seconds = {name: max(run.end for run in through) for name, through in runs.items()}
    each = sum(phase.usd * (hours if phase.seconds is None else 1) for phase in phases())
    return Plan(
        teams=teams,
        hours=hours,
        seconds=seconds,
        lab_usd=teams * _standing(runs, seconds) / 3600 * bill(store=STORE, bystanders=BYSTANDERS).hourly,
        organiser_usd=teams * each,
        reached=reached(teams),
    )


def _runs(phase: Phase, teams: int, hours: float) -> list[Run]:
    """One phase, when every team takes its usual time."""
    usual = Try(seconds=phase.alone(hours))
    return schedule([str(number) for number in range(teams)], phase.pace(), lambda team, number: usual)


def _standing(runs: Mapping[str, Sequence[Run]], seconds: Mapping[str, float]) -> float:
    """Seconds that a lab stands on average: from the start of its first phase to the end of its last."""
    first, last = phases()[0].id, phases()[-1].id
    late = fmean(run.start for run in runs[first])
    early = seconds[last] - fmean(run.end for run in runs[last])
    return sum(seconds.values()) - late - early
