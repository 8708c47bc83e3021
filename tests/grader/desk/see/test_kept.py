from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

import pytest

from grader.desk.see.kept import MOST, Kept


@dataclass
class Store:
    """Answers with how often it was asked; each answer takes `seconds`."""

    seconds: float = 0.0
    now: float = 100.0
    asked: int = 0
    trouble: Exception | None = None

    def clock(self) -> float:
        return self.now

    def ask(self) -> int:
        self.asked += 1
        self.now += self.seconds
        if self.trouble:
            raise self.trouble
        return self.asked


def test_an_answer_lasts_for_some_seconds() -> None:
    """Then the store is asked anew."""
    store = Store()
    kept = Kept(store.clock)
    answers = []
    for store.now in (100.0, 104.9, 105.0):
        answers.append(kept.get("a", store.ask, 5.0))
    assert (answers, kept.get("b", store.ask)) == ([1, 1, 2], 3)


def test_a_slow_answer_lasts_longer() -> None:
    """Four times as long as it took: on AWS a query is a matter of seconds."""
    store = Store(seconds=10.0)
    kept = Kept(store.clock)
    kept.get("a", store.ask, 5.0)
    store.now = 110.0 + 39.9
    assert kept.get("a", store.ask, 5.0) == 1
    store.now = 110.0 + 40.0
    assert kept.get("a", store.ask, 5.0) == 2


def test_an_error_is_an_answer_too() -> None:
    """Fifty browsers do not ask a store in trouble fifty times."""
    store = Store(trouble=LookupError("no such store"))
    kept = Kept(store.clock)
    for _ in range(2):
        with pytest.raises(LookupError, match="no such store"):
            kept.get("a", store.ask)
    assert store.asked == 1
    store.now, store.trouble = 105.0, None
    assert kept.get("a", store.ask, 5.0) == 2


def test_those_who_ask_at_once_share_one_answer() -> None:
    """The first asks, the others wait for it."""
    store, kept, ready = Store(), Kept(), Barrier(8)

    def ask() -> int:
        ready.wait()
        return kept.get("a", store.ask)

    with ThreadPoolExecutor(8) as pool:
        assert {future.result() for future in [pool.submit(ask) for _ in range(8)]} == {1}


def test_the_oldest_answers_are_dropped() -> None:
    """However much is asked, so many are kept."""
    store = Store()
    kept = Kept(store.clock)
    for number in range(MOST + 1):
        kept.get(number, store.ask)
    assert (kept.get(MOST, store.ask), kept.get(0, store.ask)) == (MOST + 1, MOST + 2)
