from __future__ import annotations

import threading
from collections.abc import Callable

from grader.desk.organiser.jobs import SHOWN, Job, Jobs, Kind, Step


class Told:
    """Counts, and lets a test wait for a count."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.count = 0

    def __call__(self) -> None:
        with self.changed:
            self.count += 1
            self.changed.notify_all()

    def until(self, holds: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(holds, timeout=20)


def test_a_job_is_done_in_steps_while_others_wait() -> None:
    """Whoever looks sees how far it is."""
    told, go = Told(), threading.Event()
    jobs = Jobs(told)

    def work(step: Step) -> None:
        step()
        go.wait(20)
        step()

    job = jobs.start(Kind.GRADE, work, total=2)
    told.until(lambda: job.done == 1)
    assert job.running
    go.set()
    told.until(lambda: not job.running)
    assert (job.done, job.failed, jobs.all()) == (2, False, (job,))


def test_what_goes_on_is_not_begun_again() -> None:
    """For the same team; for another one it is."""
    told, go = Told(), threading.Event()
    jobs = Jobs(told)

    def wait(_: Step) -> None:
        go.wait(20)

    first = jobs.start(Kind.RESET, wait, team="blue")
    again = jobs.start(Kind.RESET, lambda _: None, team="blue")
    other = jobs.start(Kind.RESET, lambda _: None, team="red")
    assert (again is first, other is first) == (True, False)
    go.set()
    told.until(lambda: not first.running and not other.running)
    assert jobs.start(Kind.RESET, lambda _: None, team="blue") is not first


def test_a_job_that_does_not_work_says_so() -> None:
    """Its reason is in the log, which is the organiser's."""
    told = Told()
    jobs = Jobs(told)

    def work(_: Step) -> None:
        raise RuntimeError("no room for another account")

    job = jobs.start(Kind.RESET, work, team="blue")
    told.until(lambda: not job.running)
    assert job.failed


def test_old_jobs_are_shown_no_more() -> None:
    """Only the last few."""
    told = Told()
    jobs, begun = Jobs(told), list[Job]()
    for number in range(SHOWN + 3):
        begun.append(jobs.start(Kind.RESET, lambda _: None, team=str(number)))
        told.until(lambda: not begun[-1].running)
    assert jobs.all()[: SHOWN + 1] == tuple(reversed(begun[-SHOWN - 1 :]))
