from __future__ import annotations

import json
import time
from collections.abc import Callable

import httpx
import pytest

from grader.desk.event import Acts, Kind, Phase, event_id
from grader.submissions import ATTEMPTS_RESET
from scenario.workshop import tasks
from tests.grader.desk.organiser.conftest import FRESH, ORGANISER, Room
from tests.grader.desk_teams import TOKEN


def until(holds: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("kinds", "phase"),
    [
        (["hold"], Phase.BEFORE),
        (["pause", "resume"], Phase.RUNNING),
        (["pause"], Phase.PAUSED),
        (["end"], Phase.ENDED),
        (["freeze"], Phase.RUNNING),
    ],
)
def test_the_event_is_led(room: Room, organiser: httpx.Client, kinds: list[str], phase: Phase) -> None:
    """What is done is kept, and every open page hears of it."""
    answers = [organiser.post(f"/organiser/event/{kind}") for kind in kinds]
    assert [answer.status_code for answer in answers] == [200] * len(kinds)
    assert f'<p class="phase {phase}">' in answers[-1].text
    assert [act.kind for act in room.log.acts(event_id(ORGANISER))] == kinds
    assert room.live.now("blue") == {"event": len(kinds)}


def test_a_team_is_refused_while_the_event_is_paused(room: Room, organiser: httpx.Client) -> None:
    """And taken again when it goes on."""
    organiser.post("/organiser/event/pause")
    with room.visitor(TOKEN) as team:
        paused = team.post("/api/sheet", json={})
        organiser.post("/organiser/event/resume")
        assert (paused.status_code, team.post("/api/sheet", json={}).status_code) == (409, 200)


@pytest.mark.parametrize(
    ("path", "form", "status", "error"),
    [
        ("start", {}, 409, "the event is running: it cannot start now"),
        ("ends_at", {"minutes": "0"}, 422, "an event lasts 1 to 20160 minutes more"),
        ("ends_at", {"minutes": "-5"}, 422, "an event lasts 1 to 20160 minutes more"),
        ("ends_at", {"minutes": "²"}, 422, "an event lasts 1 to 20160 minutes more"),
        ("ends_at", {"minutes": "9" * 400}, 422, "an event lasts 1 to 20160 minutes more"),
        (
            "burn",
            {},
            404,
            "there is no such act; the acts are hold, start, pause, resume, end, freeze, unfreeze, ends_at",
        ),
    ],
)
def test_what_cannot_be_done_is_said(
    room: Room, organiser: httpx.Client, path: str, form: dict[str, str], status: int, error: str
) -> None:
    """And nothing is kept."""
    answer = organiser.post(f"/organiser/event/{path}", data=form)
    assert (answer.status_code, answer.json()) == (status, {"error": error})
    assert room.log.acts(event_id(ORGANISER)) == []


def test_an_end_is_set_and_taken_back(room: Room, organiser: httpx.Client) -> None:
    """In minutes from now."""
    organiser.post("/organiser/event/ends_at", data={"minutes": "90"})
    (left,) = [Acts(room.log, event_id(ORGANISER)).event().left]
    assert left is not None
    assert 5390 < left <= 5400
    organiser.post("/organiser/event/ends_at", data={"minutes": ""})
    assert Acts(room.log, event_id(ORGANISER)).event().left is None


def test_attempts_are_given_once_more(room: Room, organiser: httpx.Client) -> None:
    """Of that team and question alone; the learner sees it at once."""
    with room.visitor(TOKEN) as team:
        for call in ("A", "B", "C"):
            before = team.post("/api/sheet", json={"primary_call": call, "instance_id": f"i-{call}"}).json()
        answer = organiser.post("/organiser/teams/blue/attempts", data={"task": "primary_call"})
        after = team.post("/api/sheet", json={"primary_call": "D"}).json()
    assert (before["attempts_left"]["primary_call"], before["attempts_left"]["instance_id"]) == (7, 7)
    assert (after["attempts_left"]["primary_call"], after["attempts_left"]["instance_id"]) == (9, 7)
    assert "The attempts were reset" in answer.text
    assert [(act.kind, act.detail) for act in room.log.acts("blue")] == [(ATTEMPTS_RESET, "primary_call")]


@pytest.mark.parametrize("task", ["", "isolated", "no_such_task"])
def test_only_questions_have_attempts(room: Room, organiser: httpx.Client, task: str) -> None:
    """A goal of containment has none."""
    answer = organiser.post("/organiser/teams/blue/attempts", data={"task": task})
    names = ", ".join(task.id for task in tasks() if task.kind == "answer")
    assert (answer.status_code, answer.json()) == (422, {"error": f"choose one of {names}"})
    assert room.log.acts("blue") == []


@pytest.mark.parametrize(("form", "new_seed"), [({}, False), ({"new_seed": "on"}, True)])
def test_a_fresh_lab_is_opened_in_the_background(
    room: Room, organiser: httpx.Client, form: dict[str, str], new_seed: bool
) -> None:
    """The page goes on, and shows how it ended."""
    answer = organiser.post("/organiser/teams/red/reset", data=form)
    assert (answer.status_code, "The fresh lab is being opened" in answer.text) == (200, True)
    until(lambda: 'class="job pass"' in organiser.get("/organiser/jobs").text)
    assert room.office.asked == [("red", new_seed)]


def test_a_new_link_is_shown_once_and_the_old_one_is_worth_nothing(room: Room, organiser: httpx.Client) -> None:
    """At once, also in a browser that is open; other teams stay."""
    with room.visitor(TOKEN) as team:
        assert team.get("/api/team").status_code == 200
        answer = organiser.post("/organiser/teams/blue/reissue")
        assert f"http://lab.example/#token={FRESH}" in answer.text
        assert team.get("/api/team").status_code == 401
        assert team.post("/visit", json={"token": TOKEN}).status_code == 401
        assert team.post("/visit", json={"token": FRESH}).json() == {"to": "/work"}
    assert FRESH not in organiser.get("/organiser/teams/blue").text
    assert FRESH not in organiser.get("/organiser").text


@pytest.mark.parametrize("act", ["attempts", "reset", "reissue"])
def test_there_is_nothing_to_do_for_a_team_that_there_is_not(organiser: httpx.Client, act: str) -> None:
    """404."""
    assert organiser.post(f"/organiser/teams/green/{act}").json() == {"error": "there is no such team"}


def test_all_teams_are_graded_in_the_background(room: Room, organiser: httpx.Client) -> None:
    """Each page hears of its own report."""
    assert organiser.post("/organiser/grade").status_code == 200
    until(lambda: "2 / 2" in organiser.get("/organiser/jobs").text)
    assert [len(room.log.reports(lab)) for lab in ("blue", "red")] == [1, 1]
    assert room.live.now("blue")["findings"] == 1


def test_looking_at_all_labs_grades_nobody(room: Room, organiser: httpx.Client) -> None:
    """It shows what is wrong: here, that AWS cannot be asked."""
    organiser.post("/organiser/check")
    until(lambda: "2 / 2" in organiser.get("/organiser/jobs").text)
    assert "look at it" in organiser.get("/organiser/teams").text
    assert "AWS did not show" in organiser.get("/organiser/flags").text
    assert [len(room.log.reports(lab)) for lab in ("blue", "red")] == [0, 0]


def test_a_form_that_is_too_long_is_cut_off(organiser: httpx.Client) -> None:
    """413."""
    assert organiser.post("/organiser/event/ends_at", content=b"minutes=" + b"9" * 2_000).status_code == 413


def test_kinds_of_acts_have_words() -> None:
    """In every language, each for its button."""
    from grader.desk.page import words

    for language in ("en", "vi"):
        assert {str(kind) for kind in Kind if kind is not Kind.ENDS_AT} <= words(language)["organiser"].keys()
    assert json.dumps(words("vi")["organiser"]["pause"])
