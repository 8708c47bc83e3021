"""What limits an event: quotas of AWS, and what each phase of an event asks of them, from limits.json."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from infra.event.schedule import Pace

LIMITS = Path(__file__).with_name("limits.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One quota; the fields are described in limits.schema.json."""

    id: str
    about: str
    kind: str  # "concurrency", "rate" or "count"
    value: float
    unit: str
    scope: str  # "organiser" or "team"
    adjustable: bool
    source: str
    grade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One part of an event; likewise."""

    id: str
    about: str
    usd: float
    basis: str
    uses: Mapping[str, float]
    seconds: float | None = None

    def pace(self) -> Pace:
        """How fast teams get through the limits for which they wait."""
        shared = [bound for bound in bounds() if bound.phase == self and not bound.refuses]
        at_once = [bound.teams for bound in shared if bound.limit.kind == "concurrency"]
        a_second = [bound.limit.value / bound.use for bound in shared if bound.limit.kind == "rate"]
        return Pace(at_once=min(at_once, default=None), a_second=min(a_second, default=None))

    def alone(self, hours: float) -> float:
        """Seconds that it takes for one team: as usual, or longer by what the team's own account answers in a second.

        Learners work for these hours.
        """
        own = [b for b in bounds() if b.phase == self and (b.limit.scope, b.limit.kind) == ("team", "rate")]
        usual = hours * 3600 if self.seconds is None else self.seconds
        return max([usual, *(bound.use / bound.limit.value for bound in own)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A limit, and a phase that uses it."""

    limit: Limit
    phase: Phase
    use: float  # by one team

    @property
    def teams(self) -> int:
        """How many teams have room in the organiser's limit."""
        return math.floor(self.limit.value / self.use)

    @property
    def refuses(self) -> bool:
        """Whether there is an error beyond the limit; else teams wait for each other."""
        lasting = self.phase.seconds is None or self.limit.scope == "team"
        return self.limit.kind == "count" or lasting

    @property
    def reached_by(self) -> int | None:
        """The lowest number of teams that is too much; None where no number is: the limit is each team's own."""
        if self.limit.scope == "organiser":
            return self.teams + 1
        return 1 if self.limit.kind != "rate" and self.use > self.limit.value else None


@cache
def phases() -> tuple[Phase, ...]:
    """The phases of an event, in their order."""
    return tuple(Phase(**phase) for phase in json.loads(LIMITS.read_text("utf-8"))["phases"])


@cache
def limits() -> Mapping[str, Limit]:
    """Every limit by its id."""
    return {one["id"]: Limit(**one) for one in json.loads(LIMITS.read_text("utf-8"))["limits"]}


@cache
def bounds() -> tuple[Bound, ...]:
    """Every use of every limit, by phase."""
    return tuple(
        Bound(limit=limits()[name], phase=phase, use=use) for phase in phases() for name, use in phase.uses.items()
    )


def reached(teams: int) -> tuple[Bound, ...]:
    """What is too little for so many teams, in the order in which it becomes so.

    Where teams wait for one limit anyway, looser ones of its kind never see them all.
    """
    early = [bound for bound in bounds() if bound.reached_by is not None and bound.reached_by <= teams]
    felt = [bound for bound in early if bound.refuses or bound.teams == _tightest(bound)]
    return tuple(sorted(felt, key=lambda bound: bound.reached_by or 0))


def _tightest(bound: Bound) -> int:
    """How many teams have room in the narrowest limit of this kind in the phase."""
    alike = (
        b for b in bounds() if (b.phase, b.limit.kind, b.limit.scope) == (bound.phase, bound.limit.kind, "organiser")
    )
    return min(b.teams for b in alike)
