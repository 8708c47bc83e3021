"""What every form of a report says in the same words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from grader.report import Report, Verdict

MARKS: Mapping[Verdict, str] = {Verdict.PASS: "✓", Verdict.FAIL: "✗", Verdict.UNKNOWN: "?"}

_NO_CHARACTER = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def number(points: float) -> str:
    """`15` for 15.0, `7.5` for 7.5."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def summary(report: Report) -> str:
    """The whole in half a sentence."""
    still = f", {report.open} still open" if report.open else ""
    return f"{report.team}: {number(report.score)} of {report.max} points{still}"


def moment(time: datetime) -> str:
    """`2026-11-24 10:30:00 UTC`."""
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"


def printable(text: str) -> str:
    """Without what neither XML 1.0 nor HTML can hold, not even escaped: most control characters."""
    return _NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", text)
