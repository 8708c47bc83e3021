"""Whose turn it is: work of many accounts on a few threads, of which none can take them all."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

_log = logging.getLogger(__name__)

Work = Callable[[], None]


class Turns:
    """Runs work on `workers` threads, no more than `each` of one account at once.

    When a thread is free, it is the turn of the account with the least running, and of its oldest work.
    """

    def __init__(self, workers: int, each: int) -> None:
        self._workers = workers
        self._each = each
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="lake-query")
        self._lock = threading.Lock()
        self._waiting: list[tuple[str, Work]] = []  # by account, oldest first
        self._running: Counter[str] = Counter()

    def submit(self, account_id: str, work: Work) -> None:
        """Run this when it is its turn."""
        with self._lock:
            self._waiting.append((account_id, work))
            self._start()

    def shutdown(self) -> None:
        """Forget what waits; return when what runs has ended."""
        with self._lock:
            self._waiting.clear()
        self._pool.shutdown(cancel_futures=True)

    def _start(self) -> None:
        while self._running.total() < self._workers:
            running = [self._running[account_id] for account_id, _ in self._waiting]
            if not running or min(running) >= self._each:
                return
            account_id, work = self._waiting.pop(running.index(min(running)))
            self._running[account_id] += 1
            self._pool.submit(self._run, account_id, work).add_done_callback(_log_fault)

    def _run(self, account_id: str, work: Work) -> None:
        try:
            work()
        finally:
            with self._lock:
                self._running[account_id] -= 1
                self._start()


def _log_fault(future: Future[None]) -> None:
    fault = None if future.cancelled() else future.exception()
    if fault:
        _log.error("a query's thread failed", exc_info=fault)
