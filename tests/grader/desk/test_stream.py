from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
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
OTHER = "another-token-of-128-bits-or-more"
OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def teams() -> list[DeskTeam]:
    return [desk_team()]


@pytest.fixture
def live() -> Live:
    return Live()


@pytest.fixture
def url(tmp_path: Path, teams: list[DeskTeam], live: Live) -> Iterator[str]:
    with (
        SubmissionLog.open(tmp_path / "submissions.db") as log,
        serving(create_app(teams, log, organiser_token=ORGANISER, live=live)) as url,
    ):
        yield url


@contextmanager
def visitor(url: str, token: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, headers=OWN) as client:
        client.post("/visit", json={"token": token})
        yield client


@pytest.mark.parametrize(("token", "lab"), [(TOKEN, "blue"), (ORGANISER, "")])
def test_whoever_cannot_have_a_stream_may_ask(url: str, live: Live, token: str, lab: str) -> None:
    """Of which lab it is, and how often each topic changed there; the organiser hears of all."""
    live.tell("blue", "sheet")
    with visitor(url, token) as client:
        assert client.get("/live/now").json() == {"lab": lab, "sheet": 1}
    assert httpx.get(f"{url}/live/now").status_code == 401


def test_a_stream_ends_with_the_token_that_opened_it(url: str, live: Live, teams: list[DeskTeam]) -> None:
    """The page then asks anew, as whoever it is by then."""
    heard = []
    with visitor(url, TOKEN) as client, client.stream("GET", "/live", timeout=20) as answer:
        for line in answer.iter_lines():
            if line.startswith("data:"):
                heard.append(json.loads(line.removeprefix("data:")))
                teams[0] = teams[0].with_token(OTHER)
                live.tell("blue", "account")
    assert heard == [{"lab": "blue"}, {"lab": None}]
