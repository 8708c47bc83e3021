"""A whole event on local AWS: twenty accounts deployed, played, solved or not, graded by the real machine, cleared.

moto cannot make all of the event's stack: stack set, functions, machine, secret and storage are made here of what the
shipped template says of them. Whatever the verbs and the functions do is the product's.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.retries.standard import ExponentialBackoff
from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.core.config import default_user_config
from moto.stepfunctions.parser.asl.utils import boto_client

from grader.event.labs import GRADER_ROLE
from grader.event.organiser_account import organiser_account
from grader.event.roster import Entry as Graded
from grader.report import Report
from infra.account.template import template
from infra.deploy.account import Account, enter
from infra.deploy.identities import learner_session
from infra.event.organisation.event_stack import EVENT, secrets_of
from infra.event.organisation.organisation import Organisation
from infra.event.record import Event
from infra.event.roster import Entry
from infra.event.stack.template import event_template
from infra.local.aws.settings import settings
from infra.local.faults import Fault
from infra.local.metadata import first_credentials_of
from scenario.access import Access
from scenario.answer_key import key_of
from scenario.exits import Exit
from scenario.responders.catalogue import CATALOGUE
from scenario.responders.expected import expected
from scenario.stage import Stage
from scenario.story import draw, team_seed
from scenario.traffic import play
from scenario.workshop import tasks
from tests.infra.account.resources import Resources
from tests.infra.deploy.accounts import everything
from tests.infra.deploy.conftest import REGION, Spare, cloud, spare
from tests.infra.event.organisation.conftest import Place
from tests.infra.event.stack.resolved import resolved
from tests.infra.event.stack.test_machine import empty_zip

__all__ = ["cloud", "spare"]  # fixtures

NOT_LET_IN = (
    "An error occurred (AccessDenied) when calling the AssumeRole operation: User: {organiser} is not authorized to "
    "perform: sts:AssumeRole on resource: arn:aws:iam::{account}:role/{role}"
)
TEMPLATE = json.loads(event_template())
KEPT = ("KeptTable", "KeptResults", "KeptRosters")
SOUND, PLAYED = 16, 10  # teams whose account is in order, and those of them whose traffic has begun
SOLVING = [one for one in CATALOGUE if one.leaves_traces() and not (one.fault or one.refusals or one.graded_first)][:8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evening:
    """The event and its place; `organiser_account` is its own account as its functions see it."""

    place: Place
    event: Event


@pytest.fixture
def evening(spare: Spare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Evening:
    """An event's own parts, as the template has them; nobody waits before a call is tried again."""
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0)
    event = Event.begin(spare.folder)
    account = enter("spare", None, yes=False)
    event.at_home(account).save(spare.folder)
    _let_moto_run_functions(monkeypatch, account)
    names = {
        **secrets_of(event),
        **{name: str(rule["Default"]) for name, rule in TEMPLATE["Parameters"].items() if "Default" in rule},
        **{"Store": "lake", "Bystanders": "0", "Concurrency": "8", "StagingBucket": "", "LabTemplateKey": ""},
        **{"AWS::Partition": "aws", "AWS::StackName": EVENT.stack, "AWS::Region": REGION, "AWS::URLSuffix": ""},
        **{"AWS::AccountId": account.account_id, "AWS::NoValue": ""},
    }
    resources = Resources(TEMPLATE)
    stack_set = _stack_set(account, resolved(resources.only("AWS::CloudFormation::StackSet"), names))
    machine = _machine(account, resources, names)
    secret = resolved(resources.only("AWS::SecretsManager::Secret")["SecretString"], names)
    arn = account.client("secretsmanager").create_secret(Name="event", SecretString=secret)["ARN"]
    _storage(account, {"StackSetName": stack_set, "StateMachineArn": machine, "PageUrl": "https://page.example"})
    roster = tmp_path / "roster.csv"
    place = Place(
        spare=spare, roster=roster, account=account, organisation=Organisation(account=account, roster=roster)
    )
    stack = place.organisation.stack
    environment = {
        "AWS_ACCESS_KEY_ID": spare.keys.access_key_id,
        "AWS_SECRET_ACCESS_KEY": spare.keys.secret_access_key,
        "AWS_DEFAULT_REGION": REGION,
        "EVENT_TABLE": stack.results_table,
        "EVENT_RESULTS": stack.results_bucket,
        "EVENT_ROSTERS": stack.roster_bucket,
        "EVENT_SECRET": arn,
        "EVENT_STACK_SET": stack_set,
        "EVENT_SETTLE": "0",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return Evening(place=place, event=event)


def _let_moto_run_functions(monkeypatch: pytest.MonkeyPatch, account: Account) -> None:
    """Let executions run, and what they call be the product's handlers, by the organiser's keys."""
    handlers = {
        name: TEMPLATE["Resources"][name]["Properties"]["Handler"].rpartition(".")[::2]
        for name in TEMPLATE["Resources"]
        if TEMPLATE["Resources"][name]["Type"] == "AWS::Lambda::Function"
    }

    def client(*, service_name: str, region_name: str, config: Any, **_: object) -> Any:
        make: Any = account.session.client
        return make(service_name, region_name=region_name, config=config)

    def invoke(_: object, name: str, qualifier: object, body: bytes, headers: object, answer: dict[str, str]) -> bytes:
        module, function = handlers[name.rpartition(":")[2]]
        try:
            told = getattr(importlib.import_module(module), function)(json.loads(body), None)
        except Exception as error:  # noqa: BLE001 - Lambda tells the caller of whatever a function raises
            answer["x-amz-function-error"] = "Unhandled"
            told = {"errorMessage": str(error), "errorType": type(error).__name__}
        return json.dumps(told).encode()

    monkeypatch.setitem(default_user_config["stepfunctions"], "execute_state_machine", True)
    monkeypatch.setitem(default_user_config["lambda"], "use_docker", False)
    monkeypatch.setattr(boto_client, "boto3", SimpleNamespace(client=client))
    monkeypatch.setattr(LambdaSimpleBackend, "invoke", invoke)


def _stack_set(account: Account, said: Mapping[str, Any]) -> str:
    account.client("cloudformation").create_stack_set(
        StackSetName=said["StackSetName"],
        TemplateBody=template(),
        Parameters=said["Parameters"],
        Capabilities=said["Capabilities"],
        PermissionModel=said["PermissionModel"],
    )
    return str(said["StackSetName"])


def _machine(account: Account, resources: Resources, names: Mapping[str, str]) -> str:
    role = account.client("iam").create_role(RoleName="event", AssumeRolePolicyDocument='{"Statement": []}')["Role"]
    known = dict(names)
    for name in resources.of("AWS::Lambda::Function"):
        made = account.client("lambda").create_function(
            FunctionName=name, Role=role["Arn"], Runtime="python3.13", Handler="a.b", Code={"ZipFile": empty_zip()}
        )
        known[f"{name}.Arn"] = made["FunctionArn"]
    definition = resolved(resources.only("AWS::StepFunctions::StateMachine")["DefinitionString"], known)
    made = account.client("stepfunctions").create_state_machine(
        name="grading", roleArn=role["Arn"], definition=definition
    )
    return str(made["stateMachineArn"])


def _storage(account: Account, made: Mapping[str, str]) -> None:
    """The stack, with what it keeps and the outputs of the template."""
    outputs = {
        key: {"Value": made[key]} if key in made else value
        for key, value in TEMPLATE["Outputs"].items()
        if key in made or value["Value"].get("Ref") in KEPT
    }
    part = {
        "Parameters": {"Permissions": TEMPLATE["Parameters"]["Permissions"]},
        "Resources": {name: TEMPLATE["Resources"][name] for name in KEPT},
        "Outputs": outputs,
    }
    account.client("cloudformation").create_stack(StackName=EVENT.stack, TemplateBody=json.dumps(part))


def stage_of(team: Entry) -> Stage:
    """The team's lab."""
    graded = Graded(team=team.team, account_id=team.account_id, region=team.region)
    return organiser_account().stage(graded)


def let_happen(evening: Evening, stage: Stage) -> None:
    """Every host of the lab does what it does."""
    secret, cloud_ = team_seed(evening.event.seed, stage.account_id), evening.place.spare.cloud
    stories = [draw(secret, stage.region)]
    for host, story in zip((stage.instance_id, *stage.bystander_instance_ids), stories, strict=True):
        keys = first_credentials_of(stage.account_id, stage.region, host, deliver=cloud_.late.take)
        assert play(story, stage, keys.session(region=stage.region, endpoint=cloud_.endpoint)).surprises == ()


def solve(evening: Evening, team: Entry, stage: Stage, responder: Any) -> dict[str, Any]:
    """Do as the responder does and hand in its sheets; gives what is to be found of it, by task."""
    place = evening.place
    credentials = learner_session(place.session(team), stage.learner_role_arn, team.team)
    access = Access(
        team=team.team,
        region=team.region,
        endpoint=place.spare.cloud.endpoint,
        credentials=credentials,
        portal="",
        token="",
        store_kind=stage.store_kind,
        store_id=stage.store_id,
    )
    account, counted = organiser_account(), dict[str, Any]()
    graded = Graded(team=team.team, account_id=team.account_id, region=team.region)
    desk = account.team(graded, stage, account.labs.known(team.account_id))
    for sheet in responder(access, access).sheets():
        desk.submit(sheet, account.submissions)
        counted.update(json.loads(sheet))
    key = key_of(stage, evening.event.seed)
    wanted = {task.id: expected(responder.expects, task, counted, key) for task in tasks()}
    return {name: (str(want.verdict), want.points) for name, want in wanted.items()}


def directly(team: Entry, stage: Stage) -> Report:
    """The report of somebody who asks AWS and grades without the state machine."""
    account = organiser_account()
    graded = Graded(team=team.team, account_id=team.account_id, region=team.region)
    desk = replace(account.team(graded, stage, account.labs.known(team.account_id)), settle=timedelta(0))
    return desk.judge(desk.collect(account.submissions))


def timeless(report: Report) -> Report:
    """A report without its times, and without the signature that covers them."""
    return replace(report, graded_at=datetime.min.replace(tzinfo=UTC), signature="")


def test_an_event_of_twenty_accounts(evening: Evening, tmp_path: Path) -> None:
    """From the first deployment to the last account's teardown, with four accounts in trouble."""
    place, heard = evening.place, list[str]()
    sound = [place.team(f"team-{number:02}") for number in range(1, SOUND + 1)]
    throttled, denied, half = place.team("throttled"), place.team("denied", open_door=False), place.team("half")
    suspended = Entry(team="suspended", account_id=_suspended(place), region=REGION, emails=(), language="en")
    teams = place.enrol(*sound, throttled, denied, half, suspended)
    graders = place.session(half).client("iam")
    before = {team.team: everything(place.session(team)) for team in teams}
    graders.create_role(RoleName=GRADER_ROLE, AssumeRolePolicyDocument='{"Statement": []}')
    deployed = {outcome.team: outcome for outcome in place.organisation.deploy(teams, heard.append)}
    assert [team for team, outcome in deployed.items() if outcome.state == "failed"] == ["denied", "half", "suspended"]

    stages = {team.team: stage_of(team) for team in (*sound, throttled)}
    played = [team.team for team in (*sound[:PLAYED], throttled)]
    for name in played:
        let_happen(evening, stages[name])
    place.spare.cloud.recorder.flush()
    ready = place.lab("wait", "--for", "0s", "--json")
    states = {one["team"]: one["state"] for one in json.loads(ready.out)["outcomes"]}
    late = {name: "done" if name in played else "unknown" for name in stages}
    assert states == {team.team: late.get(team.team, "failed") for team in teams}
    solved = {
        team.team: solve(evening, team, stages[team.team], responder)
        for team, responder in zip(sound, SOLVING, strict=False)
    }
    place.spare.cloud.recorder.flush()

    settings().faults.add(throttled.account_id, Fault(kind="throttle", operation="cloudformation:*", times=9))
    done = place.lab("grade", "--json")
    outcomes = {one["team"]: one for one in json.loads(done.out)["outcomes"]}
    assert done.code == Exit.FAILED
    assert {team: one["cause"] for team, one in outcomes.items() if one["state"] != "done"} == {
        "denied": deployed["denied"].cause,
        "half": NOT_LET_IN.format(organiser=place.account.arn, account=half.account_id, role=GRADER_ROLE),
        "suspended": f"the stack of account {suspended.account_id} was never made",
    }

    backup = tmp_path / "backup"
    assert place.lab("export", "--to", str(backup)).code == Exit.DONE
    assert sorted(path.name for path in backup.iterdir() if path.is_dir()) == sorted(stages)
    for team in (*sound, throttled):
        report = Report.from_json(json.loads((backup / team.team / "report.json").read_text("utf-8")))
        assert timeless(report) == timeless(directly(team, stages[team.team]))
        assert report.score == outcomes[team.team]["score"]
        if team.team in solved:
            found = {finding.id: (str(finding.verdict), round(finding.points, 2)) for finding in report.findings}
            assert found == solved[team.team]
        else:
            assert report.score == 0
    best = json.loads(place.lab("scoreboard", "--json").out)[0]
    assert (best["rank"], best["score"]) == (1, max(one["score"] or 0 for one in outcomes.values()))

    graders.delete_role(RoleName=GRADER_ROLE)
    cleared = place.lab("teardown", "--yes", "--json")
    left = [one["team"] for one in json.loads(cleared.out)["outcomes"] if one["state"] == "failed"]
    assert (cleared.code, left) == (Exit.FAILED, ["denied", "suspended"])
    assert {team.team: everything(place.session(team)) for team in teams} == before


def _suspended(place: Place) -> str:
    organizations: Any = place.spare.session.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    made = organizations.create_account(Email="a@example.com", AccountName="a")["CreateAccountStatus"]["AccountId"]
    organizations.close_account(AccountId=made)
    return str(made)
