"""Grading and checking many accounts: the roster handed to the state machine, its execution followed to the end."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from grader.event.outcomes import Act, Outcome, Outcomes
from grader.event.roster import KEY, write_roster
from grader.event.roster import Entry as Graded
from infra.deploy.account import Account
from infra.deploy.progress import Say
from infra.event.organisation.event_stack import EventStack
from infra.event.roster import Entry
from scenario.query.waiting import TimeTaken

PATIENCE: Final = 6 * 3600.0  # seconds
SILENT: Final = "the grading ended without a word of this account: see the state machine's execution"


class ExecutionError(RuntimeError):
    """The grading as a whole failed, or did not end in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The event's state machine as the organiser uses it. Every method raises botocore's errors."""

    account: Account
    stack: EventStack

    @property
    def outcomes(self) -> Outcomes:
        """What became of the accounts."""
        return Outcomes(self.account.client("dynamodb"), self.stack.results_table)

    def keep_roster(self, teams: Sequence[Entry], key: str = KEY) -> None:
        """Put the roster where the organiser's account finds it; e-mails stay in the file."""
        entries = (Graded(team=t.team, account_id=t.account_id, region=t.region, language=t.language) for t in teams)
        body = write_roster(entries).encode()
        self.account.client("s3").put_object(Bucket=self.stack.roster_bucket, Key=key, Body=body)

    def run(self, act: Act, teams: Sequence[Entry], *, whole: bool, say: Say) -> list[Outcome]:
        """Let every team be graded, or checked, and give what became of each in their order.

        `whole` says whether these are all teams of the roster. Where the same is being done already it is waited for.
        Raises ExecutionError.
        """
        if not teams:
            return []
        key = KEY if whole else _key(teams)
        self.keep_roster(teams, key)
        asked = {"act": act, "roster": {"bucket": self.stack.roster_bucket, "key": key}}
        began = self._follow(self._begun(asked, teams, say), act, teams, say)
        return [
            outcome or _silent(team, act) for team, outcome in zip(teams, self._since(began, act, teams), strict=True)
        ]

    def _begun(self, asked: Mapping[str, Any], teams: Sequence[Entry], say: Say) -> str:
        """The ARN of an execution that asks everybody this: one that is at it already, else a new one."""
        client, machine = self.account.client("stepfunctions"), self.stack.state_machine_arn
        pages = client.get_paginator("list_executions").paginate(stateMachineArn=machine, statusFilter="RUNNING")
        for arn in [execution["executionArn"] for page in pages for execution in page["executions"]]:
            shown = client.describe_execution(executionArn=arn)
            if json.loads(shown["input"]) == asked and None in self._since(_began(shown), asked["act"], teams):
                say(f"somebody began this already: waiting for it ({arn})")
                return str(arn)
        name = f"{asked['act']}-{uuid.uuid4()}"
        return str(client.start_execution(stateMachineArn=machine, name=name, input=json.dumps(asked))["executionArn"])

    def _follow(self, arn: str, act: Act, teams: Sequence[Entry], say: Say) -> datetime:
        """Wait until an execution has asked everybody; gives when it began. Raises ExecutionError.

        What is unknown then, it asks again by itself.
        """
        client, taken, told = self.account.client("stepfunctions"), TimeTaken(PATIENCE), 0
        for _ in taken.pauses():
            shown = client.describe_execution(executionArn=arn)
            began = _began(shown)
            asked = sum(outcome is not None for outcome in self._since(began, act, teams))
            if asked > told:
                told = asked
                say(f"  {asked} of {len(teams)} accounts, {taken.seconds():.0f} s")
            if asked == len(teams) or shown["status"] == "SUCCEEDED":
                return began
            if shown["status"] != "RUNNING":
                why = shown.get("cause") or shown.get("error") or "Step Functions does not say why"
                raise ExecutionError(f"the execution {arn} is {shown['status']}: {why}")
        raise ExecutionError(f"the execution {arn} is still at work: the same verb again waits for it")

    def _since(self, began: datetime, act: Act, teams: Sequence[Entry]) -> list[Outcome | None]:
        last = self.outcomes.last(act)
        found = [last.get(team.account_id) for team in teams]
        return [outcome if outcome and outcome.at >= began else None for outcome in found]


def _began(shown: Mapping[str, Any]) -> datetime:
    began: datetime = shown["startDate"].astimezone(UTC)
    return began.replace(microsecond=0)


def _silent(team: Entry, act: Act) -> Outcome:
    return Outcome(
        team=team.team, account_id=team.account_id, act=act, state="failed", cause=SILENT, at=datetime.now(UTC)
    )


def _key(teams: Sequence[Entry]) -> str:
    """A roster of its own for these teams: the same for the same ones, so that asking twice is seen to be the same."""
    named = json.dumps([[team.team, team.account_id, team.region] for team in teams])
    return f"only/{hashlib.sha256(named.encode()).hexdigest()[:16]}.json"
