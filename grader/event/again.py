"""When asking again may tell more than a report does: its findings say so."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from grader.report import Report, Verdict

_AGAIN = re.compile(r"Ask again after (\d\d):(\d\d):(\d\d) UTC")  # `grader.grade` writes it


def again_at(report: Report) -> datetime | None:
    """The moment after which every unknown finding can be asked again; None where none is unknown."""
    moments = [
        _next(report.graded_at, *map(int, found.groups()))
        for finding in report.findings
        if finding.verdict is Verdict.UNKNOWN and (found := _AGAIN.search(finding.message))
    ]
    return max(moments, default=None)


def _next(after: datetime, hour: int, minute: int, second: int) -> datetime:
    """The next time that the clock shows this, to the second, counted from the second of `after`."""
    then = after.replace(hour=hour, minute=minute, second=second, microsecond=0)
    return then if then >= after.replace(microsecond=0) else then + timedelta(days=1)
