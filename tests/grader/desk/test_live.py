from __future__ import annotations

from collections.abc import Mapping
from contextlib import aclosing
from threading import Thread

import pytest

from grader.desk.live import EVERYONE, POLLED, Live
from tests.grader.event_loop import in_loop


def test_each_lab_sees_its_own_changes_and_those_of_everyone() -> None:
    """The organiser sees all of them."""
    live = Live()
    live.tell("blue", "sheet", "findings")
    live.tell("red", "sheet")
    live.tell(EVERYONE, "event")
    assert live.now("blue") == {"sheet": 1, "findings": 1, "event": 1}
    assert live.now("red") == {"sheet": 1, "event": 1}
    assert live.now(EVERYONE) == {"sheet": 2, "findings": 1, "event": 1}


def test_who_watches_hears_of_what_another_thread_tells() -> None:
    """At once what there is, then what changes; afterwards nobody watches."""
    live = Live()

    async def two_changes() -> list[Mapping[str, int]]:
        heard: list[Mapping[str, int]] = []
        async with aclosing(live.changes("blue")) as changes:  # type: ignore[type-var]
            async for versions in changes:
                heard.append(versions)
                assert live.watched() == {"blue"}
                if len(heard) == 2:
                    return heard
                teller = Thread(target=live.tell, args=("blue", "account"))
                teller.start()
                teller.join()
        raise AssertionError("the changes ended")

    assert in_loop(two_changes()) == [{}, {"account": 1}]
    assert live.watched() == frozenset()


def test_who_has_to_ask_looks_until_they_ask_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """As much as whoever has a stream."""
    now = 100.0
    monkeypatch.setattr("grader.desk.live.time.monotonic", lambda: now)
    live = Live()
    live.tell("blue", "sheet")
    assert live.asked("blue") == {"sheet": 1}
    now += POLLED
    assert live.watched() == {"blue"}
    now += 1
    assert live.watched() == frozenset()
