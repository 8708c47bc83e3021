from __future__ import annotations

from collections.abc import Mapping
from contextlib import aclosing
from threading import Thread

from grader.desk.live import EVERYONE, Live
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
