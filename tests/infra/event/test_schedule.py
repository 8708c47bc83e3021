"""Who may start when: within limits drawn by hypothesis, and within those of limits.json, whatever goes wrong."""

from __future__ import annotations

import random
from collections import defaultdict
from heapq import heappop, heappush
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.event.limits import Phase, bounds, phases
from infra.event.schedule import Pace, Run, Try, schedule

SLACK = 1e-6  # seconds: starts are sums of many small floats
TRIES = 5

paces = st.builds(
    Pace,
    at_once=st.none() | st.integers(1, 8),
    a_second=st.none() | st.floats(0.1, 50),
)


class Weather:
    """Times, failures and pauses of an event, drawn from a seed: the same for a team whatever happens to others."""

    def __init__(self, seed: int, usual: float, failing: float) -> None:
        self.seed, self.usual, self.failing = seed, usual, failing

    def __call__(self, team: str, number: int) -> Try:
        """A try takes the usual time, at times ten times as long; one that fails comes again, up to TRIES."""
        dice = random.Random(f"{self.seed} {team} {number}")
        seconds = self.usual * dice.choice([0.5, 1, 1, 1, 2, 10])
        fails = dice.random() < self.failing and number < TRIES
        return Try(seconds=seconds, again_after=backoff(dice, number) if fails else None)


def backoff(dice: random.Random, number: int) -> float:
    """Seconds to pause after the n-th try failed: anything up to a bound that doubles, so that no two come together.

    It is what Step Functions calls full jitter (Amazon States Language, JitterStrategy).
    """
    return dice.uniform(0, min(60, 2**number))


def names(count: int) -> list[str]:
    """So many teams."""
    return [f"team-{number}" for number in range(count)]


def most_at_once(runs: list[Run]) -> int:
    """How many ran at the same time, at the worst moment. Who ends makes room for who starts then."""
    most = 0
    ends: list[float] = []
    for run in runs:
        while ends and ends[0] <= run.start:
            heappop(ends)
        heappush(ends, run.end)
        most = max(most, len(ends))
    return most


def most_in_a_second(runs: list[Run]) -> int:
    """How many started within a second, at the worst moment."""
    most, first = 0, 0
    for last, run in enumerate(runs):
        while run.start - runs[first].start >= 1 - SLACK:
            first += 1
        most = max(most, last - first + 1)
    return most


@given(count=st.integers(0, 40), pace=paces, seed=st.integers(0, 999), failing=st.sampled_from([0, 0.3, 0.9]))
def test_no_limit_is_passed_and_nobody_starves(count: int, pace: Pace, seed: int, failing: float) -> None:
    """Whatever goes wrong: first come, first served, nobody idles, and each team is tried until it is done with."""
    weather = Weather(seed, 3, failing)
    runs = schedule(names(count), pace, weather)
    assert pace.at_once is None or most_at_once(runs) <= pace.at_once
    for before, after in pairwise(runs):
        assert (before.due, before.start) <= (after.due, after.start)
        assert pace.a_second is None or after.start - before.start >= 1 / pace.a_second - SLACK
    ends = {run.end for run in runs}
    for place, run in enumerate(runs):
        paced = place and pace.a_second is not None and run.start == runs[place - 1].start + 1 / pace.a_second
        assert run.start in {run.due, runs[place - 1].start} | ends or paced
    tries = defaultdict(list)
    for run in runs:
        tries[run.team].append(run.number)
    assert set(tries) == set(names(count))
    for team, numbers in tries.items():
        assert numbers == list(range(1, len(numbers) + 1))
        assert weather(team, numbers[-1]).again_after is None


@given(pace=paces, seed=st.integers(0, 999))
def test_a_failing_account_holds_up_nobody(pace: Pace, seed: int) -> None:
    """As long as it fails, all others are tried first exactly when they would be if it succeeded at once."""
    teams, weather = names(30), Weather(seed, 3, 0)

    def one_fails(team: str, number: int) -> Try:
        going = weather(team, number)
        fails = team == teams[3] and number < TRIES
        return Try(seconds=going.seconds, again_after=0) if fails else going

    calm, rough = schedule(teams, pace, weather), schedule(teams, pace, one_fails)
    assert [run for run in rough if run.team != teams[3]] == [run for run in calm if run.team != teams[3]]
    assert [run.number for run in rough if run.team == teams[3]] == list(range(1, TRIES + 1))


@given(at_once=st.integers(2, 8), seed=st.integers(0, 999))
def test_a_slow_account_takes_one_place_and_no_more(at_once: int, seed: int) -> None:
    """An account that hangs for a day leaves all others as well off as with one place fewer and without it."""
    teams, weather = names(30), Weather(seed, 3, 0)

    def one_hangs(team: str, number: int) -> Try:
        return Try(seconds=86_400) if team == teams[3] else weather(team, number)

    rest = [team for team in teams if team != teams[3]]
    fewer = {run.team: run.end for run in schedule(rest, Pace(at_once=at_once - 1), weather)}
    for run in schedule(teams, Pace(at_once=at_once), one_hangs):
        assert run.team == teams[3] or run.end <= fewer[run.team] + SLACK


@pytest.mark.parametrize("phase", [phase for phase in phases() if phase.seconds], ids=lambda phase: phase.id)
def test_an_event_of_thousands_stays_within_every_limit(phase: Phase) -> None:
    """A tenth of all tries fails, some take ten times as long; each limit that teams wait for is looked at."""
    teams, usual = names(3_000), phase.alone(hours=0)
    runs = schedule(teams, phase.pace(), Weather(1, usual, 0.1))
    used = {"concurrency": most_at_once(runs), "rate": most_in_a_second(runs)}
    shared = [b for b in bounds() if b.phase == phase and b.limit.scope == "organiser" and not b.refuses]
    assert [b.limit.id for b in shared if used[b.limit.kind] * b.use > b.limit.value] == []
    assert {run.team for run in runs} == set(teams)
    assert sum(run.number > 1 for run in runs) > 200


def test_the_same_seed_the_same_event() -> None:
    """Nothing but the tries decides."""
    pace = Pace(at_once=7, a_second=3)
    assert schedule(names(50), pace, Weather(5, 3, 0.5)) == schedule(names(50), pace, Weather(5, 3, 0.5))
    assert schedule(names(50), pace, Weather(5, 3, 0.5)) != schedule(names(50), pace, Weather(6, 3, 0.5))
