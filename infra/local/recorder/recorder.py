"""The recorder: takes calls on their way and delivers their records from a thread of its own, in order."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue

from infra.local.call import Answer, Call
from infra.local.recorder.operations import recorded
from infra.local.recorder.origin import Facts, Host
from infra.local.recorder.record import Record, bare_record, record_of

_logger = logging.getLogger(__name__)

_BATCH = 500
MOST_KEPT = 100  # batches that could not be delivered yet

Taken = tuple[Call, Answer] | threading.Event


class RecorderClosedError(RuntimeError):
    """A recorder was asked for something after it was closed."""


class Recorder:
    """Turns taken calls into CloudTrail records and hands them to `deliver`, batch by batch, in the order taken.

    A batch that `deliver` refuses (it raises, and has taken nothing) is kept and tried again before each later batch
    and at each flush; of such batches the latest `MOST_KEPT` are kept.

    `facts` looks up an instance's addresses; what was once found is remembered, for an instance may be gone by
    the time its call is recorded.
    """

    def __init__(self, deliver: Callable[[Sequence[Record]], None], facts: Facts) -> None:
        self._deliver = deliver
        self._facts = facts
        self._hosts: dict[tuple[str, str], Host] = {}
        self._kept: list[list[Record]] = []  # batches that are not delivered yet, oldest first
        self._failing = False
        self._taken: SimpleQueue[Taken | None] = SimpleQueue()
        self._closed = False
        self._door = threading.Lock()
        self._delivering = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def take(self, call: Call, answer: Answer) -> None:
        """Queue one answered call; returns at once. Raises RecorderClosedError after `close`."""
        self._put((call, answer))

    def deliver_now(self, call: Call, answer: Answer) -> None:
        """Deliver the record of one answered call before this returns, in the caller's thread."""
        self._hand_over(self._records(call, answer))

    def flush(self) -> None:
        """Return when delivery of everything taken before was tried. Raises RecorderClosedError after `close`."""
        delivered = threading.Event()
        self._put(delivered)
        delivered.wait()

    def close(self) -> None:
        """Deliver what was taken and stop; closing twice is closing once."""
        with self._door:
            if not self._closed:
                self._closed = True
                self._taken.put(None)
        self._thread.join()

    def _put(self, taken: Taken) -> None:
        with self._door:  # nothing may follow the end mark: nobody would ever see it
            if self._closed:
                raise RecorderClosedError("the recorder is closed: it has delivered what it took and takes no more")
            self._taken.put(taken)

    def _run(self) -> None:
        running = True
        while running:
            records: list[Record] = []
            waiting: list[threading.Event] = []
            for taken in self._batch():
                if taken is None:
                    running = False
                elif isinstance(taken, threading.Event):
                    waiting.append(taken)
                else:
                    records.extend(self._records(*taken))
            self._hand_over(records)
            for event in waiting:
                event.set()

    def _batch(self) -> Iterator[Taken | None]:
        """What waits in the queue, at least one; ends early at a flush so that nobody waits for later calls."""
        taken = self._taken.get()
        yield taken
        for _ in range(_BATCH):
            if not isinstance(taken, tuple):
                return
            try:
                taken = self._taken.get_nowait()
            except Empty:
                return
            yield taken

    def _records(self, call: Call, answer: Answer) -> list[Record]:
        try:
            if recorded(call.service, call.operation).unrecorded:
                return []
            return [record_of(call, answer, self._known_host)]
        except Exception:  # whatever is wrong with one call must not cost the others their records
            _logger.exception("%s %s is recorded without its parameters", call.service, call.operation)
            return [bare_record(call)]

    def _hand_over(self, records: list[Record]) -> None:
        with self._delivering:
            refused = [batch for batch in (*self._kept, records) if batch and not self._delivered(batch)]
            for batch in refused[:-MOST_KEPT]:
                _logger.error("%d records are lost: too many wait for delivery", len(batch))
            self._kept = refused[-MOST_KEPT:]
            self._failing = bool(refused)

    def _delivered(self, records: list[Record]) -> bool:
        try:
            self._deliver(records)
        except Exception:  # the fault may pass, and the next batch may be welcome
            if not self._failing:  # said once, however long it lasts
                _logger.exception("%d records could not be delivered; tried again later", len(records))
            self._failing = True
            return False
        return True

    def _known_host(self, account_id: str, instance_id: str) -> Host | None:
        key = (account_id, instance_id)
        if key not in self._hosts:
            host = self._facts(account_id, instance_id)
            if host is None:
                return None
            self._hosts[key] = host
        return self._hosts[key]
