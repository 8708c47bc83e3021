from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import boto3
import pytest

from grader.desk import team
from grader.evidence.bundle import Evidence
from grader.submissions import SubmissionLog
from tests.grader.desk_teams import desk_team
from tests.grader.scenes import CREATED, Scene


def since(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shown: Sequence[tuple[set[str], dict[str, str]]]
) -> list[datetime | None]:
    """What the desk takes for the moment of the instance's end, an hour apart, while EC2 shows it or not."""
    seen = []
    for hour, (hidden, gaps) in enumerate(shown):
        scene = Scene()
        scene.hidden, scene.gaps = hidden, gaps
        seen.append(scene.evidence(3600 * hour))

    def gathered(*_: object) -> Evidence:
        return seen.pop(0)

    monkeypatch.setattr(team, "gather", gathered)
    desk = desk_team(session=boto3.Session)
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        return [desk.collect(log).evidence.gone_since for _ in shown]


def test_the_desk_remembers_since_when_the_instance_is_gone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The first time counts; what nobody could see says nothing, and an instance that is there again is not gone."""
    gone: tuple[set[str], dict[str, str]] = ({"instances"}, {})
    there: tuple[set[str], dict[str, str]] = (set(), {})
    unseen: tuple[set[str], dict[str, str]] = ({"instances"}, {"instances": "Throttling"})
    hours = [None if at is None else CREATED + timedelta(hours=at) for at in (None, None, 2, 2, None, 2, None, 7)]
    assert hours == since(monkeypatch, tmp_path, [there, unseen, gone, gone, unseen, gone, there, gone])
