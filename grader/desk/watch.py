"""Who watches AWS while somebody looks at a lab: one for each lab, however many look, and none where nobody does.

It asks EC2 every few seconds, the sooner the fresher the last change, and the log where the account changed, where
something was handed in, or where a finding is unknown: events are late. What it finds is told to the pages, and kept
nowhere: it is a preview of a report, not a report.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from anyio import CapacityLimiter, to_thread

from grader.desk.live import Live
from grader.desk.team import DeskTeam
from grader.desk.watched import Judged, Seen, Watched
from grader.submissions import Submissions

log = logging.getLogger(__name__)

THREADS = 8  # that may wait for AWS at once, of all labs


@dataclass(frozen=True, slots=True)
class Pace:
    """How soon AWS is asked again, in seconds. `quiet` is for how many nothing has changed."""

    busy: float = 2  # EC2, right after a change
    calm: float = 8  # EC2, after a long time without one
    trouble: float = 10  # EC2, while AWS does not answer
    early: float = 5  # the log, while a finding is unknown, right after a change
    late: float = 60  # the log, after a long time without one

    def look(self, quiet: float, took: float) -> float:
        """Until EC2 is asked again, which took so long last time: the slower, the more are asking."""
        return min(max(quiet / 10, 10 * took, self.busy), self.calm)

    def fresh(self, took: float) -> float:
        """For how long whoever asks is shown what was seen or judged last, which took so long."""
        return min(max(10 * took, self.busy / 2), self.calm)

    def judge(self, quiet: float) -> float:
        """Until the log is asked again for what it did not show."""
        return min(max(quiet / 6, self.early), self.late)


@dataclass(slots=True, eq=False)
class Watch:
    """The labs that are watched. For the thread of one event loop."""

    submissions: Submissions
    live: Live
    pace: Pace = field(default_factory=Pace)
    _labs: dict[str, Watched] = field(default_factory=dict)
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(THREADS))

    def follow(self, team: DeskTeam) -> None:
        """Watch a lab until nobody looks at it any more."""
        watched = self._watched(team)
        if watched.lab in self._tasks:
            return
        watched.changed_at = time.monotonic()  # whoever comes is likely to act
        self._tasks[watched.lab] = task = asyncio.create_task(self._follow(watched), name=f"watch {watched.lab}")
        task.add_done_callback(lambda task: self._ended(watched.lab, task))

    async def seen(self, team: DeskTeam) -> Seen:
        """The account, as it is now or was a moment ago."""
        watched = self._watched(team)
        await self._look(watched)
        return watched.seen

    async def judged(self, team: DeskTeam) -> Judged | None:
        """What can be said of it now; None where AWS has not answered yet."""
        watched = self._watched(team)
        await self._look(watched)
        await self._judge(watched)
        return watched.judged

    def last(self, team: DeskTeam) -> Judged | None:
        """What could be said of it last, without asking anybody."""
        return self._watched(team).judged

    async def _follow(self, watched: Watched) -> None:
        async with asyncio.TaskGroup() as judging:  # beside the looking: the log takes its time to answer
            while watched.lab in self.live.watched():
                await self._look(watched)
                if self._due(watched) and not watched.judging.locked():
                    judging.create_task(self._judge(watched))
                await asyncio.sleep(
                    self.pace.trouble if watched.seen.trouble else self.pace.look(watched.quiet, watched.took)
                )

    async def _look(self, watched: Watched) -> None:
        async with watched.looking:
            if time.monotonic() - watched.looked_at >= self.pace.fresh(watched.took):
                await self._thread(watched.look)

    async def _judge(self, watched: Watched) -> None:
        async with watched.judging:
            if self._due(watched):
                await self._thread(watched.judge)

    def _due(self, watched: Watched) -> bool:
        return watched.due(self.pace.judge(watched.quiet), self.pace.fresh(watched.judging_took))

    def _watched(self, team: DeskTeam) -> Watched:
        return self._labs.setdefault(team.stage.store_id, Watched(team, self.submissions, self.live))

    async def _thread(self, work: Callable[[], None]) -> None:
        """In a thread, for which a server that stops does not wait."""
        await to_thread.run_sync(work, limiter=self._threads, abandon_on_cancel=True)

    def _ended(self, lab: str, task: asyncio.Task[None]) -> None:
        del self._tasks[lab]
        if not task.cancelled() and (error := task.exception()):
            log.error("nobody watches lab %s any more", lab, exc_info=error)
