"""The functions of an event on local AWS: an account with a lab of a stack set, looked at and served."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import boto3
import pytest
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data

from grader.event import grading, page
from grader.event.labs import GRADER_ROLE
from grader.event.organiser_account import OrganiserAccount, organiser_account
from grader.event.roster import KEY, Entry, write_roster
from grader.event.tokens import team_token
from grader.report import Report
from infra.account.template import template
from infra.deploy.listener import bind
from infra.local.cloud import serve_cloud
from infra.local.identity import open_account
from scenario.access import Credentials, open_session
from tests.grader.event.table import make_table

REGION, STACK_SET = "us-east-1", "labs"
ENTRY = Entry(team="red", account_id="111122223333", region=REGION)
NOWHERE = Entry(team="blue", account_id="444455556666", region=REGION)
SECRET = {
    "lab_seed": "the-seed-of-the-whole-event",
    "external_id": "an-external-id-that-is-secret",
    "signing_key": "what-reports-are-signed-with",
    "token_key": "what-tokens-follow-from-here",
    "organiser_token": "the-organisers-own-token-here",
}
NOTHING = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})  # of a state machine


@dataclass(frozen=True)
class Local:
    """The event's account, and a browser's way to its page: `thread` is the function's, with an event loop."""

    account: OrganiserAccount
    thread: ThreadPoolExecutor

    def ask(self, method: str, path: str, body: str = "", /, **headers: str) -> Mapping[str, Any]:
        """What the page's function answers, as an HTTP API asks it."""
        event = {
            "version": "2.0",
            "rawPath": path,
            "rawQueryString": "",
            "cookies": [],
            "headers": {"host": "page.example", "x-forwarded-proto": "https", "x-forwarded-port": "443", **headers},
            "requestContext": {"http": {"method": method, "path": path, "sourceIp": "192.0.2.1"}},
            "body": body,
            "isBase64Encoded": False,
        }
        return self.thread.submit(page.handler, event, None).result()


@pytest.fixture(scope="module")
def local() -> Iterator[Local]:
    """An event of one team whose lab stands, and of one that was never deployed."""
    with serve_cloud(bind("127.0.0.1", 0, option="")) as cloud, pytest.MonkeyPatch.context() as environment:
        organiser = open_account("999999999999")
        function = open_session(organiser, region=REGION, endpoint=cloud.endpoint)
        deploy(function, open_session(open_account(ENTRY.account_id), region=REGION, endpoint=cloud.endpoint))
        secret = function.client("secretsmanager").create_secret(Name="event", SecretString=json.dumps(SECRET))
        make_table(function.client("dynamodb"), "event")
        s3 = function.client("s3")
        for bucket in ("event-results", "event-rosters"):
            s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket="event-rosters", Key=KEY, Body=write_roster([ENTRY, NOWHERE]).encode())
        machine = function.client("stepfunctions").create_state_machine(
            name="grading", definition=NOTHING, roleArn="arn:aws:iam::999999999999:role/grading"
        )
        given = {"EVENT_SECRET": secret["ARN"], "EVENT_STATE_MACHINE": machine["stateMachineArn"]}
        for name, value in {**variables(organiser, cloud.endpoint), **given}.items():
            environment.setenv(name, value)
        with ThreadPoolExecutor(1) as thread:
            loop = asyncio.new_event_loop()
            thread.submit(asyncio.set_event_loop, loop).result()
            yield Local(organiser_account(), thread)
            loop.close()
    BackendDict.reset()  # another module has accounts of the same ids
    reset_model_data()


def deploy(administrator: boto3.Session, target: boto3.Session) -> None:
    """The lab, as the event's stack set makes it."""
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    target.client("iam").create_role(RoleName="AWSCloudFormationStackSetExecutionRole", AssumeRolePolicyDocument=trust)
    given = {
        "LabSeed": SECRET["lab_seed"],
        "GraderExternalId": SECRET["external_id"],
        "GraderPrincipal": "arn:aws:iam::999999999999:root",
        "GraderRoleName": GRADER_ROLE,
        "Store": "lake",
        "Bystanders": "0",
    }
    sets = administrator.client("cloudformation")
    sets.create_stack_set(
        StackSetName=STACK_SET,
        TemplateBody=template(),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    sets.create_stack_instances(StackSetName=STACK_SET, Accounts=[ENTRY.account_id], Regions=[REGION])


def variables(credentials: Credentials, endpoint: str) -> Mapping[str, str]:
    """The environment of a function."""
    return {
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint,
        "EVENT_TABLE": "event",
        "EVENT_RESULTS": "event-results",
        "EVENT_ROSTERS": "event-rosters",
        "EVENT_STACK_SET": STACK_SET,
        "EVENT_SETTLE": "0",
    }


def look(act: str, entry: Entry) -> str:
    """What the grading function answers."""
    return grading.handler({"act": act, "entry": json.loads(write_roster([entry]))[0]}, None)


def token_now(local: Local) -> str:
    """The team's token."""
    return team_token(SECRET["token_key"], ENTRY.account_id, local.account.labs.known(ENTRY.account_id).issue)


def test_a_lab_without_traffic_is_not_ready(local: Local) -> None:
    """The outcome names what is missing; the lab is known from then on."""
    assert look("check", ENTRY) == "unknown"
    outcome = local.account.outcomes.last("check")[ENTRY.account_id]
    assert (outcome.team, outcome.state, outcome.score, outcome.again_at) == ("red", "unknown", None, None)
    assert "missing" in outcome.cause
    known = local.account.labs.known(ENTRY.account_id)
    assert known.stage is not None
    assert (known.entry, known.stage.team, known.stage.account_id) == (ENTRY, "red", ENTRY.account_id)


def test_an_account_without_a_lab_is_an_outcome(local: Local) -> None:
    """With its cause."""
    assert look("grade", NOWHERE) == "failed"
    outcome = local.account.outcomes.last("grade")[NOWHERE.account_id]
    assert outcome.cause == "no lab was deployed to account 444455556666, region us-east-1"


def test_a_grade_is_kept_as_a_report_and_as_a_bundle(local: Local) -> None:
    """The table and the bucket say the same."""
    state = look("grade", ENTRY)
    outcome = local.account.outcomes.last("grade")[ENTRY.account_id]
    s3, folder = local.account.client("s3"), f"results/{ENTRY.account_id}"
    held = {
        name: json.loads(s3.get_object(Bucket="event-results", Key=f"{folder}/{name}.json")["Body"].read())
        for name in ("report", "bundle")
    }
    report = Report.from_json(held["report"])
    assert (outcome.state, outcome.score, outcome.max, outcome.open) == (state, report.score, report.max, report.open)
    assert report.signature
    assert held["bundle"]["evidence"]["stage"]["account_id"] == ENTRY.account_id
    stage = local.account.labs.known(ENTRY.account_id).stage
    assert stage is not None
    assert local.account.submissions.last_report(stage.store_id) == report


def test_what_the_machine_caught_is_an_outcome(local: Local) -> None:
    """A function's error comes as JSON within a sentence's place."""
    entry = json.loads(write_roster([NOWHERE]))[0]
    cause = json.dumps({"errorMessage": "Rate exceeded", "errorType": "BusyError"})
    assert grading.handler({"act": "check", "entry": entry, "error": {"Error": "BusyError", "Cause": cause}}, None) == (
        "failed"
    )
    assert local.account.outcomes.last("check")[NOWHERE.account_id].cause == "Rate exceeded"


def test_the_page_lets_in_whoever_has_the_teams_token(local: Local) -> None:
    """Its cookie is for HTTPS alone; a token of another issue, and one of an account without a lab, are nobody's."""
    look("check", ENTRY)
    token = token_now(local)
    own = {"sec-fetch-site": "same-origin"}
    answer = local.ask("POST", "/visit", json.dumps({"token": token}), **own)
    assert (answer["statusCode"], json.loads(answer["body"])) == (200, {"to": "/work"})
    (cookie,) = answer["cookies"]
    assert {"Secure", "HttpOnly", "SameSite=strict"} <= set(cookie.split("; "))
    shown = local.ask("GET", "/work", **{"cookie": cookie.split(";")[0], "accept-encoding": "identity"})
    assert shown["statusCode"] == 200
    assert "default-src 'none'" in shown["headers"]["content-security-policy"]
    for wrong in (
        team_token(SECRET["token_key"], ENTRY.account_id, 2),
        team_token(SECRET["token_key"], NOWHERE.account_id),
        "x",
    ):
        assert local.ask("POST", "/visit", json.dumps({"token": wrong}), **own)["statusCode"] == 401


def test_one_function_sees_what_another_one_wrote(local: Local) -> None:
    """A sheet that was handed in at one is counted at the other, and its page is told of it."""
    look("check", ENTRY)
    bearer = {"authorization": f"Bearer {token_now(local)}"}
    before = json.loads(local.ask("GET", "/live/now", **bearer)["body"])
    answer = local.ask("POST", "/api/sheet", json.dumps({"primary_call": "ListBuckets"}), **bearer)
    assert answer["statusCode"] == 200
    page._served.cache_clear()  # another function of the same kind
    after = json.loads(local.ask("GET", "/live/now", **bearer)["body"])
    assert after == {**before, "sheet": before.get("sheet", 0) + 1}
    told = json.loads(local.ask("POST", "/api/sheet", json.dumps({"primary_call": "GetObject"}), **bearer)["body"])
    assert (told["submission"], told["attempts_left"]["primary_call"]) == (
        json.loads(answer["body"])["submission"] + 1,
        8,
    )


def test_since_when_an_instance_is_gone_is_known_to_every_function(local: Local) -> None:
    """Whoever saw it first said so; where it is there after all, nobody knows of it any more."""
    look("check", ENTRY)
    account, labs = local.account, local.account.labs
    known = labs.known(ENTRY.account_id)
    assert known.stage is not None
    gone = replace(known.stage, instance_id="i-0123456789abcdef0")  # EC2 shows no such instance
    seen = [
        account.team(ENTRY, stage, labs.known(ENTRY.account_id)).collect(account.submissions).evidence
        for stage in (gone, gone, known.stage)
    ]
    assert [one.gone_since for one in seen] == [seen[0].gathered_at, seen[0].gathered_at, None]
    assert labs.known(ENTRY.account_id).gone_since is None


def test_a_query_is_answered_and_kept(local: Local) -> None:
    """Whole, and not line by line as it comes."""
    look("check", ENTRY)
    bearer, sql = {"authorization": f"Bearer {token_now(local)}"}, "select count(*) as total from EDS_ID"
    answer = local.ask("POST", "/api/query", json.dumps({"sql": sql}), **bearer)
    body = base64.b64decode(answer["body"]).decode() if answer["isBase64Encoded"] else answer["body"]
    lines = [line for line in map(json.loads, body.splitlines()) if "seconds" not in line]
    assert (answer["statusCode"], lines[0], lines[-1]["end"]["rows"]) == (200, {"columns": ["total"]}, 1)
    stage = local.account.labs.known(ENTRY.account_id).stage
    assert stage is not None
    assert [(one.sql, one.outcome) for one in local.account.submissions.queries(stage.store_id)] == [(sql, "done")]


@pytest.mark.parametrize("view", ["work", "see", "contain", "evidence"])
def test_every_view_is_served(local: Local, view: str) -> None:
    """In the visitor's language."""
    look("check", ENTRY)
    headers = {"authorization": f"Bearer {token_now(local)}", "accept-language": "vi", "accept-encoding": "identity"}
    answer = local.ask("GET", f"/{view}", **headers)
    assert (answer["statusCode"], 'lang="vi"' in answer["body"]) == (200, True)


def test_a_lab_that_is_gone_lets_nobody_in(local: Local) -> None:
    """Until one is found again."""
    look("check", ENTRY)
    bearer = {"authorization": f"Bearer {token_now(local)}"}
    local.account.labs.forget(ENTRY.account_id)
    before = local.ask("GET", "/api/team", **bearer)["statusCode"]
    look("check", ENTRY)
    assert (before, local.ask("GET", "/api/team", **bearer)["statusCode"]) == (401, 200)


def test_a_token_that_was_issued_anew_makes_the_old_one_worthless(local: Local) -> None:
    """At once, in every function."""
    look("check", ENTRY)
    key, path, account_id = SECRET["token_key"], "/api/team", ENTRY.account_id
    issue = local.account.labs.reissue(account_id)
    tokens = [team_token(key, account_id, number) for number in (issue - 1, issue)]
    assert [local.ask("GET", path, authorization=f"Bearer {token}")["statusCode"] for token in tokens] == [401, 200]


def test_files_of_the_page_come_whole(local: Local) -> None:
    """Compressed, as base64."""
    door = local.ask("GET", "/")
    assert "/static/" in door["body"]
    path = "/static/" + door["body"].split("/static/")[1].split('"')[0]
    answer = local.ask("GET", path, **{"accept-encoding": "gzip"})
    assert answer["statusCode"] == 200
    assert base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"]
    assert local.ask("GET", "/live")["statusCode"] == 404
