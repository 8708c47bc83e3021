from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from grader.desk.app import create_app
from grader.desk.event import Acts, Kind, event_id, utc_now
from grader.desk.scoreboard import Place, standings
from grader.report import Finding, Report, Verdict
from grader.submissions import SubmissionLog
from tests.grader.desk_teams import desk_team
from tests.grader.serving import serving

ORGANISER = "organiser-token-of-128-bits"


def report(team: str, points: float, verdict: Verdict = Verdict.FAIL) -> Report:
    finding = Finding(id="isolated", verdict=verdict, points=points, max=15, message="Said.")
    return Report(team=team, findings=(finding,), graded_at=utc_now())


def test_teams_stand_by_their_score() -> None:
    """Those with the same score share a place, by name; whoever was not graded has no points yet."""
    reports = {
        "d": report("d", 5),
        "a": None,
        "c": report("c", 15, Verdict.PASS),
        "b": report("b", 5),
        "e": report("e", 0, Verdict.UNKNOWN),
    }
    assert standings(reports.items()) == (
        Place(rank=1, team="c", score=15, open=0, solved=1),
        Place(rank=2, team="b", score=5, open=0, solved=0),
        Place(rank=2, team="d", score=5, open=0, solved=0),
        Place(rank=4, team="a", score=0, open=0, solved=0),
        Place(rank=4, team="e", score=0, open=15, solved=0),
    )


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SubmissionLog]:
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        yield log


def board(log: SubmissionLog) -> tuple[list[tuple[str, str]], str]:
    """Who has how many points, and the markup."""
    app = create_app([desk_team("blue")], log, organiser_token=ORGANISER)
    with serving(app) as url, httpx.Client(base_url=url, headers={"Authorization": f"Bearer {ORGANISER}"}) as client:
        shown = client.get("/scoreboard/board").text
    names = re.findall(r'class="team-name">(.*)</span>', shown)
    return list(zip(names, re.findall(r'class="points number">(.*)</strong>', shown), strict=True)), shown


def test_a_frozen_board_shows_what_was(log: SubmissionLog) -> None:
    """Until it is thawed."""
    early = report("blue", 5)
    log.add_report("blue", early, early.graded_at)
    acts = Acts(log, event_id(ORGANISER))
    frozen = acts.do(Kind.FREEZE).frozen
    assert frozen is not None
    log.add_report("blue", report("blue", 12.5), frozen + timedelta(seconds=1))
    points, shown = board(log)
    assert (points, "Frozen at" in shown) == ([("blue", "5")], True)
    acts.do(Kind.UNFREEZE)
    points, shown = board(log)
    assert (points, "Frozen at" in shown) == ([("blue", "12.5")], False)


def test_a_board_says_how_far_the_event_is(log: SubmissionLog) -> None:
    """And how much time is left."""
    acts = Acts(log, event_id(ORGANISER))
    acts.do(Kind.ENDS_AT, (utc_now() + timedelta(hours=2)).isoformat())
    assert re.search(r'data-left="7\d\d\d">', board(log)[1])
    acts.do(Kind.END)
    shown = board(log)[1]
    assert ("Final" in shown, "data-left" in shown) == (True, False)
