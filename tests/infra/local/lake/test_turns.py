"""Whose turn it is."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import pytest

from infra.local.lake.turns import Turns


def test_one_account_leaves_threads_to_others() -> None:
    """Of five that do not end, two run; another account's work runs beside them, and the rest when they end."""
    turns, done, begun = Turns(3, each=2), threading.Event(), threading.Semaphore(0)

    def greedy() -> None:
        begun.release()
        done.wait()

    for _ in range(5):
        turns.submit("greedy", greedy)
    other = threading.Event()
    turns.submit("modest", other.set)
    assert other.wait(10)
    assert all(begun.acquire(timeout=10) for _ in range(2))
    assert not begun.acquire(blocking=False)
    done.set()
    assert all(begun.acquire(timeout=10) for _ in range(3))
    turns.shutdown()


def test_who_has_least_running_comes_first() -> None:
    """Where every thread is taken, the account without any gets the next, though it came last."""
    turns, ends, order = Turns(2, each=2), [threading.Event() for _ in range(2)], list[str]()

    def noted(name: str) -> Callable[[], None]:
        return lambda: order.append(name)

    def until(end: threading.Event) -> Callable[[], None]:
        def wait() -> None:
            end.wait()

        return wait

    for end in ends:
        turns.submit("greedy", until(end))
    turns.submit("greedy", noted("greedy"))
    turns.submit("modest", noted("modest"))
    ends[0].set()
    last = threading.Event()
    turns.submit("greedy", last.set)
    assert last.wait(10)
    ends[1].set()
    turns.shutdown()
    assert order == ["modest", "greedy"]


def test_what_fails_gives_its_thread_back(caplog: pytest.LogCaptureFixture) -> None:
    """And the log says so."""
    turns, after = Turns(1, each=1), threading.Event()

    def broken() -> None:
        raise RuntimeError("no")

    with caplog.at_level(logging.ERROR):
        turns.submit("one", broken)
        turns.submit("one", after.set)
        assert after.wait(10)
        turns.shutdown()
    assert "a query's thread failed" in caplog.text


def test_a_shutdown_forgets_what_waits() -> None:
    """What runs ends, the rest never begins."""
    turns, end, begun, forgotten = Turns(1, each=1), threading.Event(), threading.Event(), threading.Event()

    def runs() -> None:
        begun.set()
        end.wait()

    turns.submit("one", runs)
    turns.submit("one", forgotten.set)
    assert begun.wait(10)
    threading.Timer(0.05, end.set).start()
    turns.shutdown()
    assert not forgotten.is_set()
