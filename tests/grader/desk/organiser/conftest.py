"""A desk with an organiser, and with somebody who could give teams fresh labs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from grader.desk.app import create_app
from grader.desk.live import Live
from grader.desk.team import DeskTeam
from grader.submissions import SubmissionLog
from tests.grader.desk_teams import TOKEN, desk_team
from tests.grader.serving import serving

ORGANISER = "organiser-token-of-128-bits"
RED = "red-token-of-128-bits-or-more!"
FRESH = "fresh-token-of-128-bits-or-more"
OWN = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Office:
    """An organisation that writes down what it was asked."""

    teams: list[DeskTeam]
    asked: list[tuple[str, bool]] = field(default_factory=list)

    def reset(self, team: str, *, new_seed: bool) -> None:
        self.asked.append((team, new_seed))

    def links(self) -> Mapping[str, str]:
        return {team.stage.team: f"http://lab.example/#token={team.token}" for team in self.teams}

    def reissue(self, team: str) -> str:
        place = [known.stage.team for known in self.teams].index(team)
        self.teams[place] = self.teams[place].with_token(FRESH)
        return self.links()[team]


@dataclass(kw_only=True)
class Room:
    """What tests of the organiser's page need."""

    url: str
    log: SubmissionLog
    live: Live
    office: Office

    @contextmanager
    def visitor(self, token: str) -> Iterator[httpx.Client]:
        """A browser of whoever has this token."""
        with httpx.Client(base_url=self.url, headers=OWN) as client:
            client.post("/visit", json={"token": token})
            yield client


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """Teams blue and red."""
    teams, live = [desk_team("blue", TOKEN), desk_team("red", RED)], Live()
    office = Office(teams)
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        app = create_app(teams, log, organiser_token=ORGANISER, organisation=office, live=live)
        with serving(app) as url:
            yield Room(url=url, log=log, live=live, office=office)


@pytest.fixture
def organiser(room: Room) -> Iterator[httpx.Client]:
    """The organiser's browser."""
    with room.visitor(ORGANISER) as client:
        yield client
