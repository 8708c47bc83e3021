"""Who may ask for what: a table over every route that the desk has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
from starlette.routing import Route

from grader.desk.app import create_app
from grader.submissions import SubmissionLog
from tests.grader.desk_teams import TOKEN, desk_team
from tests.grader.serving import serving

ORGANISER = "organiser-token-of-128-bits"
OWN = {"Sec-Fetch-Site": "same-origin"}
VALUES = {"team": "blue", "task": "isolated", "step": "1", "kind": "pause", "form": "csv"}
OPEN = {"/", "/api/health", "/visit", "/leave"}
"""What anybody may ask for."""


def filled(path: str) -> str:
    """The path with something in its blanks."""
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda blank: VALUES.get(blank[1], "x"), path)


with TemporaryDirectory() as _folder, SubmissionLog.open(Path(_folder) / "submissions.db") as _log:
    ROUTES = sorted(
        (method, filled(route.path))
        for route in create_app((), _log).routes
        if isinstance(route, Route)
        for method in route.methods or ()
        if method != "HEAD"
    )
CHANGING = [path for method, path in ROUTES if method != "GET"]
ORGANISERS = [(method, path) for method, path in ROUTES if path.startswith(("/organiser", "/scoreboard"))]
GUARDED = [(method, path) for method, path in ROUTES if path not in OPEN]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with (
        SubmissionLog.open(tmp_path_factory.mktemp("desk") / "submissions.db") as log,
        serving(create_app((desk_team(),), log, organiser_token=ORGANISER)) as url,
    ):
        yield url


@pytest.fixture(scope="module")
def browsers(url: str) -> Iterator[dict[str, httpx.Client]]:
    """By token: a browser that is known."""
    found = {}
    for token in (TOKEN, ORGANISER):
        found[token] = httpx.Client(base_url=url)
        found[token].post("/visit", json={"token": token}, headers=OWN)
    yield found
    for browser in found.values():
        browser.close()


def test_the_table_is_whole() -> None:
    """It holds the routes of every view."""
    assert {path.split("/")[1] for _, path in ROUTES} >= {"api", "work", "evidence", "organiser", "scoreboard", "live"}
    assert len(ORGANISERS) >= 18


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_nobody_gets_anything_without_a_token(url: str, method: str, path: str) -> None:
    """401 before anything else is looked at, whoever is asked for."""
    assert httpx.request(method, url + path, headers=OWN).status_code == 401


@pytest.mark.parametrize(("method", "path"), ORGANISERS)
@pytest.mark.parametrize("bearer", [False, True])
def test_a_learner_gets_nothing_of_the_organisers(
    browsers: dict[str, httpx.Client], url: str, method: str, path: str, bearer: bool
) -> None:
    """Neither with a cookie nor with a header, and nothing is done."""
    if bearer:
        answer = httpx.request(method, url + path, headers={"Authorization": f"Bearer {TOKEN}"})
    else:
        answer = browsers[TOKEN].request(method, path, headers=OWN)
    error = "this is the organiser's: open the link that was told when the lab began"
    assert (answer.status_code, answer.json()) == (401, {"error": error})


@pytest.mark.parametrize("path", CHANGING)
@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}])
def test_another_site_changes_nothing(browsers: dict[str, httpx.Client], path: str, headers: dict[str, str]) -> None:
    """Even where it makes the browser of a learner or an organiser send its cookie."""
    browser = browsers[ORGANISER if path.startswith("/organiser") else TOKEN]
    answer = browser.post(path, headers=headers)
    assert (answer.status_code, answer.json()) == (403, {"error": "this was asked by a page that is not the lab's"})


@pytest.mark.parametrize(("method", "path"), [route for route in GUARDED if route not in ORGANISERS])
def test_the_organiser_is_no_team(browsers: dict[str, httpx.Client], method: str, path: str) -> None:
    """What is a team's is not to be had without its token; the stream alone is for both."""
    if path.startswith("/live"):
        return
    assert browsers[ORGANISER].request(method, path, headers=OWN).status_code == 401
