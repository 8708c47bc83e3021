"""One lab as the watch sees it: what EC2 shows, and what a report of this moment would say."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from grader.desk.live import Live
from grader.desk.team import DeskTeam
from grader.evidence.account import Account, account, client
from grader.evidence.bundle import Evidence, Resource
from grader.evidence.event import Event
from grader.evidence.gather import TROUBLE
from grader.report import Report, Verdict
from grader.submissions import Submissions

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A lab's account as it was last seen. `attached` is each instance as it last showed a volume."""

    account: Account | None = None  # None where AWS has not answered yet
    at: datetime | None = None  # UTC, when it was
    attached: Mapping[str, Resource] = field(default_factory=dict)
    trouble: bool = False  # AWS does not answer now


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a report of this moment would tell the learner, and the events that it names, by id."""

    report: Report
    acts: Mapping[str, Event]
    waiting: bool  # whether more may come to light without anybody doing anything
    log: tuple[tuple[str, ...], int]  # what the log showed: ids of events that bear on it, and the number of calls


@dataclass(slots=True, eq=False)
class Watched:
    """One lab. `look` and `judge` block, for AWS and SQLite; of each one call is made at a time."""

    team: DeskTeam
    submissions: Submissions
    live: Live
    seen: Seen = field(default_factory=Seen)
    judged: Judged | None = None
    looking: asyncio.Lock = field(default_factory=asyncio.Lock)
    judging: asyncio.Lock = field(default_factory=asyncio.Lock)
    looked_at: float = float("-inf")  # seconds of the monotonic clock, like the next two
    judged_at: float = float("-inf")
    changed_at: float = field(default_factory=time.monotonic)
    took: float = 0.0  # seconds: how long AWS needed to show the account
    judging_took: float = 0.0  # seconds
    _of: tuple[Account | None, int, int] | None = None  # what was judged: the account, sheets and hints

    @property
    def lab(self) -> str:
        """The id of its event data store."""
        return self.team.stage.store_id

    @property
    def quiet(self) -> float:
        """For how many seconds nothing has changed."""
        return time.monotonic() - self.changed_at

    def look(self) -> None:
        """See the account anew, and tell of a change."""
        began = time.monotonic()
        try:
            seen = remembered(self.seen, self._account(), datetime.now(UTC))
        except TROUBLE as error:
            if not self.seen.trouble:
                log.warning("AWS does not show the account of team %s: %s", self.team.stage.team, error)
            seen = replace(self.seen, trouble=True)
        before, first = self.seen, self.looked_at < 0
        self.seen, self.looked_at = seen, time.monotonic()
        self.took = self.looked_at - began
        if not first and (before.account, before.trouble) != (seen.account, seen.trouble):
            self.changed_at = self.looked_at
            self.live.tell(self.lab, "account")

    def due(self, patience: float, fresh: float) -> bool:
        """Whether there may be something else to judge than last time; never while AWS does not answer.

        `patience` is how many seconds late events are waited for, `fresh` how many a change of the account is.
        """
        if self.judged is None or self._of is None or self.seen.trouble:
            return not self.seen.trouble
        (account, *told), (now, *tells) = self._of, self._now()
        if told != tells:
            return True
        since = time.monotonic() - self.judged_at
        return (account != now and since >= fresh) or (self.judged.waiting and since >= patience)

    def judge(self) -> None:
        """Judge anew, and tell of a change. Where AWS does not show everything, what was judged before stays."""
        self._of, before, began = self._now(), self.judged, time.monotonic()
        collected = self.team.collect(self.submissions)
        self.judged_at = time.monotonic()
        self.judging_took = self.judged_at - began
        if collected.evidence.gaps and before:
            self.judged = replace(before, waiting=True)
            return
        report = self.team.judge(collected)
        self.judged = now = judged(report, self.team.shown(report), collected.evidence)
        if before and said(before.report) != said(now.report):
            self.changed_at = self.judged_at
            self.live.tell(self.lab, "findings")
        if before and before.log != now.log:
            self.live.tell(self.lab, "events")

    def _account(self) -> Account:
        return account(client(self.team.session()))

    def _now(self) -> tuple[Account | None, int, int]:
        counts = self.live.now(self.lab)
        return self.seen.account, counts.get("sheet", 0), counts.get("hints", 0)


def remembered(before: Seen, now: Account, at: datetime) -> Seen:
    """What is seen now, and what an instance showed before it was terminated: afterwards it shows no volume."""
    attached = {i["InstanceId"]: i for i in now.instances if i.get("BlockDeviceMappings")}
    return Seen(account=now, at=at, attached={**before.attached, **attached})


def judged(report: Report, shown: Report, evidence: Evidence) -> Judged:
    """The preview: no event of it is known to the learner but those that the shown report names."""
    named = {id_ for finding in shown.findings for id_ in finding.evidence}
    return Judged(
        report=shown,
        acts={event.id: event for event in evidence.events if event.id in named},
        waiting=any(finding.verdict is Verdict.UNKNOWN for finding in report.findings),
        log=(tuple(event.id for event in evidence.events), sum(call.total for call in evidence.calls)),
    )


def said(report: Report) -> tuple[object, ...]:
    """All that a learner would notice of it: not when it was asked."""
    findings = [(f.id, f.verdict, f.points, sentence(f.message), f.evidence) for f in report.findings]
    return (*findings, *report.notes)


def sentence(message: str) -> str:
    """What a finding says, without when to ask again: the watch does."""
    return message.partition(" Ask again after ")[0]
