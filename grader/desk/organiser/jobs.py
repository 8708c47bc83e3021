"""What takes longer than a page waits: done in a thread of its own, while the page shows how far it is."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from grader.desk.event import utc_now

log = logging.getLogger(__name__)

SHOWN = 5  # jobs that have ended and are still shown


class Kind(StrEnum):
    """What is done."""

    RESET = "reset"
    GRADE = "grade"
    CHECK = "check"


@dataclass(slots=True)
class Job:
    """One of them, as it is now."""

    kind: Kind
    team: str  # "" for one of all teams
    total: int  # steps
    began: datetime  # UTC
    done: int = 0
    ended: datetime | None = None
    failed: bool = False

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return self.ended is None


Step = Callable[[], None]
"""To be called whenever a step of a job is done."""


@dataclass(slots=True)
class Jobs:
    """All of them; `told` is called whenever one of them begins, gets on or ends."""

    told: Callable[[], None]
    _jobs: deque[Job] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def all(self) -> Sequence[Job]:
        """The latest first: those that go on, and the last that ended."""
        with self._lock:
            return tuple(self._jobs)

    def start(self, kind: Kind, work: Callable[[Step], None], *, team: str = "", total: int = 1) -> Job:
        """Begin a job, unless the same goes on already; gives the one that goes on."""
        with self._lock:
            for job in self._jobs:
                if job.running and (job.kind, job.team) == (kind, team):
                    return job
            job = Job(kind, team, total, utc_now())
            self._jobs.appendleft(job)
            for old in [job for job in self._jobs if not job.running][SHOWN:]:
                self._jobs.remove(old)
        threading.Thread(target=self._run, args=(job, work), name=f"{kind} {team}".strip(), daemon=True).start()
        self.told()
        return job

    def _run(self, job: Job, work: Callable[[Step], None]) -> None:
        def step() -> None:
            with self._lock:
                job.done += 1
            self.told()

        try:
            work(step)
        except Exception:  # whatever it is: the page says that it did not work, and the log says why
            log.exception("%s %s did not work", job.kind, job.team)
            job.failed = True
        job.ended = utc_now()
        self.told()
