from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from grader.desk.app import create_app
from grader.desk.event import event_id
from grader.desk.work.chapters import chapters
from grader.submissions import Act, SubmissionLog
from scenario.workshop import query, tasks
from tests.grader.desk_teams import KEY, TOKEN, desk_team
from tests.grader.serving import serving

BLUE = {"Authorization": f"Bearer {TOKEN}"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SubmissionLog]:
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        yield log


@contextmanager
def desk_of(log: SubmissionLog) -> Iterator[httpx.Client]:
    with serving(create_app((desk_team(),), log)) as url, httpx.Client(base_url=url, headers=BLUE) as client:
        yield client


@pytest.fixture
def desk(log: SubmissionLog) -> Iterator[httpx.Client]:
    with desk_of(log) as client:
        yield client


def test_the_page_begins_at_the_first_open_task(desk: httpx.Client) -> None:
    """In the order of the guide; the next one once the first is answered."""
    assert 'id="task" aria-labelledby="task-title" data-task="instance_id"' in desk.get("/work").text
    desk.post("/work/instance_id/answer", data={"answer": "i-0123456789abcdef0"})
    assert 'data-task="primary_call" data-title' in desk.get("/work").text


@pytest.mark.parametrize("language", ["en", "vi"])
def test_every_task_has_a_page_in_every_language(desk: httpx.Client, language: str) -> None:
    """The task alone for htmx, with the tasks beside it; a task that there is not is not found."""
    for task in tasks():
        whole = desk.get(f"/work/{task.id}", params={"lang": language})
        part = desk.get(f"/work/{task.id}", params={"lang": language}, headers=HTMX)
        assert (whole.status_code, whole.text.count('id="task"')) == (200, 1)
        assert task.title[language] in whole.text
        assert ("<html" in part.text, part.text.count('id="task"'), part.text.count('id="tasks"')) == (False, 1, 1)
    assert desk.get("/work/everything").status_code == 404


@pytest.mark.parametrize(
    "path", ["/work", "/work/footprint", "/work/score", "/work/footprint/tasks", "/work/footprint/answer"]
)
def test_nobody_sees_it_without_a_token(desk: httpx.Client, path: str) -> None:
    """Nor does anybody without one change anything."""
    assert desk.get(path, headers={"Authorization": ""}).status_code == 401
    assert desk.post("/work/footprint/answer", headers={"Authorization": ""}).status_code == 401


def test_an_answer_is_kept_graded_and_shown_again(desk: httpx.Client, log: SubmissionLog) -> None:
    """The fragment has the answer that counts, its verdict and the attempts that are left; so has the next page."""
    answer = desk.post("/work/primary_call/answer", data={"answer": " DescribeRegions "})
    assert [sheet.sheet for sheet in log.sheets("blue")] == [{"primary_call": "DescribeRegions"}]
    assert len(log.reports("blue")) == 1
    for page in (answer, desk.get("/work/primary_call"), desk.get("/work/primary_call/answer")):
        assert page.status_code == 200
        assert 'value="DescribeRegions"' in page.text
        assert "Attempts left: 9" in page.text
        assert '<span class="verdict unknown">' in page.text  # nobody can grade where AWS does not answer
    assert 'hx-swap-oob="true"' in answer.text


@pytest.mark.parametrize(
    ("task", "fields", "mark"),
    [
        ("primary_call", {"answer": " "}, 'aria-invalid="true"'),
        ("primary_call", {"answer": "x" * 200}, 'aria-invalid="true"'),
        ("uploaded_files", {"answer": "\n".join(map(str, range(201)))}, 'aria-invalid="true"'),
        (
            "footprint",
            {"action": ["A", "B"], "service": ["s3", ""], "region": ["us-east-1", "us-east-1"]},
            "aria-invalid",
        ),
        ("prevention", {}, "There is no answer in it yet."),
    ],
)
def test_a_malformed_answer_is_marked_and_costs_nothing(
    desk: httpx.Client, log: SubmissionLog, task: str, fields: dict[str, str | list[str]], mark: str
) -> None:
    """422 with the form as it was sent; nothing is kept and no attempt is used."""
    answer = desk.post(f"/work/{task}/answer", data=fields)
    assert (answer.status_code, log.sheets("blue"), log.reports("blue")) == (422, [], [])
    assert mark in answer.text
    assert "No attempt was used." in answer.text
    assert "Attempts left: 10" in answer.text


def test_the_cell_that_lacks_something_is_marked(desk: httpx.Client) -> None:
    """That one alone."""
    fields = {"action": ["A", "B"], "service": ["s3", ""], "region": ["us-east-1", "us-east-1"]}
    text = desk.post("/work/footprint/answer", data=fields).text
    (marked,) = [line for line in text.splitlines() if 'aria-invalid="true"' in line]
    assert 'aria-label="Service 2"' in marked


def test_a_hint_opens_the_next_and_the_last_the_query(desk: httpx.Client, log: SubmissionLog) -> None:
    """Until then the page holds an outline, and no word of what is charged for."""
    sql = query("actions", store_id="EDS_ID").splitlines()[-1].strip()
    assert sql not in desk.get("/work/primary_call").text
    first = desk.post("/work/primary_call/hint/1").text
    assert ("/work/primary_call/hint/2" in first, sql in first) == (True, False)
    last = desk.post("/work/primary_call/hint/3").text
    assert ("These are all hints." in last, last.count(sql)) == (True, 4)  # to copy, to edit, and to read
    assert log.hints("blue") == {"primary_call": 3}
    assert sql in desk.get("/work/primary_call").text
    assert desk.post("/work/primary_call/hint/4").status_code == 404


def test_while_the_event_is_held_nothing_is_taken(log: SubmissionLog) -> None:
    """409 with a sentence; the page is there to read, and what sends is disabled."""
    log.add_act(Act(of=event_id(""), kind="hold", at=datetime(2026, 11, 24, tzinfo=UTC)))
    with desk_of(log) as desk:
        answers = [
            desk.post("/work/primary_call/answer", data={"answer": "A"}),
            desk.post("/work/primary_call/hint/1"),
            desk.post("/work/primary_call/grade"),
        ]
        text = desk.get("/work/primary_call").text
    assert [answer.status_code for answer in answers] == [409] * 3
    assert "the event has not begun yet" in answers[0].json()["error"]
    assert (log.sheets("blue"), log.hints("blue")) == ([], {})
    assert 'id="answer-send" disabled' in text


def test_what_others_wrote_stays_text(desk: httpx.Client) -> None:
    """An answer, and the SQL of a link."""
    hostile = '"><img src=x onerror=alert(1)>'
    desk.post("/work/uploaded_files/answer", data={"answer": hostile})
    for page in (desk.get("/work/uploaded_files"), desk.get("/work", params={"sql": f"</textarea>{hostile}"})):
        assert "<img" not in page.text
        assert "&lt;img src=x onerror=alert(1)&gt;" in page.text


def test_no_page_holds_the_key(desk: httpx.Client) -> None:
    """Nor which choices are right, whatever was asked before."""
    for task in tasks():
        desk.post(f"/work/{task.id}/hint/3")
    said = "".join(desk.get(f"/work/{chapter.task}").text for chapter in chapters("en"))
    assert [file for file in KEY["uploaded_files"] if file in said] == []
    assert KEY["instance_id"] not in said
    assert "correct" not in desk.get("/work/prevention").text
