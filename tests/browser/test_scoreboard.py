"""The scoreboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.accessible import violations
from tests.browser.conftest import Browse
from tests.browser.hall import Hall, hall_of
from tests.grader.desk.organiser.conftest import ORGANISER


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with hall_of(30, tmp_path_factory.mktemp("hall")) as hall:
        yield hall


def test_thirty_teams_fit_on_the_big_screen(hall: Hall, browse: Browse) -> None:
    """Dark, the best first, in type that is readable from afar, without scrolling."""
    page = hall.enter(browse(width=1920, height=1080), ORGANISER, "/scoreboard")
    places = page.locator(".place")
    expect(places).to_have_count(30)
    assert places.first.locator(".team-name").inner_text() == "team-27"
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    last = places.last.bounding_box()
    assert last is not None
    assert last["y"] + last["height"] <= 1080
    size = float(places.first.evaluate("place => parseFloat(getComputedStyle(place).fontSize)"))
    assert size >= 30
    assert violations(page) == []


def test_a_board_follows_until_it_is_frozen(hall: Hall, browse: Browse) -> None:
    """A team that is graded climbs; on a frozen board nobody does, and it says since when."""
    board = hall.enter(browse(width=1920, height=1080), ORGANISER, "/scoreboard")
    organiser = hall.enter(browse(), ORGANISER, "/organiser")
    first = board.locator(".place").first
    expect(board.locator("#live")).to_have_class("lamp live")
    hall.grade(7, solved=10)
    expect(first).to_contain_text("team-07")
    organiser.get_by_role("button", name="Freeze the scoreboard").click()
    expect(board.get_by_text("Frozen at")).to_be_visible()
    expect(first).to_contain_text("team-07")
    organiser.get_by_role("button", name="Thaw the scoreboard").click()
    expect(board.get_by_text("Frozen at")).to_be_hidden()


def test_a_board_on_a_phone(hall: Hall, browse: Browse) -> None:
    """One below the other, in Vietnamese."""
    page = hall.enter(browse(width=390, locale="vi-VN"), ORGANISER, "/scoreboard")
    expect(page.get_by_role("heading", name="Bảng điểm")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []
