"""What the desk knows of one team, and the three things it does for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

import boto3

from grader.collected import Collected
from grader.containment.judgement import SETTLE
from grader.evidence.bundle import Evidence
from grader.evidence.gather import TROUBLE, gather, unseen
from grader.grade import grade
from grader.report import Report
from grader.sheet.parse import Sheet
from grader.sheet.schema import read_sheet
from grader.signature import signed
from grader.submissions import Submissions, merged
from scenario.stage import Stage
from scenario.workshop import tasks

MIN_TOKEN = 22  # characters: 128 bits as base64url


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskTeam:
    """One team as the desk serves it. The answer key and the grader's session stay on the desk's side.

    `settle` is how long after the instance's end an event may still be missing; zero where the log is never late.
    Raises ValueError for a token that could be guessed.
    """

    token: str = field(repr=False)  # what the team's requests bear
    stage: Stage
    session: Callable[[], boto3.Session]  # of the stage's GraderRole
    key: Callable[[], Sheet]  # the perfect sheet
    seed_id: str  # names the story that the key is of
    secret: bytes = field(repr=False)  # what reports are signed with
    settle: timedelta = SETTLE
    grading: Lock = field(default_factory=Lock, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.token) < MIN_TOKEN:
            raise ValueError(f"the token of {self.stage.team} is shorter than {MIN_TOKEN} characters")

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
        """Keep a sheet. Raises NotGradableError, and keeps nothing, where it is malformed."""
        number = submissions.add_sheet(self.stage.team, read_sheet(body), datetime.now(UTC))
        answered = merged(submissions.sheets(self.stage.team))
        return {"submission": number, "answered": [task.id for task in tasks() if task.id in answered]}

    def report(self, submissions: Submissions) -> Report:
        """Grade now, and keep what was said. One grading of a team at a time."""
        with self.grading:
            collected = self.collect(submissions)
            report = self.judge(collected)
            submissions.add_report(report, collected.evidence.gathered_at)
        return report

    def collect(self, submissions: Submissions) -> Collected:
        """All that a report of this moment rests on."""
        return Collected(evidence=self._gathered(), sheet=merged(submissions.sheets(self.stage.team)))

    def judge(self, collected: Collected) -> Report:
        """The signed report, the same whenever it is asked for."""
        report = grade(collected.sheet, self.key(), collected.evidence, tasks(), self.settle)
        return signed(replace(report, seed_id=self.seed_id), self.secret)

    def _gathered(self) -> Evidence:
        try:
            session = self.session()
        except TROUBLE as error:  # the grader could not become GraderRole
            return unseen(self.stage, str(error))
        return gather(session, self.stage)
