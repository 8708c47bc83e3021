"""Where sheets and reports are kept: appended, never changed, in the order in which they came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from grader.report import Report
from grader.sheet.parse import Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One sheet as it was handed in, valid by the schema."""

    number: int  # rises by time, over all labs
    lab: str
    at: datetime  # UTC
    sheet: Sheet


class Submissions(Protocol):
    """Append-only and safe to share between threads; what a method has returned from is on disk.

    All of it is of a `lab`: the id of its event data store, which no other lab ever has, be it the same team's.
    """

    def add_sheet(self, lab: str, sheet: Sheet, at: datetime) -> int:
        """Keep a sheet; gives its number."""

    def sheets(self, lab: str) -> Sequence[Submission]:
        """Every sheet of one lab, the oldest first."""

    def add_report(self, lab: str, report: Report, at: datetime) -> int:
        """Keep a report; gives its number."""

    def reports(self, lab: str) -> Sequence[Report]:
        """Every report of one lab, the oldest first."""

    def graded(self) -> Sequence[str]:
        """Every lab that has a report, by the time of its last one."""

    def add_hints(self, lab: str, task: str, steps: int, at: datetime) -> None:
        """Keep that the first so many hints of a task were shown; what is kept already stays as it is."""

    def hints(self, lab: str) -> Mapping[str, int]:
        """By task: how many hints were shown; tasks without any are not in it."""
