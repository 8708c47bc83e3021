"""Who may start when: many teams, a limit on how many run at once, a limit on how many start in a second.

The plan of an event asks it with the times that are usual, the tests with times, failures and pauses drawn from a seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast teams may be taken; None for no limit."""

    at_once: int | None = None  # how many may run at the same time
    a_second: float | None = None  # how many may start in a second, evenly


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """How one try at one team goes."""

    seconds: float
    again_after: float | None = None  # seconds from its end until the team is due again; None where it is done with


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One try in its time; seconds since the beginning."""

    team: str
    number: int  # the team's first try is 1
    due: float  # since when the team wanted to start
    start: float
    end: float


def schedule(teams: Sequence[str], pace: Pace, attempt: Callable[[str, int], Try]) -> list[Run]:
    """Every try of every team, in the order of their starts. `attempt` tells of a team's n-th try.

    Whoever is due first starts first, and among them whoever stands first in `teams`: all are tried once before any is
    tried again. A team that waits for its next try holds no place. Deterministic, as far as `attempt` is.
    """
    waiting = [(0.0, place, 1) for place in range(len(teams))]
    ends: list[float] = []  # of the last starts, as many as may run at once
    runs: list[Run] = []
    free = 0.0  # nobody may start earlier
    while waiting:
        due, place, number = heappop(waiting)
        start = max(due, free)
        if pace.at_once is not None and len(ends) == pace.at_once:
            start = max(start, heappop(ends))
        going = attempt(teams[place], number)
        end = start + going.seconds
        heappush(ends, end)
        runs.append(Run(team=teams[place], number=number, due=due, start=start, end=end))
        free = start + 1 / pace.a_second if pace.a_second is not None else start
        if going.again_after is not None:
            heappush(waiting, (end + going.again_after, place, number + 1))
    return runs
