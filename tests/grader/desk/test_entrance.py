from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from grader.desk.app import create_app
from grader.desk.headers import HEADERS
from grader.submissions import SubmissionLog
from tests.grader.desk_teams import TOKEN, desk_team
from tests.grader.serving import serving

ORGANISER = "organiser-token-of-128-bits"
OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with (
        SubmissionLog.open(tmp_path_factory.mktemp("desk") / "submissions.db") as log,
        serving(create_app((desk_team(),), log, organiser_token=ORGANISER)) as url,
    ):
        yield url


@pytest.fixture
def browser(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url) as client:
        yield client


@pytest.mark.parametrize(("token", "home"), [(TOKEN, "/work"), (ORGANISER, "/organiser")])
def test_a_token_makes_a_browser_known(browser: httpx.Client, token: str, home: str) -> None:
    """It gets a cookie that no script reads and no other site sends, and is told where to go."""
    answer = browser.post("/visit", json={"token": token}, headers=OWN)
    assert (answer.status_code, answer.json()) == (200, {"to": home})
    name = f"lab-{browser.base_url.port}"
    assert answer.headers["set-cookie"] == f"{name}={token}; HttpOnly; Max-Age=604800; Path=/; SameSite=strict"
    assert f'href="{home}"' in browser.get("/").text


@pytest.mark.parametrize("token", ["", "blue", TOKEN[:-1], TOKEN + "x", "ü" * 30])
def test_a_token_of_nobody_makes_nobody_known(browser: httpx.Client, token: str) -> None:
    """Nothing is set."""
    answer = browser.post("/visit", json={"token": token}, headers=OWN)
    assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"token": 1}', b"\xff", b"[" * 900])
def test_what_is_no_token_is_said_so(browser: httpx.Client, body: bytes) -> None:
    """As a mistake of whoever asks."""
    answer = browser.post("/visit", content=body, headers=OWN)
    assert (answer.status_code, answer.json()) == (400, {"error": 'this takes {"token": "..."}'})


@pytest.mark.parametrize("path", ["/visit", "/leave", "/api/sheet", "/api/report", "/api/hints/isolated/1"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
    ],
)
def test_another_site_cannot_ask_in_a_browsers_place(browser: httpx.Client, path: str, headers: dict[str, str]) -> None:
    """Even where it makes the browser send its cookie."""
    browser.post("/visit", json={"token": TOKEN}, headers=OWN)
    answer = browser.post(path, json={"token": TOKEN}, headers=headers)
    assert (answer.status_code, answer.json()) == (403, {"error": "this was asked by a page that is not the lab's"})


def test_a_browser_that_says_only_where_a_page_is_from_gets_in(browser: httpx.Client) -> None:
    """Older ones send no Sec-Fetch-Site, and none does over plain HTTP from afar."""
    own = {"Origin": f"http://{browser.base_url.host}:{browser.base_url.port}"}
    assert browser.post("/visit", json={"token": TOKEN}, headers=own).status_code == 200
    assert browser.post("/api/sheet", json={}, headers=own).status_code == 200


def test_whoever_leaves_is_forgotten(browser: httpx.Client) -> None:
    """The cookie goes."""
    browser.post("/visit", json={"token": TOKEN}, headers=OWN)
    answer = browser.post("/leave", headers=OWN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert browser.get("/api/team").status_code == 401


def test_a_page_may_load_only_what_is_the_labs_own(browser: httpx.Client) -> None:
    """The nonce is another one each time, and nothing inline goes without it."""
    policies = [browser.get("/").headers["content-security-policy"] for _ in range(2)]
    nonces = [re.findall(r"'nonce-([\w-]{22})'", policy) for policy in policies]
    assert [len(found) for found in nonces] == [1, 1]
    assert nonces[0] != nonces[1]
    assert "unsafe" not in policies[0]
    assert "http" not in policies[0]
    answer = browser.get("/")
    assert {name: answer.headers[name] for name in HEADERS if name != "Content-Security-Policy"} == {
        name: value for name, value in HEADERS.items() if name != "Content-Security-Policy"
    }


@pytest.mark.parametrize("accept", ["text/html,*/*", "application/json"])
def test_a_refusal_is_a_page_for_people_and_json_for_programs(browser: httpx.Client, accept: str) -> None:
    """Both say what is wrong."""
    answer = browser.get("/nowhere", headers={"Accept": accept})
    assert answer.status_code == 404
    assert ("There is no such page" in answer.text) is (accept != "application/json")


def test_files_are_kept_by_browsers_under_a_name_of_their_content(browser: httpx.Client) -> None:
    """Compressed where the browser can take it; nothing outside of the folder is to be had."""
    (sheet,) = re.findall(r'href="(/static/\w{12}/desk\.css)"', browser.get("/").text)
    answer = browser.get(sheet)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
    assert answer.headers["content-encoding"] == "gzip"
    assert browser.get(sheet.replace("desk.css", "..%2fapp.py")).status_code == 404
