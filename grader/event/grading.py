"""The function that looks at one account: `{"act": "check" or "grade", "entry": {...}}` in, the outcome's state out.

It keeps an outcome whatever happens: an account that cannot be graded is an outcome with its cause. Where AWS was asked
too often or did not answer, it raises BusyError, and the state machine asks again; once it has had enough, it hands in
what it caught as `error`, and that is the outcome.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from grader.collected import Collected
from grader.desk.team import DeskTeam
from grader.event.again import again_at
from grader.event.organiser_account import NoLabError, OrganiserAccount, organiser_account
from grader.event.outcomes import Outcome
from grader.event.roster import Entry
from grader.report import Report
from scenario.stage import StageIncompleteError

BUSY = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
"""Codes with which AWS asks for patience."""


class BusyError(RuntimeError):
    """AWS asks for patience, or did not answer: the same may go well a little later."""


def handler(event: Mapping[str, Any], context: object) -> str:
    """Look at the account, keep the outcome, and give its state. Raises BusyError, botocore's errors of the table."""
    account, look = organiser_account(), Look(event["act"], Entry(**event["entry"]))
    outcome = look.failed(_caught(event["error"])) if "error" in event else look.outcome(account)
    account.outcomes.keep(outcome)
    return outcome.state


@dataclass(frozen=True, slots=True)
class Look:
    """One look at one account."""

    act: str
    entry: Entry

    def outcome(self, account: OrganiserAccount) -> Outcome:
        """What becomes of it. Raises BusyError."""
        try:
            stage, known = account.stage(self.entry), account.labs.known(self.entry.account_id)
            account.labs.found(self.entry, stage)
            team = account.team(self.entry, stage, known)
            collected = team.collect(account.submissions)
            return self._checked(team, collected) if self.act == "check" else self._graded(team, collected, account)
        except (NoLabError, StageIncompleteError) as error:
            return self.failed(str(error))
        except ClientError as error:
            if error.response["Error"]["Code"] in BUSY:
                raise BusyError(str(error)) from error
            return self.failed(str(error))
        except BotoCoreError as error:
            raise BusyError(str(error)) from error

    def failed(self, cause: str) -> Outcome:
        """It could not be looked at."""
        return self._outcome("failed", cause)

    def _checked(self, team: DeskTeam, collected: Collected) -> Outcome:
        found = team.looked_at(collected.evidence)
        reasons = [*_gaps(collected), *found.trouble]
        return self._outcome("unknown" if reasons else "done", "; ".join(reasons))

    def _graded(self, team: DeskTeam, collected: Collected, account: OrganiserAccount) -> Outcome:
        report = team.judge(collected)
        account.submissions.add_report(team.stage.store_id, report, report.graded_at)
        team.looked_at(collected.evidence, report)
        for name, document in (("report", report.as_json()), ("bundle", collected.as_json())):
            account.client("s3").put_object(
                Bucket=account.settings.results,
                Key=f"results/{self.entry.account_id}/{name}.json",
                Body=json.dumps(document, indent=1, ensure_ascii=False).encode("utf-8", "replace"),
                ContentType="application/json",
            )
        return self._outcome("unknown" if report.open else "done", "; ".join(_gaps(collected)), report)

    def _outcome(self, state: Any, cause: str, report: Report | None = None) -> Outcome:
        return Outcome(
            team=self.entry.team,
            account_id=self.entry.account_id,
            act=self.act,
            state=state,
            cause=cause,
            at=datetime.now(UTC),
            score=report.score if report else None,
            max=report.max if report else None,
            open=report.open if report else None,
            again_at=again_at(report) if report else None,
        )


def _gaps(collected: Collected) -> list[str]:
    return [f"AWS did not show {source}: {reason}" for source, reason in collected.evidence.gaps.items()]


def _caught(error: Mapping[str, str]) -> str:
    """What the state machine caught, in a sentence: a function's error comes as JSON."""
    cause = error.get("Cause", "")
    try:
        told = json.loads(cause)
        cause = told.get("errorMessage", cause)
    except (ValueError, AttributeError):
        pass
    return cause or error.get("Error", "it is not known why")
