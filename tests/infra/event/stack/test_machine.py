"""The state machine of the template, run by moto: every account for itself, and who may settle once more."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.awslambda_simple.models import LambdaSimpleBackend

from grader.event import asking_again, grading
from grader.event.outcomes import Outcome, Outcomes
from grader.event.roster import Entry, write_roster
from tests.grader.event.table import make_table
from tests.infra.account.resources import Resources
from tests.infra.event.stack.resolved import resolved

ACCOUNT, REGION = "123456789012", "us-east-1"
ROSTERS, TABLE = "rosters", "event"
LOST, LATE, SOUND = (
    Entry(team=team, account_id=f"{n}" * 12, region=REGION) for n, team in enumerate(("lost", "late", "sound"))
)


class Functions:
    """What the machine calls: `look` is the test's own way to look at an account, all else is the product's."""

    def __init__(self, outcomes: Outcomes) -> None:
        self.outcomes = outcomes
        self.looks: Counter[str] = Counter()

    def call(self, name: str, event: Mapping[str, Any]) -> Any:
        """As Lambda calls them."""
        if "AskingAgain" in name:
            return asking_again.handler(event, None)
        return grading.handler(event, None) if "error" in event else self.look(event["act"], Entry(**event["entry"]))

    def look(self, act: str, entry: Entry) -> str:
        """One account is lost, another settles when it is looked at the second time."""
        self.looks[entry.team] += 1
        if entry == LOST:
            raise RuntimeError("this account is suspended")
        unknown = entry == LATE and self.looks[entry.team] == 1
        outcome = Outcome(
            team=entry.team,
            account_id=entry.account_id,
            act=act,
            state="unknown" if unknown else "done",
            at=datetime.now(UTC),
            again_at=datetime.now(UTC) if unknown else None,
        )
        self.outcomes.keep(outcome)
        return outcome.state


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> Iterator[Functions]:
    """Local AWS with the event's table, bucket and functions in it."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_DEFAULT_REGION": REGION,
        "EVENT_TABLE": TABLE,
        "EVENT_RESULTS": "results",
        "EVENT_ROSTERS": ROSTERS,
        "EVENT_SECRET": "secret",
        "EVENT_STACK_SET": "labs",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}, "lambda": {"use_docker": False}}):
        dynamodb = boto3.client("dynamodb")
        make_table(dynamodb, TABLE)
        boto3.client("s3").create_bucket(Bucket=ROSTERS)
        made = Functions(Outcomes(dynamodb, TABLE))

        def invoke(_: object, name: str, qualifier: object, body: bytes, *headers: object) -> bytes:
            return json.dumps(made.call(name, json.loads(body))).encode()

        monkeypatch.setattr(LambdaSimpleBackend, "invoke", invoke)
        yield made


def run(resources: Resources, roster: tuple[Entry, ...]) -> Mapping[str, Any]:
    """The end of an execution over this roster."""
    sfn, s3 = boto3.client("stepfunctions"), boto3.client("s3")
    s3.put_object(Bucket=ROSTERS, Key="some.json", Body=write_roster(roster).encode())
    role = boto3.client("iam").create_role(RoleName="role", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    names = {"AWS::Partition": "aws", "AWS::StackName": "lab-event", "Concurrency": "2"}
    for name in resources.of("AWS::Lambda::Function"):
        made = boto3.client("lambda").create_function(
            FunctionName=name, Role=role, Runtime="python3.13", Handler="a.b", Code={"ZipFile": empty_zip()}
        )
        names[f"{name}.Arn"] = made["FunctionArn"]
    definition = resolved(resources.only("AWS::StepFunctions::StateMachine")["DefinitionString"], names)
    machine = sfn.create_state_machine(name="grading", roleArn=role, definition=definition)["stateMachineArn"]
    given = {"act": "grade", "roster": {"bucket": ROSTERS, "key": "some.json"}}
    execution = sfn.start_execution(stateMachineArn=machine, input=json.dumps(given))["executionArn"]
    while (told := sfn.describe_execution(executionArn=execution))["status"] == "RUNNING":
        time.sleep(0.02)
    return told


def empty_zip() -> bytes:
    """A package of nothing."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w"):
        pass
    return held.getvalue()


def test_each_account_fares_by_itself(resources: Resources, functions: Functions) -> None:
    """The lost one is an outcome with its cause, the late one is asked again until it settles, and no other is."""
    told = run(resources, (LOST, LATE, SOUND))
    assert (told["status"], json.loads(told["output"])["teams"]) == ("SUCCEEDED", 0)
    assert functions.looks == {"lost": 1, "late": 2, "sound": 1}
    found = functions.outcomes.last("grade")
    assert {outcome.team: (outcome.state, outcome.cause) for outcome in found.values()} == {
        "lost": ("failed", "this account is suspended"),
        "late": ("done", ""),
        "sound": ("done", ""),
    }
    assert functions.outcomes.last("check") == {}
