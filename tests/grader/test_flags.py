from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from grader.desk.team import DeskTeam
from grader.flags import SCHEMA, flags
from grader.submissions import SubmissionLog
from infra.deploy.desks import desks
from infra.deploy.state import Lab
from scenario.answer_key import answer_key
from scenario.exits import Exit
from scenario.story import draw
from tests.grader.desk_teams import KEY, desk_team
from tests.grader.scenes import STAGE

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
GAP = "the key cannot be held against the event data store: "


@dataclass
class Organiser:
    """An organiser whose lab has these teams."""

    teams: Sequence[DeskTeam]
    path: Path

    def desks(self) -> Sequence[DeskTeam]:
        return self.teams

    @contextmanager
    def submissions(self) -> Iterator[SubmissionLog]:
        with SubmissionLog.open(self.path) as log:
            yield log


@pytest.fixture
def organiser(tmp_path: Path) -> Organiser:
    red = answer_key(draw("another seed", STAGE.region), replace(STAGE, instance_id="i-0ccccccccccccccc3"))
    teams = (desk_team("blue"), replace(desk_team("red", "red-token-of-128-bits-or-more!"), key=lambda: red))
    return Organiser(teams, tmp_path / "submissions.db")


def invoke(organiser: Organiser, *arguments: str) -> Result:
    return CliRunner().invoke(flags, arguments, obj=organiser, standalone_mode=False)


def test_copied_work_and_an_unhealthy_lab_are_told(organiser: Organiser) -> None:
    """Team by team; AWS that does not answer is told as what keeps the lab from being graded."""
    with organiser.submissions() as log:
        log.add_sheet("blue", KEY, NOW)
        log.add_sheet("red", {"uploaded_files": KEY["uploaded_files"]}, NOW)
    result = invoke(organiser)
    assert result.return_value == Exit.FAILED
    blue, *red = result.output.splitlines()
    assert blue.startswith(f"blue: {GAP}")
    assert red[0].startswith(f"red: {GAP}")
    assert red[1:] == ["red: submission 2 holds what only blue's lab has: uploaded_files"]


def test_machines_read_the_same(organiser: Organiser) -> None:
    """As one object."""
    with organiser.submissions() as log:
        log.add_sheet("red", {"instance_id": KEY["instance_id"]}, NOW)
    document: dict[str, Any] = json.loads(invoke(organiser, "--json").output)
    assert document["schema"] == SCHEMA
    assert [(team["team"], team["copied"]) for team in document["teams"]] == [
        ("blue", []),
        ("red", [{"team": "red", "like": "blue", "submission": 1, "fields": ["instance_id"]}]),
    ]


def test_a_healthy_lab_has_nothing_to_look_at(lab: Lab, tmp_path: Path) -> None:
    """The key of every team is what its event data store holds."""
    result = invoke(Organiser(desks(lab, b"secret"), tmp_path / "submissions.db"))
    assert (result.return_value, result.output) == (
        Exit.DONE,
        "blue: nothing to look at\nred: nothing to look at\n",
    )
