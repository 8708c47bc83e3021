"""Proof that a lab on AWS can be solved: deployed, solved, graded and torn down, in an account of its own."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from grader.desk.team import DeskTeam
from grader.report import Report, Verdict
from grader.submissions import SubmissionLog
from infra.deploy.account import Account
from infra.deploy.deploying import Confirm, deploy_lab
from infra.deploy.deployment import Asked
from infra.deploy.desks import desks
from infra.deploy.inventory.known import learn
from infra.deploy.inventory.survey import survey
from infra.deploy.readiness import pauses, require, wait
from infra.deploy.state import Lab, StateFolder
from infra.deploy.teardown.teardown import Outcome, teardown
from scenario.responders.reference import ReferenceLearner

Say = Callable[[str], None]


class NotSpareError(RuntimeError):
    """There is something of a lab in the account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How it went."""

    untouched: Report  # before anything was done
    solved: Report  # of the reference learner
    left: Outcome  # by the teardown

    @property
    def holds(self) -> bool:
        """Whether an untouched lab gives nothing, the reference learner gets everything, and nothing is left."""
        return self.untouched.score == 0 and self.solved.score == self.solved.max and not self.left.refused

    def as_json(self) -> dict[str, Any]:
        """What `lab validate --aws --json` prints."""
        return {
            "passed": self.holds,
            "untouched": self.untouched.as_json(),
            "solved": self.solved.as_json(),
            "left": [{"what": stay.what, "id": stay.id, "why": stay.why} for stay in self.left.refused],
        }


def prove(account: Account, asked: Asked, timeout: timedelta, *, say: Say, confirm: Confirm) -> Proof:
    """Put a whole lab to the test; whatever happens, it is torn down in the end. `timeout` is for each wait for events.

    Raises NotSpareError before anything is done, and what deploying, waiting, solving and tearing down raise.
    """
    if survey(account, learn(account)):
        raise NotSpareError(
            f"there is something of a lab in account {account.account_id}, region {account.region}: a validation takes "
            "a spare account; `lab teardown` clears one"
        )
    with tempfile.TemporaryDirectory() as kept:
        folder = StateFolder(Path(kept))
        try:
            lab = deploy_lab(asked, account, folder, say=say, confirm=confirm, agree=confirm)
            untouched, solved = _tried(lab, folder, timeout, say)
        finally:
            say("tearing down what was deployed")
            left = teardown(account, learn(account), say)
    return Proof(untouched=untouched, solved=solved, left=left)


def _tried(lab: Lab, folder: StateFolder, timeout: timedelta, say: Say) -> tuple[Report, Report]:
    (desk,) = desks(lab, folder.signing_secret())
    access = lab.teams[0].access
    with SubmissionLog.open(folder.submissions) as log:
        require(desk, wait(desk, timeout, say))
        untouched = desk.report(log)
        say("the reference learner investigates and contains, which takes some minutes")
        learner = ReferenceLearner(access.session(), store_id=access.store_id, store_kind=access.store_kind)
        desk.submit(json.dumps(learner.respond(), ensure_ascii=False).encode(), log)
        return untouched, _settled(desk, log, timeout, say)


def _settled(desk: DeskTeam, log: SubmissionLog, timeout: timedelta, say: Say) -> Report:
    """The report once nothing in it is open any more, or the time is over: events of the containment are late too."""
    for seconds in pauses(timeout):
        report = desk.report(log)
        say(f"{seconds:4.0f} s  {report.score:g} of {report.max} points")
        if report.verdict is not Verdict.UNKNOWN:
            break
    return report
