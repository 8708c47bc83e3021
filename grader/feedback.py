"""How much a learner is told of the answers: the organiser's choice. None of the three names an answer not given."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import replace
from enum import StrEnum
from typing import Any

from grader.report import Finding, Report, Verdict
from grader.sheet.compare import SPELLINGS, spelt
from grader.sheet.noise import neutral
from grader.sheet.parse import Sheet


class Feedback(StrEnum):
    """`NONE`: an answer is kept, its verdict is told later, and before the termination no finding names a resource.

    `COUNTS`: how many are found, and how many are extra. `FULL`: also which of those given are extra.
    """

    NONE = "none"
    COUNTS = "counts"
    FULL = "full"


_ID = re.compile(r"\b(?:ami|eni|i|sg|snap|vol)-\w+")

MOST = 20  # answers that a message names

KEPT = "Kept. Your organiser shows the result later."


def shown(report: Report, feedback: Feedback, key: Sheet, *, bucket: str) -> Report:
    """The report as its learner may see it. `bucket` is the one that the story uploads to."""
    if feedback is Feedback.COUNTS:
        return report
    findings = tuple(_shown(finding, feedback, key, bucket) for finding in report.findings)
    ended = any(finding.id == "terminated" and finding.verdict is Verdict.PASS for finding in findings)
    if feedback is Feedback.NONE and not ended:
        findings = tuple(map(_unnamed, findings))
    return replace(report, findings=findings)


def _unnamed(finding: Finding) -> Finding:
    """Without ids: which of many snapshots or groups counts tells which instance it is."""
    return replace(finding, message=_ID.sub("one of yours", finding.message), evidence=())


def _shown(finding: Finding, feedback: Feedback, key: Sheet, bucket: str) -> Finding:
    if finding.id not in SPELLINGS or finding.actual is None:
        return finding
    return _kept(finding) if feedback is Feedback.NONE else _named(finding, key, bucket)


def _kept(finding: Finding) -> Finding:
    return replace(finding, verdict=Verdict.UNKNOWN, points=0.0, message=KEPT, expected=None, help="", evidence=())


def _named(finding: Finding, key: Sheet, bucket: str) -> Finding:
    if finding.verdict is not Verdict.FAIL or not isinstance(finding.actual, list):
        return finding
    wanted = spelt(finding.id, key[finding.id], bucket)
    extra = [_text(answer) for answer in finding.actual if _strange(finding.id, answer, wanted, bucket)]
    if not extra:
        return finding
    more = f" and {len(extra) - MOST} more" if len(extra) > MOST else ""
    return replace(finding, message=f"{finding.message} They are: {', '.join(extra[:MOST])}{more}.")


def _strange(field: str, answer: Any, wanted: Set[str], bucket: str) -> bool:
    form = spelt(field, answer, bucket) - wanted
    return bool(form - neutral(field, form))


def _text(answer: Any) -> str:
    return " ".join(answer.values()) if isinstance(answer, Mapping) else str(answer)
