"""What every form of a report says in the same words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from grader.report import Finding, Report, Verdict
from grader.words import translated
from scenario.language import LANGUAGES, text
from scenario.workshop import tasks

MARKS: Mapping[Verdict, str] = {Verdict.PASS: "✓", Verdict.FAIL: "✗", Verdict.UNKNOWN: "?"}

_NO_CHARACTER = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def number(points: float) -> str:
    """`15` for 15.0, `7.5` for 7.5."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def summary(report: Report, language: str = LANGUAGES[0]) -> str:
    """The whole in half a sentence."""
    still = f", {report.open} still open" if report.open else ""
    return translated(f"{report.team}: {number(report.score)} of {report.max} points{still}", language)


def spoken(report: Report, language: str) -> Report:
    """The report as people read it in that language; ids, answers and evidence are the same in all of them.

    A signature is of the English report.
    """
    return replace(
        report,
        findings=tuple(_spoken(finding, language) for finding in report.findings),
        notes=tuple(replace(note, message=translated(note.message, language)) for note in report.notes),
    )


def _spoken(finding: Finding, language: str) -> Finding:
    goal = finding.expected
    return replace(
        finding,
        title=next((text(task.title, language) for task in tasks() if task.id == finding.id), finding.title),
        message=translated(finding.message, language),
        expected=translated(goal, language) if isinstance(goal, str) else goal,
        help=translated(finding.help, language),
    )


def moment(time: datetime) -> str:
    """`2026-11-24 10:30:00 UTC`."""
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"


def printable(text: str) -> str:
    """Without what neither XML 1.0 nor HTML can hold, not even escaped: most control characters."""
    return _NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", text)
