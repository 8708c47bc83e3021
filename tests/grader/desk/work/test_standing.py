from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from grader.desk.work.standing import standing
from grader.report import Finding, Report, Verdict
from grader.submissions import SubmissionLog
from scenario.workshop import tasks
from tests.grader.desk_teams import desk_team

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SubmissionLog]:
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        yield log


def report(**verdicts: tuple[Verdict, Any]) -> Report:
    """A report with these verdicts on these answers; every other task fails."""
    findings = []
    for task in tasks():
        verdict, actual = verdicts.get(task.id, (Verdict.FAIL, None))
        points = float(task.points) if verdict is Verdict.PASS else 0.0
        findings.append(
            Finding(id=task.id, verdict=verdict, points=points, max=task.points, message="So.", actual=actual)
        )
    return Report(team="blue", findings=tuple(findings), graded_at=NOW)


def test_at_first_everything_is_still_to_do(log: SubmissionLog) -> None:
    """No report, no points, all attempts."""
    stands = standing(desk_team(), log)
    assert (stands.report, stands.score, stands.max) == (None, 0.0, 100)
    assert {(s.verdict, s.answer, s.attempts_left, s.steps, s.points) for s in stands.states.values()} == {
        (None, None, 10, 0, 0.0)
    }
    assert stands.states["instance_id"].next_cost == 1


def test_an_answer_is_unknown_until_it_is_graded(log: SubmissionLog) -> None:
    """And again once another one is handed in."""
    team = desk_team()
    log.add_sheet("blue", {"primary_call": "A"}, NOW)
    assert (standing(team, log).states["primary_call"].stale, standing(team, log).states["primary_call"].verdict) == (
        True,
        Verdict.UNKNOWN,
    )
    log.add_report("blue", report(primary_call=(Verdict.FAIL, "A")), NOW)
    state = standing(team, log).states["primary_call"]
    assert (state.stale, state.verdict, state.attempts_left) == (False, Verdict.FAIL, 9)
    log.add_sheet("blue", {"primary_call": "B"}, NOW)
    assert standing(team, log).states["primary_call"].verdict is Verdict.UNKNOWN


def test_what_can_still_be_done_is_no_fail(log: SubmissionLog) -> None:
    """A question without an answer; containment until the instance is gone."""
    team = desk_team()
    log.add_report("blue", report(isolated=(Verdict.PASS, None)), NOW)
    states = standing(team, log).states
    assert [id_ for id_, state in states.items() if state.verdict] == ["isolated"]
    log.add_report("blue", report(terminated=(Verdict.PASS, None)), NOW)
    states = standing(team, log).states
    assert {id_: state.verdict for id_, state in states.items() if state.verdict} == {
        "terminated": Verdict.PASS,
        "snapshotted": Verdict.FAIL,
        "isolated": Verdict.FAIL,
        "no_collateral_damage": Verdict.FAIL,
    }


def test_an_answer_beyond_the_attempts_is_told(log: SubmissionLog) -> None:
    """The earlier one stays."""
    team = desk_team(attempts=1)
    for call in ("A", "B"):
        log.add_sheet("blue", {"primary_call": call}, NOW)
    state = standing(team, log).states["primary_call"]
    assert (state.answer, state.refused, state.attempts_left) == ("A", True, 0)
