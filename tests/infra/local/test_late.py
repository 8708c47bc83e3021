"""Events that come late and out of order."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from infra.local.late import Late, latest

USUAL = timedelta(seconds=90)


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


def records(count: int) -> list[dict[str, Any]]:
    """So many records."""
    return [{"eventID": number, "recipientAccountId": str(number % 2)} for number in range(count)]


def delivered_by_minutes(seed: str) -> list[list[int]]:
    """Which of a hundred records come by each half minute."""
    clock, came = Clock(), list[list[int]]()
    late = Late(lambda batch: came[-1].extend(record["eventID"] for record in batch), USUAL, seed, clock)
    late.begin()
    late.take(records(100))
    for _ in range(7):
        came.append([])
        late.deliver_due()
        clock.time += 30
    late.close()
    return came


def test_before_it_begins_nothing_is_late() -> None:
    """What happens while the lab is made is there at once."""
    came: list[Any] = []
    late = Late(came.extend, USUAL, "seed")
    late.take(records(3))
    assert came == records(3)
    late.close()


def test_without_a_delay_nothing_is_late() -> None:
    """A lab that was asked for none never waits."""
    came: list[Any] = []
    late = Late(came.extend, timedelta(0), "seed")
    late.begin()
    late.take(records(3))
    assert came == records(3)
    late.close()


def test_everything_comes_late_and_in_no_order() -> None:
    """Nothing before half the delay, everything by one and a half, and not in the order of the calls."""
    came = delivered_by_minutes("seed")
    assert [len(some) > 0 for some in came] == [False, False, True, True, True, True, False]
    order = [number for some in came for number in some]
    assert sorted(order) == list(range(100)) != order
    assert latest(USUAL) == timedelta(seconds=135)


def test_the_seed_chooses() -> None:
    """The same seed, the same delays."""
    assert delivered_by_minutes("one") == delivered_by_minutes("one") != delivered_by_minutes("two")


def test_it_comes_by_itself() -> None:
    """Nobody has to ask for an event to be delivered when its time has come."""
    came = threading.Event()
    late = Late(lambda batch: came.set(), timedelta(milliseconds=20), "seed")
    late.begin()
    late.take(records(1))
    assert came.wait(timeout=10)
    late.close()


def test_what_is_refused_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    """A second later, once for each record; the others come meanwhile, and the log speaks of it once."""
    clock, came, broken = Clock(), list[int](), {1, 2}

    def deliver(batch: Sequence[dict[str, Any]]) -> None:
        if broken & {record["eventID"] for record in batch}:
            raise RuntimeError("full")
        came.extend(record["eventID"] for record in batch)

    late = Late(deliver, USUAL, "seed", clock)
    late.begin()
    late.take(records(4))
    clock.time += latest(USUAL).total_seconds()
    late.deliver_due()
    assert sorted(came) == [0, 3]
    clock.time += 1
    late.deliver_due()
    broken.clear()
    late.deliver_due()
    assert sorted(came) == [0, 3]
    clock.time += 1
    late.deliver_due()
    assert sorted(came) == [0, 1, 2, 3]
    late.close()
    assert [record.getMessage() for record in caplog.records] == [
        "a late record could not be delivered; tried again later"
    ]


def test_an_account_can_be_hurried_or_forgotten() -> None:
    """What waits for one account comes at once, or never; the others wait on."""
    came: list[Any] = []
    late = Late(came.extend, USUAL, "seed", Clock())
    late.begin()
    late.take(records(6))
    late.forget("0")
    late.hurry("0")
    assert came == []
    late.hurry("1")
    assert sorted(record["eventID"] for record in came) == [1, 3, 5]
    late.close()
