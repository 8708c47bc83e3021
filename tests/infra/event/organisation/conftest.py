"""An organiser's account and accounts of teams, on local AWS."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from grader.event.labs import GRADER_ROLE
from infra.account.template import template
from infra.deploy.account import Account, enter
from infra.event.organisation.event_stack import EVENT
from infra.event.organisation.organisation import Organisation
from infra.event.record import Event
from infra.event.roster import Entry
from infra.local.identity import open_account
from tests.infra.deploy.conftest import REGION, Done, Spare, cloud, spare

__all__ = ["cloud", "spare"]  # fixtures

ACCOUNTS = itertools.count(720_000_000_000)
ROLE = "AWSCloudFormationStackSetExecutionRole"

# What the verbs read of the event's stack, and no more.
STAND_IN = {
    "Parameters": {"Permissions": {"Type": "String"}},
    "Resources": {
        "Rosters": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "RetainExceptOnCreate"},
        "Results": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "RetainExceptOnCreate"},
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "DeletionPolicy": "RetainExceptOnCreate",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk")],
                "KeySchema": [
                    {"AttributeName": "pk", "KeyType": "HASH"},
                    {"AttributeName": "sk", "KeyType": "RANGE"},
                ],
            },
        },
    },
    "Outputs": {
        "StackSetName": {"Value": "labs"},
        "StateMachineArn": {"Value": "none"},
        "RosterBucket": {"Value": {"Ref": "Rosters"}},
        "ResultsBucket": {"Value": {"Ref": "Results"}},
        "ResultsTable": {"Value": {"Ref": "Table"}},
        "PageUrl": {"Value": "https://page.example"},
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An event whose stack stands, and the accounts of its teams."""

    spare: Spare
    roster: Path
    account: Account
    organisation: Organisation

    def team(self, name: str, *, region: str = REGION, open_door: bool = True) -> Entry:
        """A team with an account that lets the organiser in, or does not."""
        account = str(next(ACCOUNTS))
        entry = Entry(team=name, account_id=account, region=region, emails=(), language="en")
        if open_door:
            let_in(self.session(entry), self.account.account_id)
        else:
            open_account(account)
        return entry

    def enrol(self, *teams: Entry) -> tuple[Entry, ...]:
        """Let these be the teams of the roster."""
        lines = [f"{team.team},{team.account_id},{team.region},," for team in teams]
        self.roster.write_text("\n".join(["team,account_id,region,emails,language", *lines]), "utf-8")
        return teams

    def session(self, team: Entry) -> boto3.Session:
        """The account's own administrator."""
        keys = open_account(team.account_id)
        return keys.session(region=team.region, endpoint=self.spare.cloud.endpoint)

    def lab(self, *words: str, answer: str = "y\n") -> Done:
        """`lab event ...` with the roster."""
        verb, *rest = words
        return self.spare.lab("event", verb, "--roster", str(self.roster), *rest, answer=answer)


def let_in(session: boto3.Session, organiser: str) -> None:
    """Make the role by which stack sets and organisers get in."""
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{organiser}:root"}, "Action": "sts:AssumeRole"}
    iam: Any = session.client("iam")
    iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    iam.put_role_policy(
        RoleName=ROLE,
        PolicyName="all",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [everything]}),
    )


@pytest.fixture
def place(spare: Spare, tmp_path: Path) -> Place:
    """An event of nobody yet."""
    event = Event.begin(spare.folder)
    account = enter("spare", None, yes=False)
    event.at_home(account).save(spare.folder)
    client = account.client("cloudformation")
    permissions = [{"ParameterKey": "Permissions", "ParameterValue": "SELF_MANAGED"}]
    client.create_stack(StackName=EVENT.stack, TemplateBody=json.dumps(STAND_IN), Parameters=permissions)
    given = {"LabSeed": event.seed, "Bystanders": "0", "GraderRoleName": GRADER_ROLE}
    client.create_stack_set(
        StackSetName="labs",
        TemplateBody=template(),
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    roster = tmp_path / "roster.csv"
    return Place(spare=spare, roster=roster, account=account, organisation=Organisation(account=account, roster=roster))


@pytest.fixture
def heard() -> list[str]:
    """What was said."""
    return []
