"""Judge one team: its answers against the key, its containment by the evidence. Pure, and the same every time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from grader.containment.checks import CHECKS
from grader.containment.judgement import ARRIVES, AT_ONCE, SETTLE
from grader.containment.notes import notes
from grader.evidence.bundle import Evidence
from grader.report import Finding, Report, Verdict
from grader.sheet.compare import compare, spelt
from grader.sheet.parse import Sheet
from grader.sheet.witness import told
from scenario.workshop import Task

NONE: Mapping[str, int] = MappingProxyType({})

HELP: Mapping[Verdict, str] = {
    Verdict.PASS: "",
    Verdict.FAIL: "`lab hint {task}` helps on; a hint may cost points.",
    Verdict.UNKNOWN: "Have it graded again later: what is unknown costs nothing.",
}
"""Where to go on from a finding."""


def grade(
    sheet: Sheet,
    key: Sheet,
    evidence: Evidence,
    tasks: Sequence[Task],
    settle: timedelta = SETTLE,
    *,
    attempts: Mapping[str, int] = NONE,
    hints: Mapping[str, int] = NONE,
) -> Report:
    """One finding for each task, in the tasks' order.

    `key` is a perfect sheet. `settle` is how long after the instance's end an event may still be missing from the log
    without being held against the learner; where every event is there at once, it is zero. `attempts` and `hints` say
    by task how many answers counted, and how many hints were shown.
    """
    findings = (
        answered(task, sheet, key, evidence, settle) if task.kind == "answer" else contained(task, evidence, settle)
        for task in tasks
    )
    return Report(
        team=evidence.stage.team,
        findings=tuple(
            explained(charged(finding, task, attempts.get(task.id, 0), hints.get(task.id, 0)), task, sheet)
            for finding, task in zip(findings, tasks, strict=True)
        ),
        graded_at=evidence.gathered_at,
        notes=notes(evidence),
    )


def explained(finding: Finding, task: Task, sheet: Sheet) -> Finding:
    """The finding with its task's title, what was answered, and where to go on from there."""
    help_ = HELP[finding.verdict].format(task=task.id)
    return replace(finding, title=task.title["en"], actual=sheet.get(task.id), help=help_)


def charged(finding: Finding, task: Task, attempts: int, hints: int) -> Finding:
    """The finding less what the task's hints cost: once each, and never below zero."""
    cost = task.cost(hints)
    points = max(0.0, round(finding.points - cost, 2))
    return replace(finding, points=points, attempts=attempts, hints=hints, cost=float(cost))


def answered(task: Task, sheet: Sheet, key: Sheet, evidence: Evidence, settle: timedelta = SETTLE) -> Finding:
    """The finding of one question; unknown where the event data store does not bear the key out."""
    proofs = told(task.id, evidence)
    if task.id in sheet and proofs is not None:
        if "calls" in evidence.gaps:
            reason = f"AWS did not show what the instance called ({evidence.why('calls')})."
            return open_question(task, evidence, reason, AT_ONCE)
        if proofs.keys() != spelt(task.id, key[task.id], evidence.stage.drop_bucket):
            reason = "The event data store does not hold all of it yet."
            return open_question(task, evidence, reason, _soon(ARRIVES, settle))
    return compare(task.id, task.points, sheet, key, bucket=evidence.stage.drop_bucket, proofs=proofs or {})


def open_question(task: Task, evidence: Evidence, reason: str, again: timedelta) -> Finding:
    """A finding that nobody can give or refuse yet, with when to ask again."""
    return Finding(
        id=task.id,
        verdict=Verdict.UNKNOWN,
        points=0.0,
        max=task.points,
        message=f"{reason} {_later(evidence, again)}",
    )


def contained(task: Task, evidence: Evidence, settle: timedelta = SETTLE) -> Finding:
    """The finding of one containment goal."""
    judged = CHECKS[task.id](evidence, settle)
    later = f" {_later(evidence, _soon(judged.again, settle))}" if judged.verdict is Verdict.UNKNOWN else ""
    return Finding(
        id=task.id,
        verdict=judged.verdict,
        points=float(task.points) if judged.verdict is Verdict.PASS else 0.0,
        max=task.points,
        message=judged.message + later,
        expected=str(CHECKS[task.id].__doc__),
        evidence=judged.evidence,
    )


def _soon(usual: timedelta, settle: timedelta) -> timedelta:
    """When to ask again: sooner where no event is that late."""
    return min(usual, max(settle, AT_ONCE))


def _later(evidence: Evidence, again: timedelta) -> str:
    return f"Ask again after {evidence.gathered_at + again:%H:%M:%S} UTC."
