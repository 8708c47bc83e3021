"""Events that come late and out of order, as CloudTrail delivers them: `lab up --event-delay`.

CloudTrail promises no order, and delivers "typically within an average of about 5 minutes of an API call" (user
guide, "CloudTrail log files"): some events overtake others.
"""

from __future__ import annotations

import heapq
import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from infra.local.draw import Dice

EARLIEST, LATEST = 0.5, 1.5  # of the usual delay
STEPS = 1_000_000  # how finely delays are drawn
AGAIN = 1.0  # seconds, until what could not be delivered is tried again

_logger = logging.getLogger(__name__)

Record = dict[str, Any]
Entry = tuple[float, int, Record]  # when it is due, its number, what it is
Deliver = Callable[[Sequence[Record]], None]


class Late:
    """Passes records on to `deliver`: at once, until `begin`; from then on each after a delay of its own.

    `usual` is the middle of the delays, `seed` chooses them; `clock` gives seconds that only grow.
    """

    def __init__(
        self, deliver: Deliver, usual: timedelta, seed: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._deliver = deliver
        self._usual = usual.total_seconds()
        self._dice = Dice(f"lateness:{seed}")
        self._clock = clock
        self._waiting: list[Entry] = []  # a heap, by when they are due
        self._failing = False
        self._count = 0
        self._changed = threading.Condition(threading.RLock())
        self._thread: threading.Thread | None = None
        self._closed = False

    def begin(self) -> None:
        """Be late from now on. Without a delay this changes nothing."""
        with self._changed:
            if self._usual and not self._closed and not self._thread:
                self._thread = threading.Thread(target=self._run, name="late events", daemon=True)
                self._thread.start()

    def take(self, records: Sequence[Record]) -> None:
        """Pass records on, now or later."""
        with self._changed:
            if not self._thread:
                self._deliver(records)
                return
            for record in records:
                self._count += 1
                heapq.heappush(self._waiting, (self._clock() + self._delay(), self._count, record))
            self._changed.notify()

    def deliver_due(self) -> None:
        """Pass on what is due by now; returns when that was tried. What `deliver` refuses waits a second longer."""
        with self._changed:
            due = []
            while self._waiting and self._waiting[0][0] <= self._clock():
                due.append(heapq.heappop(self._waiting))
            if due:
                refused = self._refused(due)
                for _, number, record in refused:
                    heapq.heappush(self._waiting, (self._clock() + AGAIN, number, record))
                self._failing = bool(refused)

    def hurry(self, account_id: str) -> None:
        """Pass on all that waits for this account: what a lab begins with is never late."""
        with self._changed:
            if own := self._withdrawn(account_id):
                self._deliver(own)

    def forget(self, account_id: str) -> None:
        """Let nothing come any more of what this account has done until now."""
        with self._changed:
            self._withdrawn(account_id)

    def close(self) -> None:
        """Stop; what is not due by now never comes."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread:
            self._thread.join()

    def _refused(self, entries: list[Entry]) -> list[Entry]:
        try:
            self._deliver([record for _, _, record in entries])
        except Exception:  # the fault may pass, and what is refused must not hold up the rest
            if len(entries) > 1:
                return [refused for entry in entries for refused in self._refused([entry])]
            if not self._failing:  # said once, however long it lasts
                _logger.exception("a late record could not be delivered; tried again later")
            self._failing = True
            return entries
        return []

    def _withdrawn(self, account_id: str) -> list[Record]:
        own = [entry for entry in self._waiting if entry[2]["recipientAccountId"] == account_id]
        self._waiting = [entry for entry in self._waiting if entry[2]["recipientAccountId"] != account_id]
        heapq.heapify(self._waiting)
        return [record for _, _, record in sorted(own)]

    def _delay(self) -> float:
        return self._usual * (EARLIEST + (LATEST - EARLIEST) * self._dice.number(STEPS) / STEPS)

    def _run(self) -> None:
        with self._changed:
            while not self._closed:
                self.deliver_due()
                self._changed.wait(self._waiting[0][0] - self._clock() if self._waiting else None)


def latest(usual: timedelta) -> timedelta:
    """After how long every event has come."""
    return LATEST * usual
