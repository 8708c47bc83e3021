"""Where sheets and reports are kept: appended, never changed, in the order in which they came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from grader.report import Notebook, Report
from grader.sheet.parse import Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One sheet as it was handed in, valid by the schema."""

    number: int  # rises by time, over all labs
    lab: str
    at: datetime  # UTC
    sheet: Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that an organiser did: `kind` says what, `detail` what it needs besides."""

    of: str  # what it concerns: an organiser's event, or a lab
    kind: str
    at: datetime  # UTC
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A query that a team ran on the page."""

    at: datetime  # UTC: when it ended
    sql: str  # as it was written
    outcome: str  # "done", or why there is no result: "rejected", "failed", "cancelled", "timeout", "busy", "aws"
    rows: int  # that came


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

    def last_report(self, lab: str, until: datetime | None = None) -> Report | None:
        """The last report of one lab, kept at that time or before; None where there is none."""

    def graded(self) -> Sequence[str]:
        """Every lab that has a report, by the time of its last one."""

    def add_hints(self, lab: str, task: str, steps: int, at: datetime) -> None:
        """Keep that the first so many hints of a task were shown; what is kept already stays as it is."""

    def hints(self, lab: str) -> Mapping[str, int]:
        """By task: how many hints were shown; tasks without any are not in it."""

    def add_query(self, lab: str, asked: Asked) -> None:
        """Keep a query that was run."""

    def queries(self, lab: str) -> Sequence[Asked]:
        """Every query of one lab, the oldest first."""

    def active(self, lab: str) -> datetime | None:
        """When a team last handed something in, took a hint or ran a query on the page; None where it never did."""

    def add_notebook(self, lab: str, document: bytes, at: datetime) -> Notebook:
        """Keep an executed notebook as it is. The same file as the last one is not kept again: the first time stays."""

    def notebooks(self, lab: str) -> Sequence[Notebook]:
        """Every notebook of one lab, the oldest first."""

    def notebook(self, lab: str, sha256: str) -> bytes:
        """The file of a notebook. Raises KeyError where there is none of that hash."""

    def add_act(self, act: Act) -> None:
        """Keep what an organiser did."""

    def acts(self, of: str) -> Sequence[Act]:
        """All that was done to one event or lab, the oldest first."""
