"""The reports of a class as CSV, for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO

from grader.render.words import number
from grader.report import Finding, Report

_TEAM = ("team", "graded_at", "score", "open", "max", "seed_id")
_FINDING = ("points", "verdict", "attempts", "hints")

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def as_csv(reports: Sequence[Report]) -> str:
    """A row a team. Columns: the team's own, then points, verdict, attempts and hints of every task of any report."""
    tasks = list(dict.fromkeys(finding.id for report in reports for finding in report.findings))
    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([*_TEAM, *(f"{task}_{column}" for task in tasks for column in _FINDING)])
    rows.writerows(_row(report, tasks) for report in reports)
    return text.getvalue().rstrip("\n")


def _row(report: Report, tasks: Sequence[str]) -> list[str]:
    findings = {finding.id: finding for finding in report.findings}
    team = f"'{report.team}" if report.team.startswith(_FORMULA) else report.team
    own = [team, report.graded_at.isoformat(), number(report.score), str(report.open), str(report.max), report.seed_id]
    return own + [cell for task in tasks for cell in _cells(findings.get(task))]


def _cells(finding: Finding | None) -> list[str]:
    if finding is None:
        return [""] * len(_FINDING)
    return [number(finding.points), str(finding.verdict), str(finding.attempts), str(finding.hints)]
