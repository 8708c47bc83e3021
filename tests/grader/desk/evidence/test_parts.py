from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.collected import Collected
from grader.desk.event import Event, Phase
from grader.desk.evidence.parts import Part, about, all_held, files, held
from grader.feedback import Feedback
from grader.report import Report
from grader.sheet.witness import FIELDS
from grader.submissions import Asked, SubmissionLog
from tests.grader.desk_teams import KEY, desk_team
from tests.grader.scenes import CREATED, Scene

RUNNING, ENDED = Event(at=CREATED), Event(at=CREATED, phase=Phase.ENDED)
NOTEBOOK = b'{"cells": []}'


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SubmissionLog]:
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        yield log


def graded(log: SubmissionLog, sheet: dict[str, Any], **more: Any) -> Report:
    """A report of blue's, as if AWS had shown all of the scene."""
    team = desk_team(**more)
    report = team.judge(Collected(evidence=Scene().evidence(), sheet=sheet))
    log.add_report("blue", report, CREATED)
    return report


def missing(log: SubmissionLog, event: Event, **more: Any) -> dict[str, str]:
    return {part.id: part.missing for part in held(desk_team(**more), log, event).parts()}


def test_what_was_never_done_is_missing(log: SubmissionLog) -> None:
    """Each part says why."""
    assert missing(log, RUNNING) == {
        "sheet": "nothing_answered",
        "report": "not_graded",
        "notebook": "no_notebook",
        "queries": "no_query",
        "bundle": "gives_away",
    }
    assert files(desk_team(), log, held(desk_team(), log, RUNNING), "en") == {}


def test_what_was_done_is_there(log: SubmissionLog) -> None:
    """With how much it is, and of when."""
    team = desk_team()
    log.add_sheet("blue", {"primary_call": "A", "instance_id": "i-1"}, CREATED)
    log.add_notebook("blue", NOTEBOOK, CREATED)
    log.add_query("blue", Asked(at=CREATED, sql="SELECT 1;\n", outcome="done", rows=1))
    log.add_query("blue", Asked(at=CREATED, sql="SELECT", outcome="rejected", rows=0))
    report = graded(log, {})
    found = held(team, log, RUNNING)
    assert found.parts()[:4] == (
        Part(id="sheet", files=("sheet.json",), count=2),
        Part(id="report", files=("report.html", "report.json"), count=round(report.score), at=report.graded_at),
        Part(id="notebook", files=("notebook.ipynb",), at=CREATED),
        Part(id="queries", files=("queries.json", "queries.sql"), count=2, at=CREATED),
    )
    written = files(team, log, found, "vi")
    names = ["notebook.ipynb", "queries.json", "queries.sql", "report.html", "report.json", "sheet.json"]
    assert sorted(written) == names
    assert json.loads(written["sheet.json"]) == {"primary_call": "A", "instance_id": "i-1"}
    assert written["notebook.ipynb"] == NOTEBOOK
    assert json.loads(written["report.json"]) == report.as_json()
    assert b'<html lang="vi">' in written["report.html"]
    assert written["queries.sql"].decode() == (
        f"-- {CREATED.isoformat()}, done, rows: 1\nSELECT 1;\n\n-- {CREATED.isoformat()}, rejected, rows: 0\nSELECT;\n"
    )
    assert json.loads(written["queries.json"])[1] == {
        "at": CREATED.isoformat(),
        "sql": "SELECT",
        "outcome": "rejected",
        "rows": 0,
    }


@pytest.mark.parametrize("wrong", FIELDS)
def test_a_bundle_waits_for_every_answer_that_it_holds(log: SubmissionLog, wrong: str) -> None:
    """One question that is still open keeps it back."""
    graded(log, {name: answer for name, answer in KEY.items() if name != wrong})
    assert missing(log, RUNNING)["bundle"] == "gives_away"


def test_a_bundle_gives_nothing_away_once_all_is_found(log: SubmissionLog) -> None:
    """What is left to do is containment, and prevention, which no log can tell."""
    graded(log, {name: answer for name, answer in KEY.items() if name != "prevention"})
    assert missing(log, RUNNING)["bundle"] == ""


def test_a_bundle_tells_nothing_that_a_report_does_not(log: SubmissionLog) -> None:
    """Where verdicts are told later, it comes later as well."""
    graded(log, dict(KEY))
    assert missing(log, RUNNING, feedback=Feedback.NONE)["bundle"] == "gives_away"
    assert missing(log, ENDED, feedback=Feedback.NONE)["bundle"] == ""


def test_everything_is_told_when_the_event_has_ended(log: SubmissionLog) -> None:
    """Also to whoever found nothing; AWS's sentences, which name roles, are not."""
    found = held(desk_team(), log, ENDED)
    written = files(desk_team(), log, found, "en")
    assert list(written) == ["bundle.json"]
    bundle = Collected.read(written["bundle.json"])
    assert set(bundle.evidence.gaps.values()) == {"AccessDenied"}
    assert "seed" not in written["bundle.json"].decode()


def test_an_organiser_sees_reports_as_they_were_signed(log: SubmissionLog) -> None:
    """And the bundle whenever they want it."""
    report = graded(log, {"primary_call": "A"}, feedback=Feedback.NONE)
    team = desk_team(feedback=Feedback.NONE)
    everything, shown = all_held(team, log), held(team, log, RUNNING)
    assert (everything.report, everything.bundled) == (report, True)
    assert shown.report == team.shown(report)
    assert shown.report != report


def test_a_manifest_says_what_is_missing_and_why(log: SubmissionLog) -> None:
    """By file."""
    log.add_sheet("blue", {"primary_call": "A"}, CREATED)
    said = about(desk_team(), held(desk_team(), log, RUNNING))
    assert (said["team"], said["lab"]) == ("blue", "blue")
    assert said["missing"] == {
        "report.html": "not_graded",
        "report.json": "not_graded",
        "notebook.ipynb": "no_notebook",
        "queries.json": "no_query",
        "queries.sql": "no_query",
        "bundle.json": "gives_away",
    }


def test_every_reason_has_words() -> None:
    """In every language."""
    from grader.desk.page import words

    reasons = {"nothing_answered", "not_graded", "no_notebook", "no_query", "gives_away"}
    assert all(reasons <= words(language)["evidence"].keys() for language in ("en", "vi"))
