"""How long an event takes, what it costs and what limits it, for a number of teams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from infra.deploy.cost import bill
from infra.event.limits import Bound, Phase, phases, reached
from infra.event.schedule import Try, schedule

MOST_TEAMS = 10_000
STORE, BYSTANDERS = "athena", 2  # the account template's defaults


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an event comes to, when learners work for so many hours."""

    teams: int
    hours: float
    seconds: Mapping[str, float]  # by phase, until the last team is through
    lab_usd: float  # labs in the teams' accounts, each as if it stood all the time
    organiser_usd: float
    reached: tuple[Bound, ...]

    @property
    def whole(self) -> float:
        """Seconds from the first account's deployment to the last one's teardown."""
        return sum(self.seconds.values())

    @property
    def usd(self) -> float:
        """Dollars for all of it, at most, without tax and free tier."""
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
    seconds = {phase.id: _seconds(phase, teams, hours) for phase in phases()}
    standing = sum(seconds.values()) / 3600
    each = sum(phase.usd * (hours if phase.seconds is None else 1) for phase in phases())
    return Plan(
        teams=teams,
        hours=hours,
        seconds=seconds,
        lab_usd=teams * standing * bill(store=STORE, bystanders=BYSTANDERS).hourly,
        organiser_usd=teams * each,
        reached=reached(teams),
    )


def _seconds(phase: Phase, teams: int, hours: float) -> float:
    """Until the last team is through, when every team takes its usual time. Learners of all teams work at once."""
    usual = Try(seconds=phase.alone(hours))
    if phase.seconds is None:
        return usual.seconds
    runs = schedule([str(number) for number in range(teams)], phase.pace(), lambda team, number: usual)
    return max(run.end for run in runs)
