"""The accounts of an organisation as the place of an event: a `infra.event.venue.Venue`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from grader.event.outcomes import Outcome
from infra.deploy.account import Account
from infra.deploy.progress import Say
from infra.event.organisation.clearing import clear, everywhere, look
from infra.event.organisation.event_stack import EventStack, NotDeployedError, remove_stack
from infra.event.organisation.execution import Machine
from infra.event.organisation.member import ROLES, enter_member, stack_cause
from infra.event.organisation.stack_set import Instance, StackSet
from infra.event.roster import Entry, read
from infra.event.venue import BUNDLE, REPORT, Standing

GONE: Final = "it is in no line of the roster: `lab event teardown --gone` removes its lab"
TWICE: Final = (
    "its account has a lab in {region} already, and the name of the grader's role is there only once: remove that lab "
    "with `lab event teardown --gone`, then deploy again"
)
ABSENT: Final = "it has no lab: `lab event deploy` makes one"


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """An event on AWS, as the organiser's account and the roster's file say it. Methods raise botocore's errors."""

    account: Account
    roster: Path
    role: str = ""  # by which accounts let the organiser in; "" for the usual one

    @cached_property
    def stack(self) -> EventStack:
        """The event's stack. Raises NotDeployedError."""
        return EventStack.find(self.account)

    @cached_property
    def machine(self) -> Machine:
        """What grades."""
        return Machine(account=self.account, stack=self.stack)

    @cached_property
    def stack_set(self) -> StackSet:
        """What makes labs."""
        managed = self.stack.service_managed
        return StackSet(account=self.account, name=self.stack.stack_set_name, service_managed=managed)

    def teams(self) -> Sequence[Entry]:
        """Those of the file. Raises RosterError, OSError."""
        return read(self.roster)

    def gone(self) -> Sequence[Entry]:
        """The stack instances of accounts and regions in which no team is any more."""
        wanted = _places(self.teams())
        return tuple(_nobody(*place) for place in self.stack_set.instances() if place not in wanted)

    def deploy(self, teams: Sequence[Entry], say: Say) -> Sequence[Outcome]:
        """Make a lab for each of these teams that has none, region by region; what stands is left alone.

        Accounts that are no team's any more are told of. Raises OperationError.
        """
        self.machine.keep_roster(self.teams())
        standing = self.stack_set.instances()
        elsewhere = {account: region for account, region in standing if (account, region) not in _places(teams)}
        missing = [team for team in teams if not _stands(team, standing) and team.account_id not in elsewhere]
        for region, accounts in by_region(missing).items():
            say(f"making labs in {region}: {len(accounts)} accounts")
            self.stack_set.create(accounts, region, say)
        for team in self.gone():
            say(f"account {team.account_id} in {team.region}: {GONE}")
        after = self.stack_set.instances()
        return [self._made(team, after, elsewhere.get(team.account_id), stood=team not in missing) for team in teams]

    def status(self, teams: Sequence[Entry], say: Say) -> Sequence[Standing]:
        """What stack set and table say."""
        instances = self.stack_set.instances()
        ready, graded = self.machine.outcomes.last("check"), self.machine.outcomes.last("grade")
        shown = [(team, instances.get((team.account_id, team.region))) for team in teams]
        return [
            Standing(
                entry=team,
                lab=instance.status if instance else "",
                cause=instance.cause if instance else ABSENT,
                ready=ready.get(team.account_id),
                graded=graded.get(team.account_id),
            )
            for team, instance in shown
        ]

    def check(self, teams: Sequence[Entry], say: Say) -> Sequence[Outcome]:
        """By the state machine. Raises ExecutionError."""
        return self.machine.run("check", teams, whole=tuple(teams) == tuple(self.teams()), say=say)

    def grade(self, teams: Sequence[Entry], say: Say) -> Sequence[Outcome]:
        """By the state machine. Raises ExecutionError."""
        return self.machine.run("grade", teams, whole=tuple(teams) == tuple(self.teams()), say=say)

    def graded(self, teams: Sequence[Entry]) -> Sequence[Outcome]:
        """From the table."""
        last = self.machine.outcomes.last("grade")
        return [last[team.account_id] for team in teams if team.account_id in last]

    def results(self, teams: Sequence[Entry], say: Say) -> Iterator[tuple[Entry, Mapping[str, bytes]]]:
        """From the bucket."""
        s3, bucket = self.account.client("s3"), self.stack.results_bucket
        for team in teams:
            try:
                kept = {
                    name: s3.get_object(Bucket=bucket, Key=f"results/{team.account_id}/{name}")["Body"].read()
                    for name in (REPORT, BUNDLE)
                }
            except s3.exceptions.NoSuchKey:
                continue
            yield team, kept

    def find(self, teams: Sequence[Entry], say: Say) -> Sequence[Outcome]:
        """By entering each account that has a stack instance."""
        return everywhere(self.account, self._with_lab(teams), self._role, look, say)

    def teardown(self, teams: Sequence[Entry], say: Say) -> Sequence[Outcome]:
        """Clear every account that has a stack instance, then forget the instances of those that are clear.

        Raises OperationError.
        """
        try:
            there = self._with_lab(teams)
        except NotDeployedError:
            there = []
        outcomes = everywhere(self.account, there, self._role, clear, say) if there else []
        clear_ones = [team for team, outcome in zip(there, outcomes, strict=True) if outcome.state == "done"]
        for region, accounts in by_region(clear_ones).items():
            self.stack_set.forget(accounts, region, say)
        of = {(outcome.account_id): outcome for outcome in outcomes}
        return [of.get(team.account_id) or _outcome(team, "teardown", "nothing of a lab was there") for team in teams]

    def close(self, say: Say, *, results: bool) -> None:
        """Delete the event's stack, unless a lab stands. Raises CloseError."""
        try:
            stack = self.stack
        except NotDeployedError:
            say("the event has no stack any more")
            return
        if left := self.stack_set.instances():
            say(f"the event's stack stays: {len(left)} of its labs are still there")
            return
        remove_stack(self.account, stack, say, results=results)
        say("the event's stack is gone" + ("" if results else f"; what was graded stays in {stack.results_bucket}"))

    @property
    def _role(self) -> str:
        return self.role or ROLES[self.stack.service_managed]

    def _with_lab(self, teams: Sequence[Entry]) -> list[Entry]:
        instances = self.stack_set.instances()
        return [team for team in teams if (team.account_id, team.region) in instances]

    def _made(
        self, team: Entry, instances: Mapping[tuple[str, str], Instance], other: str | None, *, stood: bool
    ) -> Outcome:
        instance = instances.get((team.account_id, team.region))
        if instance is not None and instance.stands:
            return _outcome(team, "deploy", "it stood already" if stood else "")
        if instance is None and other:
            return _failed(team, TWICE.format(region=other))
        return _failed(team, self._cause(instance) if instance else "AWS made no stack instance for it")

    def _cause(self, instance: Instance) -> str:
        """What AWS says of the instance; better what failed first in its stack, where its account shows that."""
        if not instance.stack_id:
            return instance.cause
        try:
            member = enter_member(self.account, instance.account_id, instance.region, self._role)
            return stack_cause(member, instance.stack_id)
        except (BotoCoreError, ClientError):
            return instance.cause


def by_region(teams: Sequence[Entry]) -> dict[str, list[str]]:
    """The accounts of each region, in the roster's order."""
    regions = dict.fromkeys(team.region for team in teams)
    return {region: [team.account_id for team in teams if team.region == region] for region in regions}


def _places(teams: Sequence[Entry]) -> set[tuple[str, str]]:
    return {(team.account_id, team.region) for team in teams}


def _stands(team: Entry, instances: Mapping[tuple[str, str], Instance]) -> bool:
    instance = instances.get((team.account_id, team.region))
    return instance is not None and instance.stands


def _nobody(account_id: str, region: str) -> Entry:
    return Entry(team=account_id, account_id=account_id, region=region, emails=(), language="")


def _outcome(team: Entry, act: str, cause: str) -> Outcome:
    return Outcome(team=team.team, account_id=team.account_id, act=act, state="done", cause=cause, at=datetime.now(UTC))


def _failed(team: Entry, cause: str) -> Outcome:
    return Outcome(
        team=team.team, account_id=team.account_id, act="deploy", state="failed", cause=cause, at=datetime.now(UTC)
    )
