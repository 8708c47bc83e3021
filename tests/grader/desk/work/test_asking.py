from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from grader.desk.app import create_app
from grader.desk.work import asking
from grader.submissions import SubmissionLog
from infra.deploy.desks import desks
from infra.deploy.state import Lab
from tests.grader.serving import serving

SLOW = """
select count(*) from EDS_ID a, EDS_ID b, EDS_ID c
where concat(a.eventid, b.eventid) < concat(b.eventid, c.eventid)
"""


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SubmissionLog]:
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        yield log


@pytest.fixture
def desk(lab: Lab, log: SubmissionLog) -> Iterator[httpx.Client]:
    """The shared lab's first team at a desk of its own."""
    served = desks(lab, b"a secret")
    bearer = {"Authorization": f"Bearer {served[0].token}"}
    with serving(create_app(served, log)) as url, httpx.Client(base_url=url, headers=bearer, timeout=60) as client:
        yield client


def asked(desk: httpx.Client, sql: str, **headers: str) -> list[dict[str, Any]]:
    """All lines but those that only say that it still runs."""
    answer = desk.post("/api/query", json={"sql": sql}, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
    return [line for line in map(json.loads, answer.text.splitlines()) if "seconds" not in line]


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until that is so; a minute at most."""
    deadline = time.monotonic() + 60
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert holds()


def test_rows_come_page_by_page(desk: httpx.Client, lab: Lab, log: SubmissionLog) -> None:
    """Columns first, the end last; the query is kept as it was written."""
    sql = "select eventid, errorcode from EDS_ID limit 1500"
    columns, *pages, end = asked(desk, sql)
    assert columns == {"columns": ["eventid", "errorcode"]}
    assert [len(page["rows"]) for page in pages] == [1000, 500]
    assert len({row[0] for page in pages for row in page["rows"]}) == 1500
    assert (end["end"]["rows"], end["end"]["cut"]) == (1500, "")
    assert [(one.sql, one.outcome, one.rows) for one in log.queries(lab.teams[0].stage.store_id)] == [
        (sql, "done", 1500)
    ]


def test_a_result_without_rows_is_an_end(desk: httpx.Client) -> None:
    """Lake tells no columns then."""
    (end,) = asked(desk, "select eventid from EDS_ID where eventname = 'Nothing'")
    assert end["end"]["rows"] == 0


def test_what_the_store_refuses_is_told_with_its_place(desk: httpx.Client, lab: Lab, log: SubmissionLog) -> None:
    """In the visitor's language, the store's own words beside it."""
    (line,) = asked(desk, "select eventname\nfrom EDS_ID where eventnam = 'x'", **{"Accept-Language": "vi"})
    assert line == {
        "error": {
            "kind": "rejected",
            "sentence": "Kho dữ liệu sự kiện không hiểu truy vấn này.",
            "detail": "Column 'eventnam' cannot be resolved: did you mean eventname?",
            "line": 2,
            "column": 19,
        }
    }
    assert [(one.outcome, one.rows) for one in log.queries(lab.teams[0].stage.store_id)] == [("rejected", 0)]


@pytest.mark.parametrize(("limit", "most", "rows"), [("MOST_ROWS", 1200, 1200), ("MOST_BYTES", 60_000, 1000)])
def test_a_result_that_is_too_large_is_cut(
    desk: httpx.Client, monkeypatch: pytest.MonkeyPatch, limit: str, most: int, rows: int
) -> None:
    """What there is is shown, and the end says by which limit."""
    monkeypatch.setattr(asking, limit, most)
    *_, end = asked(desk, "select eventid from EDS_ID")
    assert (end["end"]["rows"], end["end"]["cut"]) == (rows, limit.removeprefix("MOST_").lower())


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"select 1", 400, 'this takes {"sql": "..."}'),
        (b'{"sql": 1}', 400, 'this takes {"sql": "..."}'),
        (b"[" * 10_000, 400, 'this takes {"sql": "..."}'),
        (json.dumps({"sql": "x" * 20_000}).encode(), 413, "at most 16384 bytes"),
    ],
)
def test_what_is_no_query_is_refused(desk: httpx.Client, body: bytes, status: int, error: str) -> None:
    """Before anything is asked."""
    answer = desk.post("/api/query", content=body)
    assert (answer.status_code, answer.json()) == (status, {"error": error})


def test_nobody_asks_without_a_token(desk: httpx.Client) -> None:
    """As everywhere."""
    assert desk.post("/api/query", json={"sql": "select 1"}, headers={"Authorization": ""}).status_code == 401


def test_a_query_that_takes_too_long_is_stopped(desk: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a sentence that says what to do."""
    monkeypatch.setattr(asking, "PATIENCE", 0.2)
    (line,) = asked(desk, SLOW)
    assert (line["error"]["kind"], "15 seconds" in line["error"]["sentence"]) == ("timeout", True)


def test_a_team_runs_so_many_at_once_and_whoever_leaves_cancels(
    desk: httpx.Client, lab: Lab, log: SubmissionLog
) -> None:
    """429 for one more; closed connections make room again, and are kept as cancelled."""
    store = lab.teams[0].stage.store_id
    with ExitStack() as open_:
        streams = [
            open_.enter_context(desk.stream("POST", "/api/query", json={"sql": SLOW})).iter_lines()
            for _ in range(asking.MOST_AT_ONCE)
        ]
        assert all("seconds" in json.loads(next(lines)) for lines in streams)
        refused = desk.post("/api/query", json={"sql": "select 1"})
        assert (refused.status_code, "runs 6 queries already" in refused.json()["error"]) == (429, True)
    eventually(lambda: len(log.queries(store)) == asking.MOST_AT_ONCE)
    assert {(one.outcome, one.rows) for one in log.queries(store)} == {("cancelled", 0)}
    eventually(lambda: desk.post("/api/query", json={"sql": "select eventid from EDS_ID limit 1"}).status_code == 200)
