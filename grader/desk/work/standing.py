"""How a team stands: what it answered, what the grader last said of it, and what hints it took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grader.desk.team import DeskTeam
from grader.report import Finding, Report, Verdict
from grader.submissions import Submissions
from scenario.workshop import Task, tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskState:
    """One task of a team."""

    task: Task
    finding: Finding | None  # as the learner may see it; None where nobody graded it yet
    answer: Any = None  # the one that counts; None where there is none, and for containment
    attempts_left: int = 0
    refused: bool = False  # the latest answer came after the last attempt
    steps: int = 0  # hints that were shown
    ended: bool = False  # whether the instance is terminated: until then, containment that fails can still be done

    @property
    def stale(self) -> bool:
        """Whether there is an answer that nobody graded yet."""
        return self.answer is not None and (self.finding is None or self.finding.actual != self.answer)

    @property
    def verdict(self) -> Verdict | None:
        """None where there is still something to do: no answer, or a containment goal that can still be reached."""
        if self.stale:
            return Verdict.UNKNOWN
        if self.finding is None or (self.task.kind == "answer" and self.answer is None):
            return None
        undone = self.task.kind == "containment" and self.finding.verdict is Verdict.FAIL and not self.ended
        return None if undone else self.finding.verdict

    @property
    def points(self) -> float:
        """Points reached."""
        return self.finding.points if self.finding else 0.0

    @property
    def next_cost(self) -> int | None:
        """Points that the next hint takes; None where there is none."""
        return self.task.hints[self.steps].cost if self.steps < len(self.task.hints) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All tasks of a team, by id."""

    report: Report | None  # the last one, as the learner may see it
    states: Mapping[str, TaskState]

    @property
    def score(self) -> float:
        """Points reached."""
        return self.report.score if self.report else 0.0

    @property
    def max(self) -> int:
        """Points that could be reached."""
        return sum(state.task.points for state in self.states.values())


def standing(team: DeskTeam, submissions: Submissions) -> Standing:
    """How the team stands now, by what is kept: nothing is asked of AWS."""
    held, steps = team.ledger(submissions), submissions.hints(team.stage.store_id)
    last = submissions.last_report(team.stage.store_id)
    report = team.shown(last) if last else None
    findings = {finding.id: finding for finding in report.findings} if report else {}
    ended = "terminated" in findings and findings["terminated"].verdict is Verdict.PASS
    return Standing(
        report=report,
        states={
            task.id: TaskState(
                task=task,
                finding=findings.get(task.id),
                answer=held.sheet.get(task.id),
                attempts_left=team.attempts - held.attempts.get(task.id, 0),
                refused=task.id in held.refused,
                steps=steps.get(task.id, 0),
                ended=ended,
            )
            for task in tasks()
        },
    )
