"""Proof that the lab can be solved and that the grader is not fooled: learners of code in fresh labs.

Each trial is a learner and the score it must get; each has an account of its own, and sees of the lab what a learner
sees: the AWS endpoint with LearnerRole, and the HTTP API with the team's token.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.client import Portal
from grader.render.junit import Case, junit_suite
from grader.report import Report
from infra.deploy.state import StateFolder
from infra.local.lab import Plan, running
from scenario.access import Access
from scenario.responders.reference import ReferenceLearner

SCHEMA = "ec2-investigation-lab/validation/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A learner, and the score that the grader must give it."""

    name: str
    score: float
    respond: Callable[[Access], bytes | None]  # acts in the account; gives the sheet to hand in, or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a trial ended."""

    trial: Trial
    before: Report  # graded before the learner did anything
    after: Report

    @property
    def faults(self) -> tuple[str, ...]:
        """What the grader got wrong, a sentence each; none when the trial holds."""
        expected = {"before anything was done": (self.before, 0.0), "at the end": (self.after, self.trial.score)}
        return tuple(
            f"{self.trial.name}: {report.score:g} of {report.max} points {when}, expected {score:g}; "
            + "; ".join(f"{f.id} {f.verdict} {f.points:g}/{f.max} ({f.message})" for f in report.findings)
            for when, (report, score) in expected.items()
            if report.score != score
        )


def reference(access: Access) -> bytes:
    """The reference learner: does all of it, and hands in what it found."""
    return json.dumps(ReferenceLearner(access.session(), store_id=access.store_id).respond()).encode()


TRIALS = (
    Trial(name="untouched", score=0, respond=lambda access: None),
    Trial(name="empty_sheet", score=0, respond=lambda access: b"{}"),
    Trial(name="reference", score=100, respond=reference),
)


def validate(*, background: int, say: Callable[[str], None]) -> Iterator[Outcome]:
    """Put every trial to the test, each in a lab of its own, all of them fresh."""
    plan = Plan(teams=tuple(trial.name.replace("_", "-") for trial in TRIALS), background=background)
    with tempfile.TemporaryDirectory() as folder, running(plan, StateFolder(Path(folder)), say=say) as lab:
        for trial, team in zip(TRIALS, lab.teams, strict=True):
            say(f"{trial.name}: expecting {trial.score:g} points")
            portal = Portal(team.access.portal, team.access.token)
            before = portal.report()
            sheet = trial.respond(team.access)
            if sheet is not None:
                portal.submit(sheet)
            yield Outcome(trial=trial, before=before, after=portal.report())


def as_json(outcomes: list[Outcome]) -> dict[str, Any]:
    """What `lab validate --json` prints."""
    return {
        "schema": SCHEMA,
        "passed": not any(outcome.faults for outcome in outcomes),
        "trials": [
            {
                "name": outcome.trial.name,
                "expected": outcome.trial.score,
                "score": outcome.after.score,
                "faults": list(outcome.faults),
                "report": outcome.after.as_json(),
            }
            for outcome in outcomes
        ],
    }


def as_text(outcomes: list[Outcome]) -> str:
    """A line a trial, and what is wrong below it."""
    lines = []
    for outcome in outcomes:
        mark = "FAIL" if outcome.faults else "ok  "
        lines.append(f"{mark} {outcome.trial.name}: {outcome.after.score:g} of {outcome.after.max} points")
        lines += [f"       {fault}" for fault in outcome.faults]
    return "\n".join(lines)


def as_junit(outcomes: list[Outcome]) -> str:
    """One test case a trial."""
    return junit_suite("lab validate", map(_case, outcomes))


def _case(outcome: Outcome) -> Case:
    return Case(
        classname="lab validate",
        name=outcome.trial.name,
        failure="\n".join(outcome.faults) or None,
        output=f"{outcome.after.score:g} of {outcome.after.max} points, expected {outcome.trial.score:g}",
    )
