"""A team as the functions of an event know it: each of them sees what another one saw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from grader.desk.checkup import Checkup
from grader.desk.team import DeskTeam
from grader.evidence.bundle import Evidence
from grader.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTeam(DeskTeam):
    """A team of which everything is kept where every function sees it.

    That is how its lab was when it was looked at, and its instance's end: AWS shows that for an hour alone.
    """

    keep_gone: Callable[[datetime | None], None] = field(repr=False, compare=False)
    keep_seen: Callable[[Checkup, Report | None], None] = field(repr=False, compare=False)

    def looked_at(self, evidence: Evidence, report: Report | None = None) -> Checkup:
        """As any team."""
        found = DeskTeam.looked_at(self, evidence, report)
        self.keep_seen(found, report)
        return found

    def _dated(self, evidence: Evidence) -> Evidence:
        before = self.gone[:1]
        dated = DeskTeam._dated(self, evidence)
        if self.gone[:1] != before:
            self.keep_gone(dated.gone_since)
        return dated
