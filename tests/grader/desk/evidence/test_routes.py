from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

from grader.desk.app import create_app
from grader.desk.rate import Rate
from grader.submissions import SubmissionLog
from tests.grader.desk_teams import TOKEN, desk_team
from tests.grader.serving import serving

BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.Client]:
    with (
        SubmissionLog.open(tmp_path / "submissions.db") as log,
        serving(create_app((desk_team(),), log, Rate(per_minute=3))) as url,
        httpx.Client(base_url=url, headers=BEARER) as client,
    ):
        yield client


def test_a_team_takes_home_what_it_did(client: httpx.Client) -> None:
    """As a zip to keep, of a length that the browser knows."""
    client.post("/api/sheet", json={"primary_call": "A"})
    answer = client.get("/evidence.zip")
    with ZipFile(io.BytesIO(answer.content)) as zipped:
        names = zipped.namelist()
    assert names == [f"evidence-blue/{name}" for name in ("SHA256SUMS", "manifest.json", "sheet.json")]
    assert answer.headers["content-disposition"] == 'attachment; filename="evidence-blue.zip"'
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("application/zip", "no-store")
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_a_download_is_not_asked_for_without_end(client: httpx.Client) -> None:
    """It costs what a grading costs."""
    assert [client.get("/evidence.zip").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_the_page_says_what_there_is(client: httpx.Client) -> None:
    """And its part the same, alone."""
    page, parts = client.get("/evidence", headers={"Accept-Language": "vi"}), client.get("/evidence/parts")
    assert "Bằng chứng của bạn" in page.text
    assert "Nothing has been answered yet." in parts.text
    assert "<html" not in parts.text
