"""What the desk knows of one team, and what it does for it: takes sheets, gives hints, grades."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, Self

import boto3

from grader.collected import Collected
from grader.containment.judgement import SETTLE
from grader.desk.checkup import Checkup, checkup
from grader.evidence.bundle import Evidence
from grader.evidence.gather import TROUBLE, gather, unseen
from grader.feedback import Feedback, shown
from grader.grade import grade
from grader.report import Report
from grader.sheet.parse import Sheet
from grader.sheet.schema import read_sheet
from grader.signature import signed
from grader.submissions import ATTEMPTS, Ledger, Submissions, ledger
from scenario.stage import Stage
from scenario.workshop import Task, tasks

MIN_TOKEN = 22  # characters: 128 bits as base64url

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskTeam:
    """One team as the desk serves it. The answer key and the grader's session stay on the desk's side.

    `settle` is how long after the instance's end an event may still be missing; zero where the log is never late.
    `attempts` is how many answers to one question count, `feedback` how much the learner is told of them.
    Raises ValueError for a token that could be guessed.
    """

    token: str = field(repr=False)  # what the team's requests bear
    stage: Stage
    session: Callable[[], boto3.Session]  # of the stage's GraderRole
    learner: Callable[[], boto3.Session]  # of the stage's LearnerRole: what the page asks in the learner's place
    key: Callable[[], Sheet]  # the perfect sheet
    seed_id: str  # names the story that the key is of
    secret: bytes = field(repr=False)  # what reports are signed with
    settle: timedelta = SETTLE
    attempts: int = ATTEMPTS
    feedback: Feedback = Feedback.COUNTS
    grading: Lock = field(default_factory=Lock, repr=False, compare=False)
    gone: list[datetime] = field(
        default_factory=list, init=False, repr=False, compare=False
    )  # seen so; the first counts
    checkups: deque[Checkup] = field(
        default_factory=lambda: deque(maxlen=1), init=False, repr=False, compare=False
    )  # the last one

    def __post_init__(self) -> None:
        if len(self.token) < MIN_TOKEN:
            raise ValueError(f"the token of {self.stage.team} is shorter than {MIN_TOKEN} characters")

    def with_token(self, token: str) -> Self:
        """The same team, told by another token."""
        team = replace(self, token=token)
        team.gone.extend(self.gone)
        team.checkups.extend(self.checkups)
        return team

    def about(self) -> dict[str, Any]:
        """What a learner may know of the team's lab."""
        stage = self.stage
        return {
            "team": stage.team,
            "account_id": stage.account_id,
            "region": stage.region,
            "store": {"kind": stage.store_kind, "id": stage.store_id},
            "tasks": [task.as_json() for task in tasks()],
        }

    def submit(self, body: bytes, submissions: Submissions) -> dict[str, Any]:
        """Keep a sheet. Raises NotGradableError, and keeps nothing, where it is malformed.

        `refused` are the answers that do not count any more: the earlier ones stay.
        """
        number = submissions.add_sheet(self.stage.store_id, read_sheet(body), datetime.now(UTC))
        held = self.ledger(submissions)
        fields = [task.id for task in tasks() if task.kind == "answer"]
        return {
            "submission": number,
            "answered": [field for field in fields if field in held.sheet],
            "refused": [field for field in fields if field in held.refused],
            "attempts_left": {field: self.attempts - held.attempts.get(field, 0) for field in fields},
        }

    def ledger(self, submissions: Submissions) -> Ledger:
        """Which of the team's answers count."""
        lab = self.stage.store_id
        sheets, acts = submissions.sheets(lab), submissions.acts(lab)
        return ledger(sheets, acts, bucket=self.stage.drop_bucket, limit=self.attempts)

    def hints(self, task: Task, submissions: Submissions) -> dict[str, Any]:
        """The hints of a task that the team was shown, and what the next one costs; None where there is no next."""
        steps = submissions.hints(self.stage.store_id).get(task.id, 0)
        costs = [hint.cost for hint in task.hints]
        return {
            "task": task.id,
            "hints": task.shown_hints(steps, store_id=self.stage.store_id),
            "next_cost": costs[steps] if steps < len(costs) else None,
        }

    def show_hints(self, task: Task, steps: int, submissions: Submissions) -> dict[str, Any]:
        """Show the first so many hints of a task. Each is charged once, however often it is asked for."""
        submissions.add_hints(self.stage.store_id, task.id, steps, datetime.now(UTC))
        return self.hints(task, submissions)

    def report(self, submissions: Submissions) -> Report:
        """Grade now, and keep what was said. One grading of a team at a time."""
        with self.grading:
            collected = self.collect(submissions)
            report = self.judge(collected)
            submissions.add_report(self.stage.store_id, report, collected.evidence.gathered_at)
            self.looked_at(collected.evidence, report)
        return report

    def check(self, submissions: Submissions) -> None:
        """Look at the lab now, for its organiser; nothing is graded."""
        self.looked_at(self.collect(submissions).evidence)

    @property
    def checkup(self) -> Checkup | None:
        """How the lab was when it was last looked at; None where it never was."""
        return self.checkups[-1] if self.checkups else None

    def looked_at(self, evidence: Evidence, report: Report | None = None) -> Checkup:
        """How the lab was when the evidence was gathered, from which the report was made, if there is one."""
        found = checkup(self.key(), evidence)
        self.checkups.append(found)
        for source, reason in found.gaps.items():
            log.warning("AWS did not show %s of team %s: %s", source, self.stage.team, reason)
        for sentence in found.trouble:
            log.warning("the lab of team %s is unhealthy: %s", self.stage.team, sentence)
        return found

    def collect(self, submissions: Submissions) -> Collected:
        """All that a report of this moment rests on."""
        evidence, held = self._gathered(), self.ledger(submissions)
        hints, notebooks = submissions.hints(self.stage.store_id), submissions.notebooks(self.stage.store_id)
        return Collected(
            evidence=evidence,
            sheet=held.sheet,
            attempts=held.attempts,
            hints=hints,
            notebook=notebooks[-1] if notebooks else None,
        )

    def judge(self, collected: Collected) -> Report:
        """The signed report, the same whenever it is asked for."""
        report = grade(
            collected.sheet,
            self.key(),
            collected.evidence,
            tasks(),
            self.settle,
            attempts=collected.attempts,
            hints=collected.hints,
        )
        return signed(replace(report, seed_id=self.seed_id, notebook=collected.notebook), self.secret)

    def shown(self, report: Report) -> Report:
        """The signed report as the team's learner may see it."""
        told = shown(report, self.feedback, self.key(), bucket=self.stage.drop_bucket)
        return report if told == report else signed(told, self.secret)

    def _gathered(self) -> Evidence:
        try:
            session = self.session()
        except TROUBLE as error:  # the grader could not become GraderRole
            return unseen(self.stage, str(error))
        return self._dated(gather(session, self.stage))

    def _dated(self, evidence: Evidence) -> Evidence:
        """With the first moment at which the instance was seen to be gone: AWS shows it for an hour after its end."""
        if "instances" in evidence.gaps:
            return evidence
        if evidence.instance is not None:
            self.gone.clear()
            return evidence
        self.gone.append(evidence.gathered_at)
        return replace(evidence, gone_since=self.gone[0])
