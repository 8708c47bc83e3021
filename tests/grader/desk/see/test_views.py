from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import httpx
import pytest

from grader.desk.app import create_app
from grader.desk.page import words
from grader.desk.see.sql import PAGE
from grader.submissions import SubmissionLog
from infra.deploy.state import Lab, Team
from scenario.query import Lake
from tests.grader.desk_teams import TOKEN, desk_team
from tests.grader.serving import serving

UNKNOWN = "797b0806-6c00-4320-9b57-856429a4f9b1"  # an event of nobody; the same in every process that runs tests


@pytest.fixture(scope="module")
def see(lab: Lab) -> Iterator[httpx.Client]:
    """The shared lab's desk, as its first team sees it."""
    headers = {"Authorization": f"Bearer {lab.teams[0].access.token}"}
    with httpx.Client(base_url=lab.portal, headers=headers, timeout=30) as client:
        yield client


@contextmanager
def without_aws(folder: Path) -> Iterator[httpx.Client]:
    """A desk whose learner's role cannot be assumed."""
    with (
        SubmissionLog.open(folder / "submissions.db") as log,
        serving(create_app((desk_team("blue", TOKEN),), log)) as url,
        httpx.Client(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}) as client,
    ):
        yield client


def ids(page: str) -> list[str]:
    """The events that a list links, in its order."""
    return re.findall(r'href="/see/event/([0-9a-f-]{36})\?', page)


@pytest.mark.parametrize(
    "path",
    ["/see", "/see/events", "/see/event/797b0806-6c00-4320-9b57-856429a4f9b1", "/api/timeline", "/api/timeline/values"],
)
def test_nobody_sees_anything_without_a_token(lab: Lab, path: str) -> None:
    """401 for each part of the view."""
    assert httpx.get(f"{lab.portal}{path}").status_code == 401


@pytest.mark.parametrize("path", ["/see", "/see/events", "/api/timeline"])
def test_a_parameter_that_cannot_be_used_is_named(see: httpx.Client, path: str) -> None:
    """400, before anything is asked of the store."""
    answer = see.get(path, params={"from": "2026-03-02", "to": "2026-03-01"})
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "`from` has to be before the end of what is asked for"},
    )


def test_the_instance_stands_out_at_first_sight(see: httpx.Client, team: Team) -> None:
    """It is the first row, and nobody says that it is the answer."""
    picture = see.get("/api/timeline").json()
    first = picture["rows"][0]
    assert (first["label"], first["burst"] > 100, picture["bins"] <= 300) == (team.stage.instance_id, True, True)
    assert set(picture) == {"by", "from", "to", "minutes", "bins", "period", "rows"}
    assert set(first) == {"key", "label", "detail", "keys", "calls", "events", "errors", "burst", "cells"}


@pytest.mark.parametrize(("by", "column"), [("call", "eventname"), ("service", "eventsource"), ("region", "awsregion")])
def test_rows_may_be_something_else(see: httpx.Client, team: Team, by: str, column: str) -> None:
    """Of one principal alone, row by row as often as the store says."""
    principal = see.get("/api/timeline").json()["rows"][0]["key"]
    picture = see.get("/api/timeline", params={"by": by, "principal": principal, by: "ignored for the rows"}).json()
    counted = Lake(team.access.session()).run(
        f"select {column}, count(*) from {team.stage.store_id} "
        f"where useridentity.principalid = '{principal}' group by 1"
    )
    assert {row["key"]: row["events"] for row in picture["rows"]} == {key: int(n or 0) for key, n in counted.rows}


def test_a_part_of_the_time_is_shown_by_the_minute(see: httpx.Client) -> None:
    """What is seen from afar is there from near as well."""
    whole = see.get("/api/timeline").json()
    first = whole["rows"][0]
    part = see.get("/api/timeline", params={"from": whole["to"][:11] + "00:00:00Z", "to": whole["to"]}).json()
    assert part["minutes"] < 6
    near = next(row for row in part["rows"] if row["key"] == first["key"])
    assert near["burst"] <= first["burst"]


def test_one_may_choose_from_all_that_there_is(see: httpx.Client, team: Team) -> None:
    """By dimension, the commonest first, principals by their short names."""
    values = see.get("/api/timeline/values").json()
    assert set(values) == {"principal", "call", "service", "region"}
    counts = [value["events"] for value in values["call"]]
    assert counts == sorted(counts, reverse=True)
    assert team.stage.instance_id in {value["label"] for value in values["principal"]}


def test_the_list_turns_page_by_page(see: httpx.Client) -> None:
    """No event twice, none left out, and the other way round from the other end."""
    upload = {"call": "PutObject", "error": "0"}
    principal = see.get("/api/timeline").json()["rows"][0]["key"]
    pages = [ids(see.get("/see/events", params={"principal": principal, "page": page}).text) for page in range(1, 8)]
    found = [event for page in pages for event in page]
    assert (len(pages[0]), len(found), pages[-1]) == (PAGE, len(set(found)), [])
    oldest = ids(see.get("/see/events", params={"principal": principal, "order": "oldest"}).text)
    assert oldest == found[::-1][:PAGE]
    uploads = ids(see.get("/see/events", params={"principal": principal, **upload}).text)
    assert set(uploads) < set(found)


def test_the_list_says_what_it_comes_to(see: httpx.Client) -> None:
    """In the words of the visitor's language."""
    row = see.get("/api/timeline").json()["rows"][0]
    page = see.get("/see/events", params={"principal": row["key"], "lang": "vi"}).text
    assert f"{row['events']} sự kiện của {row['key']}" in page
    assert f"{row['calls']} loại cuộc gọi" in page
    assert f"{row['errors']} bị từ chối hoặc thất bại" in page


@pytest.mark.parametrize(
    "name", ["x' or '1'='1", "x'; drop table events; --", 'x" or 1=1', "\\' or 1=1 --", "%", "{{7*7}}"]
)
def test_a_name_is_only_a_name(see: httpx.Client, name: str) -> None:
    """Whatever SQL it holds: there is no such principal, and that is the answer."""
    answer = see.get("/see/events", params={"principal": name})
    assert (answer.status_code, ids(answer.text), words("en")["see"]["none_title"] in answer.text) == (200, [], True)


def test_a_record_is_shown_as_the_store_holds_it(see: httpx.Client, team: Team) -> None:
    """Whole, to be copied, with and without a time to look at; in a drawer or on a page of its own."""
    event_id, time, stored = (
        Lake(team.access.session())
        .run(
            f"select eventid, eventtime, eventjson from {team.stage.store_id} where eventname = 'PutObject' "
            f"and useridentity.arn like '%{team.stage.instance_id}' limit 1"
        )
        .rows[0]
    )
    assert stored
    pages = [
        see.get(f"/see/event/{event_id}"),
        see.get(f"/see/event/{event_id}", params={"at": time}),
        see.get(f"/see/event/{event_id}", params={"at": "2026-01-01"}),
        see.get(f"/see/event/{event_id}", headers={"HX-Request": "true"}),
    ]
    for page in pages:
        copied = re.search(r'data-copy="([^"]*)"', page.text)
        assert page.status_code == 200
        assert copied
        assert json.loads(unescape(copied[1])) == json.loads(stored)
    assert ["<html" in page.text for page in pages] == [True, True, True, False]


@pytest.mark.parametrize("event_id", [UNKNOWN, "not-an-id", "%27%20or%201=1"])
def test_an_event_that_is_not_there_is_not_found(see: httpx.Client, event_id: str) -> None:
    """404, whether it may come yet or cannot be."""
    assert see.get(f"/see/event/{event_id}").status_code == 404


def test_another_teams_event_is_not_there(see: httpx.Client, lab: Lab) -> None:
    """Each team sees its own store alone."""
    red = lab.teams[1]
    rows = Lake(red.access.session()).run(f"select eventid from {red.stage.store_id} limit 1").rows
    assert see.get(f"/see/event/{rows[0][0]}").status_code == 404


def test_a_store_that_does_not_answer_is_said_so(tmp_path: Path) -> None:
    """In one sentence; the page itself is there all the same."""
    sentence = words("en")["ask"]["aws"]
    with without_aws(tmp_path) as client:
        picture, part, page = client.get("/api/timeline"), client.get("/see/events"), client.get("/see")
    assert (picture.status_code, picture.json()) == (502, {"error": sentence})
    assert (part.status_code, unescape(part.text).count(sentence), words("en")["see"]["trouble"] in part.text) == (
        200,
        1,
        True,
    )
    assert page.status_code == 200
