from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from grader.client import (
    NothingTakenError,
    Portal,
    PortalBusyError,
    PortalError,
    PortalRefusedError,
    PortalUnreachableError,
    TokenRefusedError,
)
from grader.desk.app import create_app
from grader.desk.event import Acts, Kind, event_id
from grader.desk.rate import Rate
from grader.sheet.parse import MAX_BYTES, NotGradableError, SheetError
from grader.submissions import SubmissionLog
from tests.grader.desk_teams import KEY, TOKEN, desk_team
from tests.grader.serving import serving


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with (
        SubmissionLog.open(tmp_path_factory.mktemp("desk") / "submissions.db") as log,
        serving(create_app((desk_team(),), log)) as url,
    ):
        yield url


def test_a_learner_asks_hands_in_and_is_graded(url: str) -> None:
    """The three requests, over real HTTP."""
    portal = Portal(f"{url}/", TOKEN)
    assert portal.team()["team"] == "blue"
    assert portal.submit(json.dumps(KEY).encode())["answered"] == list(KEY)
    assert portal.report().score == 5


def test_a_sheet_that_cannot_be_graded_tells_what_to_mend(url: str) -> None:
    """The desk's errors arrive as they were."""
    with pytest.raises(NotGradableError) as caught:
        Portal(url, TOKEN).submit(b'{"instance_id": 7}')
    assert caught.value.errors == (SheetError("instance_id", "7", "text"),)


def test_a_wrong_token_is_named(url: str) -> None:
    """The message says which variable to look at, and not the token."""
    with pytest.raises(TokenRefusedError, match="does not know this token: is LAB_TOKEN of this lab") as caught:
        Portal(url, "a-token-of-some-other-lab").team()
    assert "a-token-of" not in str(caught.value)


@pytest.mark.parametrize("token", ["line\nbreak", "ünïcode", "\u0141", ""])
def test_a_mangled_token_is_no_crash(url: str, token: str) -> None:
    """Whatever an environment variable holds."""
    with pytest.raises(PortalError):
        Portal(url, token).team()


def test_a_lab_that_is_not_there_is_said_so() -> None:
    """Nobody listens on that port."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(PortalUnreachableError, match=f"no lab answers at {address}: is it running"):
            Portal(address, TOKEN).team()


@pytest.mark.parametrize("address", ["", "localhost", "http://", "ftp://127.0.0.1:1", "http://127.0.0.1:notaport"])
def test_an_address_that_is_none_is_said_so(address: str) -> None:
    """A mistyped LAB_URL."""
    with pytest.raises(PortalUnreachableError, match="no lab answers at"):
        Portal(address, TOKEN).team()


def test_what_is_no_lab_is_said_so() -> None:
    """Something else listens on that port."""
    other = Starlette(routes=[Route("/api/team", lambda _: PlainTextResponse("hello"))])
    with serving(other) as address, pytest.raises(PortalRefusedError, match="answered 200: what answers is no lab"):
        Portal(address, TOKEN).team()


def test_too_long_a_sheet_cannot_be_graded(url: str) -> None:
    """413 reads as the malformed sheet that it is."""
    with pytest.raises(NotGradableError, match=f"expected at most {MAX_BYTES} bytes"):
        Portal(url, TOKEN).submit(b" " * (MAX_BYTES + 1))


def test_a_team_that_asks_too_often_is_told_how_long_to_wait(tmp_path: Path) -> None:
    """429 is an error of its own: nothing is wrong with the sheet."""
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        app = create_app((desk_team(),), log, Rate(per_minute=1, clock=lambda: 0.0))
        with serving(app) as address:
            portal = Portal(address, TOKEN)
            portal.submit(b"{}")
            with pytest.raises(PortalBusyError, match="asks too often: wait 60 s"):
                portal.submit(b"{}")


@pytest.mark.parametrize("task", ["no such/task", "../team", "%2e%2e"])
def test_hints_of_what_is_no_task_are_refused(url: str, task: str) -> None:
    """Whatever it is called, it reaches the hints and nothing else."""
    with pytest.raises(PortalRefusedError, match=r"answered 40[45]"):
        Portal(url, TOKEN).hints(task)


def test_an_event_that_is_paused_says_so(tmp_path: Path) -> None:
    """409 is an error of its own: nothing is wrong with the sheet, and later it is taken."""
    with SubmissionLog.open(tmp_path / "log") as log:
        Acts(log, event_id("")).do(Kind.PAUSE)
        with serving(create_app((desk_team(),), log)) as url, pytest.raises(NothingTakenError, match="is paused"):
            Portal(url, TOKEN).submit(b"{}")
