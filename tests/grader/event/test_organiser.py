"""The organiser's page of an event on AWS: what one function does, another one sees, and the machine does the rest."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.routing import Route

from grader.desk.event import Kind, Phase, event_id, utc_now
from grader.event import page
from grader.event.acts import TableActs
from grader.event.jobs import PATIENCE
from grader.event.live import TableLive
from grader.event.office import EventOffice
from grader.event.roster import KEY
from grader.event.tokens import team_token
from tests.grader.event.test_handlers import ENTRY, NOWHERE, SECRET, Local, local, look, token_now

__all__ = ["local"]  # a fixture

ORGANISER = {
    "cookie": f"lab-https={SECRET['organiser_token']}",
    "sec-fetch-site": "same-origin",
    "accept-encoding": "identity",
    "content-type": "application/x-www-form-urlencoded",
}


def get(local: Local, path: str) -> str:
    """What the organiser is shown."""
    answer = local.ask("GET", path, **ORGANISER)
    assert answer["statusCode"] == 200, answer
    return str(answer["body"])


def do(local: Local, path: str, **form: str) -> Mapping[str, Any]:
    """What the organiser is answered by one function; whatever is asked next is asked of another one."""
    answer = local.ask("POST", path, urlencode(form), **ORGANISER)
    page._served.cache_clear()
    return answer


def learner(local: Local) -> dict[str, str]:
    """What a learner's requests bear, once the lab is known."""
    look("check", ENTRY)
    return {"authorization": f"Bearer {token_now(local)}"}


def executions(local: Local) -> list[dict[str, Any]]:
    """What the state machine was asked, the oldest first."""
    client = local.account.client("stepfunctions")
    begun = client.list_executions(stateMachineArn=local.account.settings.state_machine)["executions"]
    shown = [client.describe_execution(executionArn=one["executionArn"]) for one in begun]
    return [json.loads(one["input"]) for one in sorted(shown, key=lambda one: one["startDate"])]


def test_what_was_done_counts_in_every_function_at_once(local: Local) -> None:
    """Also in one that has been there for long."""
    one, other = (TableActs(local.account.submissions, "an-event-of-its-own") for _ in range(2))
    assert [one.do(Kind.PAUSE).phase, other.event().phase] == [Phase.PAUSED] * 2
    assert [other.do(Kind.RESUME).phase, one.event().phase] == [Phase.RUNNING] * 2


def test_the_event_is_led(local: Local) -> None:
    """What is paused takes nothing; open pages of learners and organisers hear of every act."""
    team, name = learner(local), event_id(SECRET["organiser_token"])
    before = [json.loads(local.ask("GET", "/live/now", **who)["body"]).get("event", 0) for who in (team, ORGANISER)]
    assert 'class="phase paused"' in do(local, "/organiser/event/pause")["body"]
    assert local.ask("POST", "/api/sheet", "{}", **team)["statusCode"] == 409
    assert do(local, "/organiser/event/pause")["statusCode"] == 409
    for kind, form in (("ends_at", {"minutes": "90"}), ("freeze", {}), ("unfreeze", {}), ("resume", {}), ("end", {})):
        assert do(local, f"/organiser/event/{kind}", **form)["statusCode"] == 200
    assert do(local, "/organiser/event/resume")["statusCode"] == 200
    assert do(local, "/organiser/event/ends_at", minutes="")["statusCode"] == 200
    assert local.ask("POST", "/api/sheet", "{}", **team)["statusCode"] == 200
    kinds = ["pause", "ends_at", "freeze", "unfreeze", "resume", "end", "resume", "ends_at"]
    assert [act.kind for act in local.account.submissions.acts(name)] == kinds
    after = [json.loads(local.ask("GET", "/live/now", **who)["body"])["event"] for who in (team, ORGANISER)]
    assert after == [count + len(kinds) for count in before]


def office(local: Local) -> EventOffice:
    """The page's office."""
    account = local.account
    live = TableLive(client=account.client("dynamodb"), table=account.settings.table)
    return EventOffice(account, live)


def test_every_team_of_the_roster_is_shown(local: Local) -> None:
    """With what the last look and the last report said; of a lab that is not there, why."""
    look("grade", ENTRY)
    look("check", NOWHERE)
    red, blue = office(local).rows()
    stage = local.account.labs.known(ENTRY.account_id).stage
    assert stage is not None
    report = local.account.submissions.last_report(stage.store_id)
    assert report is not None
    assert red.report is not None
    assert (red.team, red.account, red.lab) == (ENTRY.team, ENTRY.account_id, stage.store_id)
    assert (red.report.score, red.report.max, red.report.open) == (report.score, report.max, report.open)
    assert red.verdicts == tuple(finding.verdict for finding in report.findings)
    assert red.checkup is not None
    assert (red.checkup.at, red.checkup.instance, red.checkup.well) == (report.graded_at, "running", False)
    assert (blue.team, blue.lab, blue.report, blue.active) == ("blue", "", None, None)
    assert blue.checkup is not None
    assert blue.checkup.trouble == (f"no lab was deployed to account {NOWHERE.account_id}, region us-east-1",)
    shown = get(local, "/organiser")
    assert shown.count("look at it") == 2
    assert ('id="team-red"' in shown, 'id="team-blue"' in shown) == (True, False)  # there is a lab to look into
    assert blue.checkup.trouble[0] in get(local, "/organiser/flags")
    assert office(local).checkups() == {"red": red.checkup, "blue": blue.checkup}


def test_a_learners_own_report_counts(local: Local) -> None:
    """On the board and in the overview at once, with when the team did something, and what it had wrong."""
    team = learner(local)
    local.ask("POST", "/api/sheet", json.dumps({"primary_call": "DeleteTrail"}), **team)
    report = json.loads(local.ask("POST", "/api/report", **team)["body"])
    red = office(local).rows()[0]
    assert red.report is not None
    assert red.report.graded_at.isoformat() == report["graded_at"]
    assert red.active is not None
    assert utc_now() - red.active < timedelta(minutes=1)
    (one,) = (found for found in office(local).statistics() if found.id == "primary_call")
    assert (one.teams, one.solved, one.attempts, one.wrong) == (1, 0, 1, "deletetrail")
    assert "deletetrail" in get(local, "/organiser/tasks")


def test_the_board_needs_one_query_of_all_teams(local: Local) -> None:
    """And shows what was while it is frozen; a team without a lab is not on it."""
    look("grade", ENTRY)
    look("check", NOWHERE)
    asked: list[str] = []
    client = local.account.client("dynamodb")
    client.meta.events.register("before-call.dynamodb", lambda model, **_: asked.append(model.name), unique_id="count")
    try:
        (place,) = office(local).places(None)
    finally:
        client.meta.events.unregister("before-call.dynamodb", unique_id="count")
    assert (place.team, asked) == ("red", ["Query"])
    (before,) = office(local).places(utc_now() - timedelta(days=1))
    assert (before.score, before.open, before.solved) == (0, 0, 0)
    shown = get(local, "/scoreboard")
    assert (">red<" in shown, ">blue<" in shown) == (True, False)


@pytest.mark.parametrize("act", ["check", "grade"])
def test_a_job_is_the_state_machines(local: Local, act: str) -> None:
    """Begun once for the whole roster, however often it is asked for; it is as far as there are outcomes."""
    before = executions(local)
    shown = [do(local, f"/organiser/{act}")["body"] for _ in range(2)]
    assert ["0 / 2" in one for one in shown] == [True, True]
    roster = {"bucket": local.account.settings.rosters, "key": KEY}
    assert executions(local)[len(before) :] == [{"act": act, "roster": roster}]
    look(act, ENTRY)
    assert "1 / 2" in get(local, "/organiser/jobs")
    look(act, NOWHERE)
    assert "2 / 2" in get(local, "/organiser/jobs")
    (job,) = (one for one in office(local).jobs() if one.kind == act)
    outcome = local.account.outcomes.last("check" if act == "check" else "grade")[NOWHERE.account_id]
    assert (job.running, job.failed, job.ended) == (False, False, outcome.at)
    do(local, f"/organiser/{act}")
    assert len(executions(local)) == len(before) + 2


def test_a_job_is_not_waited_for_for_ever(local: Local) -> None:
    """Whoever looks sees that it did not work, and may begin it again."""
    table, long_ago = local.account.settings.table, utc_now() - PATIENCE
    item = {"pk": "jobs", "sk": "grade", "began": (long_ago).isoformat()}
    typed: dict[str, Any] = {name: {"S": value} for name, value in item.items()}
    local.account.client("dynamodb").put_item(TableName=table, Item={**typed, "total": {"N": "100"}})
    assert "it did not work" in get(local, "/organiser/jobs")
    before = len(executions(local))
    assert "0 / 2" in do(local, "/organiser/grade")["body"]
    assert len(executions(local)) == before + 1


def test_attempts_are_given_once_more(local: Local) -> None:
    """The learner has them all again."""
    team = learner(local)
    local.ask("POST", "/api/sheet", json.dumps({"instance_id": "i-1"}), **team)
    assert "The attempts were reset" in do(local, "/organiser/teams/red/attempts", task="instance_id")["body"]
    told = json.loads(local.ask("POST", "/api/sheet", json.dumps({"instance_id": "i-2"}), **team)["body"])
    assert told["attempts_left"]["instance_id"] == 9


def test_a_new_link_is_shown_once_and_the_old_one_is_worth_nothing(local: Local) -> None:
    """It leads to the page that the organiser is at."""
    team = learner(local)
    shown = do(local, "/organiser/teams/red/reissue")["body"]
    (token,) = re.findall(r'<code id="new-link">https://page\.example/#token=(\S+)</code>', shown)
    assert token == token_now(local)
    asked = [team, {"authorization": f"Bearer {token}"}]
    assert [local.ask("GET", "/api/team", **bearer)["statusCode"] for bearer in asked] == [401, 200]
    assert token not in get(local, "/organiser/teams/red")
    blue = f"https://page.example/#token={team_token(SECRET['token_key'], NOWHERE.account_id)}"
    links = [["team", "link"], ["red", f"https://page.example/#token={token}"], ["blue", blue]]
    assert list(csv.reader(io.StringIO(get(local, "/organiser/links.csv")))) == links


def test_a_fresh_lab_is_another_tools_work(local: Local) -> None:
    """The page says whose, and offers none."""
    learner(local)
    shown = get(local, "/organiser/teams/red")
    assert "lab event teardown --only red &amp;&amp; lab event deploy --only red" in shown
    assert "/organiser/teams/red/reset" not in shown
    assert do(local, "/organiser/teams/red/reset")["statusCode"] == 501


def test_reports_are_taken_home(local: Local) -> None:
    """Whole, of every team that was graded."""
    look("grade", ENTRY)
    assert [row["team"] for row in csv.DictReader(io.StringIO(get(local, "/organiser/export.csv")))] == ["red"]
    (one,) = json.loads(get(local, "/organiser/export.json"))["teams"]
    stage = local.account.labs.known(ENTRY.account_id).stage
    assert stage is not None
    report = local.account.submissions.last_report(stage.store_id)
    assert report is not None
    assert one["report"] == report.as_json()
    assert report.signature in get(local, "/organiser/teams/red/report.html")


def test_a_learner_gets_nothing_of_the_organisers(local: Local) -> None:
    """On no route, and it changes nothing."""
    team = {**learner(local), "sec-fetch-site": "same-origin"}
    before = (executions(local), token_now(local), local.account.submissions.acts(event_id(SECRET["organiser_token"])))
    app = page.app(local.account)
    asked = [
        (method, str(route.path).format(kind="pause", team="red", form="csv"))
        for route in app.routes
        if isinstance(route, Route) and route.path.startswith(("/organiser", "/scoreboard"))
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]
    assert len(asked) == 19
    for headers in (team, {"sec-fetch-site": "same-origin"}):
        refused = [local.ask(method, path, "task=instance_id", **headers)["statusCode"] for method, path in asked]
        assert refused == [401] * len(asked)
    after = (executions(local), token_now(local), local.account.submissions.acts(event_id(SECRET["organiser_token"])))
    assert after == before
