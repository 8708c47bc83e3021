"""The organiser's account as the functions of an event use it, and the way from there into the teams' accounts.

A function runs many times: what never changes while an event lasts is made once, and everything else is read anew.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property, partial
from threading import Lock
from typing import Any

import boto3
from botocore.config import Config

from grader.event.jobs import MachineJobs
from grader.event.labs import GRADER_ROLE, Known, Labs
from grader.event.outcomes import Outcomes
from grader.event.roster import KEY, Entry, read_roster
from grader.event.secret import Secret, read_secret
from grader.event.seen import Sights
from grader.event.settings import Settings
from grader.event.team import EventTeam
from grader.event.tokens import team_token
from grader.submissions.dynamodb import TableLog
from scenario.access import Credentials, client_of
from scenario.answer_key import key_of
from scenario.stage import Stage
from scenario.story import draw, team_seed

RETRIES = Config(retries={"mode": "standard", "total_max_attempts": 8}, connect_timeout=5, read_timeout=30)
LASTS = timedelta(minutes=50)  # a session of a role that was assumed from a role; AWS gives it for an hour


class NoLabError(LookupError):
    """An account of the roster has no lab. The message says why."""


@dataclass(frozen=True)
class OrganiserAccount:
    """The parts of the account, by the function's own credentials. Threads may share it."""

    settings: Settings

    @cached_property
    def session(self) -> boto3.Session:
        """The function's own session."""
        return boto3.Session()

    def client(self, service: str) -> Any:
        """A client of the function's own, which tries again where AWS is asked too often."""
        return client_of(self.session, service, RETRIES)

    @cached_property
    def secret(self) -> Secret:
        """The event's secret: it stays as it is for as long as the event lasts."""
        return read_secret(self.client("secretsmanager"), self.settings.secret)

    @property
    def outcomes(self) -> Outcomes:
        """What became of each account."""
        return Outcomes(self.client("dynamodb"), self.settings.table)

    @property
    def sights(self) -> Sights:
        """What was last seen of each account."""
        return Sights(self.client("dynamodb"), self.settings.table)

    @property
    def jobs(self) -> MachineJobs:
        """What the page lets the state machine do."""
        return MachineJobs(
            dynamodb=self.client("dynamodb"),
            machine=self.client("stepfunctions"),
            table=self.settings.table,
            machine_arn=self.settings.state_machine,
            outcomes=self.outcomes,
        )

    def roster(self) -> tuple[Entry, ...]:
        """All teams of the event, as the roster is now."""
        held = self.client("s3").get_object(Bucket=self.settings.rosters, Key=KEY)
        return read_roster(held["Body"].read())

    @property
    def labs(self) -> Labs:
        """What is known of each account."""
        return Labs(self.client("dynamodb"), self.settings.table)

    @property
    def submissions(self) -> TableLog:
        """What was handed in and reported."""
        return TableLog(self.client("dynamodb"), self.client("s3"), self.settings.table, self.settings.results)

    def stage(self, entry: Entry) -> Stage:
        """A team's lab as it stands now. Raises NoLabError, StageIncompleteError, botocore's errors."""
        sets = self.client("cloudformation")
        try:
            instance = sets.describe_stack_instance(
                StackSetName=self.settings.stack_set,
                StackInstanceAccount=entry.account_id,
                StackInstanceRegion=entry.region,
            )["StackInstance"]
        except sets.exceptions.StackInstanceNotFoundException:
            raise NoLabError(f"no lab was deployed to account {entry.account_id}, region {entry.region}") from None
        if not instance.get("StackId"):
            raise NoLabError(instance.get("StatusReason") or f"the stack of account {entry.account_id} was never made")
        grader = client_of(self.grader(entry.account_id, entry.region), "cloudformation", RETRIES)
        (stack,) = grader.describe_stacks(StackName=instance["StackId"])["Stacks"]
        return replace(Stage.from_stack(stack), team=entry.team)

    def grader(self, account_id: str, region: str) -> boto3.Session:
        """A session of an account's GraderRole. Raises botocore's errors."""
        return _renewed(self)(account_id, region)

    def team(self, entry: Entry, stage: Stage, known: Known) -> EventTeam:
        """A team as it is graded and served. Its queries are asked as GraderRole, which may ask what learners may."""
        session = partial(self.grader, entry.account_id, entry.region)
        secret = self.secret
        team = EventTeam(
            token=team_token(secret.token_key, entry.account_id, known.issue),
            stage=stage,
            session=session,
            learner=session,
            key=cache(partial(key_of, stage, secret.lab_seed)),
            seed_id=draw(team_seed(secret.lab_seed, stage.account_id), stage.region).seed_id,
            secret=secret.signing_key.encode(),
            settle=self.settings.settle,
            keep_gone=partial(self.labs.gone, entry.account_id),
            keep_seen=partial(self.sights.keep, entry.account_id, stage.store_id),
        )
        if known.gone_since:
            team.gone.append(known.gone_since)
        return team

    def assume_grader(self, account_id: str, region: str) -> Credentials:
        """GraderRole of an account. Raises botocore's errors."""
        partition = self.session.get_partition_for_region(region)
        got = self.client("sts").assume_role(
            RoleArn=f"arn:{partition}:iam::{account_id}:role/{GRADER_ROLE}",
            RoleSessionName="grader",
            ExternalId=self.secret.external_id,
        )["Credentials"]
        return Credentials(
            access_key_id=got["AccessKeyId"],
            secret_access_key=got["SecretAccessKey"],
            session_token=got["SessionToken"],
            expires_at=got["Expiration"].astimezone(UTC),
        )


@cache
def _renewed(account: OrganiserAccount) -> Callable[[str, str], boto3.Session]:
    """Gives GraderRole's session of an account, the same one until shortly before it expires. Old ones are let go."""
    lock = Lock()
    held: dict[tuple[str, str], tuple[datetime, boto3.Session]] = {}

    def session(account_id: str, region: str) -> boto3.Session:
        with lock:
            now = datetime.now(UTC)
            for over in [place for place, (until, _) in held.items() if until <= now]:
                del held[over]
            if (account_id, region) not in held:
                credentials = account.assume_grader(account_id, region)
                opened = credentials.session(region=region, endpoint=account.settings.endpoint)
                held[account_id, region] = (now + LASTS, opened)
            return held[account_id, region][1]

    return session


@cache
def _account(settings: Settings) -> OrganiserAccount:
    return OrganiserAccount(settings)


def organiser_account() -> OrganiserAccount:
    """The account that the function's environment names, the same one for as long as that stays."""
    return _account(Settings.from_environment(os.environ))
