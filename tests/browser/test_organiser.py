"""The organiser's page."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.accessible import violations
from tests.browser.conftest import Browse
from tests.browser.hall import Hall, hall_of, token_of
from tests.grader.desk.organiser.conftest import FRESH, ORGANISER


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with hall_of(5, tmp_path_factory.mktemp("hall")) as hall:
        yield hall


@pytest.mark.parametrize(("dark", "width", "locale"), [(False, 1440, "en-US"), (True, 390, "vi-VN")])
def test_everybody_can_use_it(hall: Hall, browse: Browse, dark: bool, width: int, locale: str) -> None:
    """By keyboard and screen reader, light and dark, on a big screen and on a phone; nothing overflows."""
    page = hall.enter(browse(dark=dark, width=width, locale=locale), ORGANISER, "/organiser")
    expect(page.locator("#tasks table")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="team-01").press("Enter")
    expect(page.get_by_role("heading", name="team-01")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#team")).to_be_hidden()


def test_a_pause_reaches_open_pages_at_once(hall: Hall, browse: Browse) -> None:
    """The learner sees it, is refused meanwhile, and goes on when the organiser does."""
    organiser = hall.enter(browse(), ORGANISER, "/organiser")
    learner = hall.enter(browse(), token_of(2), "/evidence")
    hand_in = "async () => (await fetch('/api/sheet', {method: 'POST', body: '{}'})).status"
    assert learner.evaluate(hand_in) == 200
    organiser.get_by_role("button", name="Pause").click()
    expect(organiser.locator(".phase")).to_contain_text("Paused")
    expect(learner.locator("#event")).to_contain_text("Nothing is taken until the organiser goes on.")
    assert violations(learner) == []
    status = learner.evaluate("() => fetch('/api/team').then(answer => answer.status)")
    assert status == 200
    organiser.get_by_role("button", name="Go on").click()
    expect(learner.locator("#event")).not_to_contain_text("Paused")
    assert learner.evaluate(hand_in) == 200


def test_an_end_asks_first_and_can_be_counted_down_to(hall: Hall, browse: Browse) -> None:
    """Whoever says no has done nothing."""
    organiser = hall.enter(browse(), ORGANISER, "/organiser")
    learner = hall.enter(browse(), token_of(3), "/evidence")
    organiser.get_by_label("Ends in").fill("2")
    organiser.get_by_role("button", name="Set").click()
    expect(learner.get_by_role("timer")).to_have_text(re.compile(r"0:0[12]:\d\d"))
    organiser.get_by_role("button", name="No end").click()
    expect(learner.get_by_role("timer")).to_be_hidden()
    organiser.get_by_role("button", name="End", exact=True).click()
    ask = organiser.get_by_role("dialog")
    expect(ask).to_contain_text("From now on no team can hand in")
    assert violations(organiser) == []
    ask.get_by_role("button", name="No").click()
    expect(organiser.locator(".phase")).to_contain_text("Running")
    organiser.get_by_role("button", name="End", exact=True).click()
    ask.get_by_role("button", name="Yes, do it").click()
    expect(organiser.locator(".phase")).to_contain_text("Ended")
    expect(learner.locator("#event")).to_contain_text("The event has ended.")
    organiser.get_by_role("button", name="Go on").click()
    expect(learner.locator("#event")).not_to_contain_text("The event has ended.")


def test_a_new_link_takes_the_place_of_the_old_one(hall: Hall, browse: Browse, chromium: Browser) -> None:
    """It is shown once, and whoever has the old one is out at once, with the page open."""
    organiser = hall.enter(browse(), ORGANISER, "/organiser")
    stranger = chromium.new_context(locale="en-US")  # its console may say that it is refused
    learner = hall.enter(stranger.new_page(), token_of(4), "/evidence")
    expect(learner.locator("#live")).to_have_class("lamp live")
    organiser.get_by_role("button", name="team-04").click()
    organiser.get_by_role("button", name="New link").click()
    organiser.get_by_role("button", name="Yes, do it").click()
    expect(organiser.locator("#new-link")).to_have_text(f"http://lab.example/#token={FRESH}")
    hall.live.tell("team-04", "account")
    expect(learner.get_by_role("heading", name="You are not known here yet")).to_be_visible()
    stranger.close()
    organiser.keyboard.press("Escape")
    organiser.get_by_role("button", name="team-04").click()
    expect(organiser.get_by_role("heading", name="Team team-04")).to_be_visible()
    expect(organiser.locator("#new-link")).to_be_hidden()


def test_a_fresh_lab_is_opened_while_the_page_goes_on(hall: Hall, browse: Browse) -> None:
    """With what it throws away said before, and its end shown."""
    organiser = hall.enter(browse(), ORGANISER, "/organiser")
    organiser.get_by_role("button", name="team-05").click()
    organiser.get_by_label("With another story, in another account").check()
    organiser.get_by_role("button", name="Begin anew").click()
    organiser.get_by_role("button", name="Yes, do it").click()
    expect(organiser.locator("#team")).to_contain_text("The fresh lab is being opened.")
    organiser.keyboard.press("Escape")
    expect(organiser.locator("#jobs")).to_contain_text("Fresh lab for team-05")
    assert hall.office.asked == [("team-05", True)]
