"""Judge one team: its answers against the key, its containment by the evidence. Pure, and the same every time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from grader.containment.checks import CHECKS
from grader.containment.judgement import SETTLE
from grader.evidence.bundle import Evidence
from grader.report import Finding, Report, Verdict
from grader.sheet.compare import compare
from grader.sheet.parse import Sheet
from scenario.workshop import Task

HELP: Mapping[Verdict, str] = {
    Verdict.PASS: "",
    Verdict.FAIL: "`lab hint {task}` helps on, for some of the points.",
    Verdict.UNKNOWN: "Have it graded again later: what is unknown costs nothing.",
}
"""Where to go on from a finding."""


def grade(sheet: Sheet, key: Sheet, evidence: Evidence, tasks: Sequence[Task], settle: timedelta = SETTLE) -> Report:
    """One finding for each task, in the tasks' order.

    `key` is a perfect sheet. `settle` is how long after the instance's end an event may still be missing from the log
    without being held against the learner; where every event is there at once, it is zero.
    """
    findings = (
        compare(task.id, task.points, sheet, key, bucket=evidence.stage.drop_bucket)
        if task.kind == "answer"
        else contained(task, evidence, settle)
        for task in tasks
    )
    return Report(
        team=evidence.stage.team,
        findings=tuple(explained(finding, task, sheet) for finding, task in zip(findings, tasks, strict=True)),
        graded_at=evidence.gathered_at,
    )


def explained(finding: Finding, task: Task, sheet: Sheet) -> Finding:
    """The finding with its task's title, what was answered, and where to go on from there."""
    help_ = HELP[finding.verdict].format(task=task.id)
    return replace(finding, title=task.title["en"], actual=sheet.get(task.id), help=help_)


def contained(task: Task, evidence: Evidence, settle: timedelta = SETTLE) -> Finding:
    """The finding of one containment goal."""
    judged = CHECKS[task.id](evidence, settle)
    return Finding(
        id=task.id,
        verdict=judged.verdict,
        points=float(task.points) if judged.verdict is Verdict.PASS else 0.0,
        max=task.points,
        message=judged.message,
        expected=str(CHECKS[task.id].__doc__),
        evidence=judged.evidence,
    )
