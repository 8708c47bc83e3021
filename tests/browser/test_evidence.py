"""Evidence: what one download holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from grader.desk.event import utc_now
from tests.browser.accessible import violations
from tests.browser.conftest import Browse
from tests.browser.hall import Hall, hall_of, name_of, token_of


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with hall_of(3, tmp_path_factory.mktemp("hall")) as hall:
        yield hall


def taken(page: Page) -> dict[str, bytes]:
    """Press the button, and open what comes."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    with ZipFile(download.value.path()) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def test_a_team_takes_home_what_it_did(hall: Hall, browse: Browse) -> None:
    """Each file is named in the manifest with its hash, and nothing else is in the zip."""
    hall.log.add_sheet(name_of(1), {"primary_call": "ListBuckets"}, utc_now())
    page = hall.enter(browse(), token_of(1), "/evidence")
    files = {name.removeprefix("evidence-team-01/"): content for name, content in taken(page).items()}
    manifest = json.loads(files["manifest.json"])
    assert sorted(files) == ["SHA256SUMS", "manifest.json", "report.html", "report.json", "sheet.json"]
    assert {entry["name"]: entry["sha256"] for entry in manifest["files"]} == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in files.items()
        if name not in {"SHA256SUMS", "manifest.json"}
    }
    assert manifest["missing"]["bundle.json"] == "gives_away"


def test_the_list_follows_what_is_handed_in(hall: Hall, browse: Browse) -> None:
    """Without a reload."""
    page = hall.enter(browse(), token_of(3), "/evidence")
    expect(page.locator("#live")).to_have_class("lamp live")
    expect(page.get_by_text("Nothing has been answered yet.")).to_be_visible()
    page.evaluate("() => fetch('/api/sheet', {method: 'POST', body: JSON.stringify({primary_call: 'A'})})")
    expect(page.get_by_text("1 answers")).to_be_visible()
    expect(page.get_by_text("Have your work graded first.")).to_be_visible()


@pytest.mark.parametrize(("dark", "width", "locale"), [(False, 1440, "vi-VN"), (True, 390, "en-US")])
def test_everybody_can_read_it(hall: Hall, browse: Browse, dark: bool, width: int, locale: str) -> None:
    """Light and dark, on a big screen and on a phone."""
    page = hall.enter(browse(dark=dark, width=width, locale=locale), token_of(1), "/evidence")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []
