from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from grader.copied import Flag
from grader.desk.organiser.overview import Row, class_statistics, copied, last_reports, row
from grader.report import Finding, Report, Verdict
from grader.submissions import SubmissionLog
from scenario.workshop import tasks
from tests.grader.desk_teams import KEY, desk_team
from tests.grader.scenes import CREATED, STAGE

RED = "red-token-of-128-bits-or-more!"
REPORT = Report(
    team="blue",
    graded_at=CREATED,
    findings=(Finding(id="isolated", verdict=Verdict.PASS, points=15, max=15, message="Done."),),
)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SubmissionLog]:
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        yield log


def test_a_team_that_did_nothing_has_nothing(log: SubmissionLog) -> None:
    """Not graded, not looked at, never active."""
    found = row(desk_team(), log)
    assert found.verdicts == (None,) * len(tasks())
    assert found == Row(
        team="blue",
        account=STAGE.account_id,
        lab="blue",
        report=None,
        checkup=None,
        active=None,
        hints=0,
    )


def test_a_team_at_a_glance(log: SubmissionLog) -> None:
    """Its last report, when it last did something, and the hints that it took."""
    team = desk_team()
    log.add_sheet("blue", {"primary_call": "A"}, CREATED)
    log.add_hints("blue", "isolated", 2, CREATED + timedelta(minutes=1))
    log.add_hints("blue", "footprint", 1, CREATED)
    log.add_report("blue", REPORT, CREATED)
    team.check(log)
    found = row(team, log)
    assert (found.report, found.active, found.hints) == (REPORT, CREATED + timedelta(minutes=1), 3)
    assert dict(zip((task.id for task in tasks()), found.verdicts, strict=True))["isolated"] is Verdict.PASS
    assert found.checkup is team.checkup
    assert found.checkup is not None
    assert not found.checkup.well


def test_reports_and_statistics_are_of_teams_that_were_graded(log: SubmissionLog) -> None:
    """The last report of each; wrong answers are counted by team."""
    teams = (desk_team(), desk_team("red", RED))
    log.add_report("blue", REPORT, CREATED)
    log.add_sheet("red", {"primary_call": "MadeUp"}, CREATED)
    assert last_reports(teams, log) == [REPORT]
    (found,) = class_statistics(teams, log)
    assert (found.id, found.teams, found.solved) == ("isolated", 1, 1)


def test_what_looks_copied_is_told_by_team(log: SubmissionLog) -> None:
    """Only of teams of which there is anything to tell."""
    other = {**KEY, "instance_id": "i-0ffffffffffffffff", "uploaded_files": ["another/file"]}
    teams = (desk_team(), desk_team("red", RED))
    red = replace(teams[1], key=lambda: other)
    log.add_sheet("blue", {"instance_id": "i-0ffffffffffffffff"}, CREATED)
    assert copied(teams, log) == {}
    assert copied((teams[0], red), log) == {
        "blue": [Flag(team="blue", like="red", submission=1, fields=("instance_id",))]
    }
