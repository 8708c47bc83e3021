from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from grader.desk.app import create_app
from grader.desk.headers import HEADERS
from grader.desk.rate import Rate
from grader.feedback import KEPT, Feedback
from grader.report import Report, Verdict
from grader.sheet.compare import SPELLINGS
from grader.sheet.parse import MAX_BYTES
from grader.signature import genuine
from grader.submissions import SubmissionLog
from scenario.workshop import tasks
from tests.grader.desk_teams import KEY, SECRET, TOKEN, desk_team
from tests.grader.scenes import STAGE
from tests.grader.serving import serving

BLUE, RED = TOKEN, "red-token-of-128-bits-or-more!"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SubmissionLog]:
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        yield log


@pytest.fixture
def desk(log: SubmissionLog) -> Iterator[httpx.Client]:
    app = create_app((desk_team("blue", BLUE), desk_team("red", RED)), log)
    with serving(app) as url, httpx.Client(base_url=url) as client:
        yield client


@pytest.fixture(scope="module")
def lobby(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A desk for those who hand nothing in."""
    with (
        SubmissionLog.open(tmp_path_factory.mktemp("lobby") / "submissions.db") as log,
        serving(create_app((desk_team("blue", BLUE), desk_team("red", RED)), log)) as url,
        httpx.Client(base_url=url) as client,
    ):
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_anyone_may_ask_whether_the_desk_is_there(lobby: httpx.Client) -> None:
    """Health needs no token."""
    answer = lobby.get("/api/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize(("token", "team"), [(BLUE, "blue"), (RED, "red")])
def test_a_team_is_told_by_its_token(lobby: httpx.Client, token: str, team: str) -> None:
    """Account, Region, store and the questions, never the answers."""
    assert lobby.get("/api/team", headers=bearer(token)).json() == {
        "team": team,
        "account_id": STAGE.account_id,
        "region": STAGE.region,
        "store": {"kind": "lake", "id": team},
        "tasks": [task.as_json() for task in tasks()],
    }


@pytest.mark.parametrize(
    "path", ["/api/team", "/api/sheet", "/api/report", "/api/hints/isolated", "/api/hints/isolated/1"]
)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        bearer("wrong"),
        {"Authorization": "Bearer"},
        bearer(BLUE + "x"),
        {"Authorization": BLUE},
        {"Authorization": f"Basic {BLUE}"},
    ],
)
def test_nobody_gets_in_without_a_token(lobby: httpx.Client, path: str, headers: dict[str, str]) -> None:
    """401, saying how; nothing of what was asked is done."""
    method = "GET" if path in {"/api/team", "/api/hints/isolated"} else "POST"
    answer = lobby.request(method, path, headers=headers, content=b"{}")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json() == {"error": "this needs your team's token, as `Authorization: Bearer TOKEN`"}


def test_a_sheet_is_kept_and_merged_with_earlier_ones(desk: httpx.Client, log: SubmissionLog) -> None:
    """What is left out keeps its earlier answer; another team's sheets are its own."""
    first = desk.post("/api/sheet", headers=bearer(BLUE), content=json.dumps({"primary_call": "ListBuckets"}))
    second = desk.post("/api/sheet", headers=bearer(BLUE), content=json.dumps({"instance_id": "i-1"}))
    left = dict.fromkeys(SPELLINGS, 10)
    assert (first.status_code, first.json()) == (
        200,
        {"submission": 1, "answered": ["primary_call"], "refused": [], "attempts_left": {**left, "primary_call": 9}},
    )
    assert second.json() == {
        "submission": 2,
        "answered": ["instance_id", "primary_call"],
        "refused": [],
        "attempts_left": {**left, "primary_call": 9, "instance_id": 9},
    }
    assert [s.sheet for s in log.sheets("blue")] == [{"primary_call": "ListBuckets"}, {"instance_id": "i-1"}]
    assert log.sheets("red") == []


def test_a_malformed_sheet_is_not_kept(desk: httpx.Client, log: SubmissionLog) -> None:
    """422 with path, found, expected; no attempt used."""
    answer = desk.post("/api/sheet", headers=bearer(BLUE), content=b'{"instance_id": 7}')
    expected = {"errors": [{"path": "instance_id", "found": "7", "expected": "text"}]}
    assert (answer.status_code, answer.json()) == (422, expected)
    assert log.sheets("blue") == []


def test_a_sheet_that_is_too_long_is_cut_off(desk: httpx.Client) -> None:
    """413, also where the length was not announced."""

    def chunks() -> Iterator[bytes]:
        yield from [b" " * 65536] * 5

    announced = desk.post("/api/sheet", headers=bearer(BLUE), content=b" " * (MAX_BYTES + 1))
    streamed = desk.post("/api/sheet", headers=bearer(BLUE), content=chunks())
    assert (announced.status_code, streamed.status_code) == (413, 413)
    assert announced.json() == {"error": f"at most {MAX_BYTES} bytes"}


def test_a_report_is_graded_and_kept(desk: httpx.Client, log: SubmissionLog, caplog: pytest.LogCaptureFixture) -> None:
    """What AWS does not show is unknown with its code, never a fail; the desk's log has AWS's own words."""
    desk.post("/api/sheet", headers=bearer(BLUE), content=json.dumps(KEY))
    answer = desk.post("/api/report", headers=bearer(BLUE))
    report = Report.from_json(answer.json())
    assert (answer.status_code, report.team, report.score, report.open) == (200, "blue", 5, 95)
    assert {f.verdict for f in report.findings if f.max and not f.points} == {Verdict.UNKNOWN}
    assert "(events: AccessDenied; instances: AccessDenied" in report.findings[-1].message
    assert "not today" not in answer.text
    assert "AWS did not show events of team blue: An error occurred (AccessDenied) when calling" in caplog.text
    assert log.reports("blue") == [report]


def test_answers_beyond_the_attempts_do_not_count(log: SubmissionLog) -> None:
    """The earlier answer stays, and the team is told so; other questions have attempts of their own."""
    app = create_app((desk_team("blue", BLUE, attempts=2),), log)
    with serving(app) as url, httpx.Client(base_url=url, headers=bearer(BLUE)) as client:
        answers = [client.post("/api/sheet", json={"primary_call": call}).json() for call in ("A", "B", "C", "b")]
        report = client.post("/api/report").json()
    assert [(a["refused"], a["attempts_left"]["primary_call"]) for a in answers] == [
        ([], 1),
        ([], 0),
        (["primary_call"], 0),
        ([], 0),
    ]
    assert [(f["actual"], f["attempts"]) for f in report["findings"] if f["id"] == "primary_call"] == [("b", 2)]


def test_who_asks_too_often_has_to_wait(log: SubmissionLog) -> None:
    """429 with Retry-After for that team alone; looking is free, and nothing is kept of what was refused."""
    app = create_app((desk_team("blue", BLUE), desk_team("red", RED)), log, Rate(per_minute=2, clock=lambda: 0.0))
    with serving(app) as url, httpx.Client(base_url=url) as client:
        answers = [client.post("/api/sheet", headers=bearer(BLUE), content=b"{}") for _ in range(3)]
        others = (
            client.post("/api/sheet", headers=bearer(RED), content=b"{}"),
            client.get("/api/team", headers=bearer(BLUE)),
        )
    assert [answer.status_code for answer in (*answers, *others)] == [200, 200, 429, 200, 200]
    assert (answers[2].headers["Retry-After"], answers[2].json()) == (
        "30",
        {"error": "your team asks too often: wait 30 s"},
    )
    assert len(log.sheets("blue")) == 2


def test_hints_are_shown_step_by_step_and_charged_once(desk: httpx.Client, log: SubmissionLog) -> None:
    """Asking again costs nothing; the report says what they took, and never goes below zero."""
    first = desk.post("/api/hints/prevention/1", headers=bearer(BLUE)).json()
    again = desk.post("/api/hints/prevention/1", headers=bearer(BLUE)).json()
    assert first == again == desk.get("/api/hints/prevention", headers=bearer(BLUE)).json()
    assert ([hint["step"] for hint in first["hints"]], first["next_cost"]) == ([1], 1)
    last = desk.post("/api/hints/prevention/3", headers=bearer(BLUE)).json()
    assert ([hint["step"] for hint in last["hints"]], last["next_cost"]) == ([1, 2, 3], None)
    assert (log.hints("blue"), log.hints("red")) == ({"prevention": 3}, {})
    desk.post("/api/sheet", headers=bearer(BLUE), json={"prevention": KEY["prevention"]})
    report = Report.from_json(desk.post("/api/report", headers=bearer(BLUE)).json())
    assert [(f.verdict, f.points, f.hints, f.cost) for f in report.findings if f.id == "prevention"] == [
        (Verdict.PASS, 2, 3, 3)
    ]


def test_a_hint_of_no_task_is_not_found(desk: httpx.Client) -> None:
    """404, naming the tasks; nothing is kept."""
    answer = desk.post("/api/hints/everything/1", headers=bearer(BLUE))
    assert (answer.status_code, "prevention" in answer.json()["error"]) == (404, True)
    steps = [desk.post(f"/api/hints/isolated/{step}", headers=bearer(BLUE)) for step in ("0", "4", "x", "9" * 5000)]
    assert [step.status_code for step in steps] == [404] * 4
    assert desk.get("/api/hints/isolated", headers=bearer(BLUE)).json()["hints"] == []


def test_an_organiser_may_keep_the_results_back(log: SubmissionLog) -> None:
    """The learner's report has no verdict on answers, and is signed as it is; the one that is kept has."""
    app = create_app((desk_team("blue", BLUE, feedback=Feedback.NONE),), log)
    with serving(app) as url, httpx.Client(base_url=url, headers=bearer(BLUE)) as client:
        client.post("/api/sheet", json={"prevention": ["ssh_port"]})
        document = client.post("/api/report").json()
    told, kept = Report.from_json(document), log.reports("blue")[0]
    assert [(f.verdict, f.message) for f in told.findings if f.id == "prevention"] == [(Verdict.UNKNOWN, KEPT)]
    assert [f.verdict for f in kept.findings if f.id == "prevention"] == [Verdict.FAIL]
    assert genuine(json.dumps(document), SECRET)
    assert genuine(json.dumps(kept.as_json()), SECRET)


def test_an_unhealthy_lab_is_told_to_the_organiser_only(
    desk: httpx.Client, log: SubmissionLog, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the key cannot be held against the store, the desk's log says so."""
    desk.post("/api/sheet", headers=bearer(BLUE), json=KEY)
    answer = desk.post("/api/report", headers=bearer(BLUE))
    assert "the lab of team blue is unhealthy: the key cannot be held against the event data store" in caplog.text
    assert "unhealthy" not in answer.text
    assert len(log.reports("blue")) == 1


def test_no_answer_holds_the_key(desk: httpx.Client) -> None:
    """Whatever a learner asks or sends, no upload's key comes back that was not sent."""
    answers = [
        desk.get("/api/team", headers=bearer(BLUE)),
        desk.post("/api/sheet", headers=bearer(BLUE), content=b'{"uploaded_files": ["x"]}'),
        desk.post("/api/report", headers=bearer(BLUE)),
        *(desk.post(f"/api/hints/{task.id}/3", headers=bearer(BLUE)) for task in tasks()),
    ]
    said = " ".join(answer.text for answer in answers)
    assert [file for file in KEY["uploaded_files"] if file in said] == []
    assert KEY["instance_id"] not in said


@pytest.mark.parametrize("path", ["/api/health", "/api/team", "/nothing"])
def test_every_answer_bears_security_headers(lobby: httpx.Client, path: str) -> None:
    """Refusals too."""
    headers = lobby.get(path).headers
    assert {name: headers[name] for name in HEADERS} == HEADERS


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nothing", 404), ("DELETE", "/api/team", 405)])
def test_other_requests_are_refused_in_json(lobby: httpx.Client, method: str, path: str, status: int) -> None:
    """A client has one form of refusal to read."""
    answer = lobby.request(method, path)
    assert (answer.status_code, list(answer.json())) == (status, ["error"])


def test_the_desks_own_fault_is_no_learners_business(log: SubmissionLog) -> None:
    """500 without details, with the headers."""

    def broken() -> dict[str, Any]:
        raise KeyError("a secret")

    team = replace(desk_team("blue", BLUE), key=broken)
    with serving(create_app((team,), log)) as url, httpx.Client(base_url=url) as client:
        answer = client.post("/api/report", headers=bearer(BLUE))
    assert (answer.status_code, answer.json()) == (500, {"error": "the lab is in trouble; ask its organiser"})
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_no_token_is_logged_or_shown(desk: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in logs nor in a repr that an error might print."""
    caplog.set_level(logging.DEBUG)
    desk.post("/api/report", headers=bearer(BLUE))
    assert BLUE not in caplog.text
    assert BLUE not in repr(desk_team("blue", BLUE))


def test_a_token_that_could_be_guessed_is_refused() -> None:
    """128 bits or more."""
    with pytest.raises(ValueError, match="shorter than 22 characters"):
        desk_team("blue", "hunter2", settle=timedelta(0))
