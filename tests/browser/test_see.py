"""The See view in a browser: the picture, the list and the records, by pointer and by keyboard."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from infra.deploy.state import Lab
from scenario.query import Lake
from tests.browser.accessible import violations
from tests.browser.conftest import Browse

WAIT = 15_000  # milliseconds


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """A store has much to do while other tests run."""
    expect.set_options(timeout=WAIT)
    yield
    expect.set_options(timeout=5_000)


def come_in(page: Page, lab: Lab) -> None:
    """Be known to the desk as its first team, without the page that one lands on."""
    answer = page.request.post(
        f"{lab.portal}/visit", data={"token": lab.teams[0].access.token}, headers={"Origin": lab.portal}
    )
    assert answer.ok


def visit(page: Page, lab: Lab, query: str = "") -> None:
    """The view, once the picture and the list are there."""
    come_in(page, lab)
    page.goto(f"{lab.portal}/see{query}")
    expect(page.locator("#timeline tbody tr").nth(1)).to_be_visible()
    expect(page.locator("#see-events .sum")).to_be_visible()


def first_row(page: Page) -> Locator:
    """The row that stands out most."""
    return page.locator("#timeline tbody tr").nth(1)


def drag(page: Page, strip: Locator, start: float, end: float) -> None:
    """From one share of a strip's width to another."""
    box = strip.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * start, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * (start + end) / 2, box["y"] + 12)
    page.mouse.move(box["x"] + box["width"] * end, box["y"] + 10)
    page.mouse.up()


def asked(page: Page) -> dict[str, str]:
    """What the address asks for."""
    found: dict[str, str] = page.evaluate("Object.fromEntries(new URLSearchParams(location.search))")
    return found


@pytest.mark.parametrize(
    ("locale", "dark", "width"),
    [("en-US", False, 1440), ("vi-VN", True, 1024), ("vi-VN", False, 390), ("en-US", True, 390)],
)
def test_everybody_can_use_the_view(desk_lab: Lab, browse: Browse, locale: str, dark: bool, width: int) -> None:
    """No fault that axe-core finds, nothing wider than the screen, in both languages and themes; nor in a record."""
    page = browse(locale=locale, dark=dark, width=width)
    visit(page, desk_lab)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    segments = page.locator(".segments").bounding_box()
    assert segments
    assert segments["height"] < 40  # pixels: every word on one line
    assert "built-in" not in page.content()
    page.locator("#see-events tbody a").first.click()
    expect(page.locator("#see-drawer .record").first).to_be_visible()
    assert violations(page) == []


def test_the_burst_is_seen_at_first_sight(desk_lab: Lab, browse: Browse) -> None:
    """The first row is the instance's, drawn in the colour of bursts, which no steady row has; and in words."""
    page = browse()
    visit(page, desk_lab)
    instance = desk_lab.teams[0].stage.instance_id
    expect(first_row(page).locator("th")).to_contain_text(instance)
    expect(page.locator("#see-stands li").first).to_contain_text(instance)
    burning = """canvas => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let found = 0;
      for (let at = 0; at < data.length; at += 4) {
        if (data[at] === 0xc2 && data[at + 1] === 0x41 && data[at + 2] === 0x0c) found += 1;
      }
      return found > 20;
    }"""
    drawn = [canvas.evaluate(burning) for canvas in page.locator("#timeline .strip canvas").all()]
    assert (drawn[0], drawn[1], any(drawn[4:])) == (False, True, False)


def test_a_row_and_a_time_filter_the_list(desk_lab: Lab, browse: Browse) -> None:
    """A click chooses the row, a drag the time; both are in the address, and both can be dropped."""
    page = browse()
    visit(page, desk_lab)
    row = first_row(page)
    everything = page.locator("#see-events .sum strong").inner_text()
    row.locator("button").click()
    expect(page.locator("#see-events .sum strong")).to_contain_text(desk_lab.teams[0].stage.instance_id)
    expect(row.locator("button")).to_have_attribute("aria-pressed", "true")
    total = page.locator("#see-events .sum strong").inner_text()

    drag(page, row.locator(".strip"), 0.9, 0.97)
    expect(page.locator("#see-selected")).to_be_visible()
    expect(page.locator("#see-events .sum strong")).not_to_have_text(total)
    assert set(asked(page)) >= {"principal", "since", "until"}
    page.reload()
    expect(page.locator("#see-selected")).to_be_visible()
    expect(page.locator(".brush")).to_be_visible()

    page.get_by_role("button", name="Zoom to the selection").click()
    expect(page.locator("#see-bin")).not_to_have_text("one bar: 5 minutes")
    assert set(asked(page)) >= {"principal", "from", "to"}
    page.get_by_role("button", name="Whole time").click()
    page.get_by_role("button", name="Clear the filter").click()
    expect(page.locator("#see-events .sum strong")).to_have_text(everything)
    assert set(asked(page)) <= {"by", "order"}


def test_the_keyboard_is_enough(desk_lab: Lab, browse: Browse) -> None:
    """Arrows move over the picture and select, Enter zooms, Escape drops; a record opens and closes."""
    page = browse()
    visit(page, desk_lab)
    page.locator("#timeline").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#see-cursor")).to_contain_text(desk_lab.teams[0].stage.instance_id)
    for _ in range(8):
        page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator("#see-selected")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#see-selected")).to_be_hidden()
    for _ in range(20):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#see-bin")).to_have_text("one bar: 1 minute")
    page.get_by_label("Only refused or failed calls").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Whole time").press("Enter")
    link = page.locator("#see-events tbody a").first
    expect(page.locator("#see-events tbody tr:not(.bad)")).to_have_count(0)
    drawer = page.locator("#see-drawer")
    link.press("Enter")
    with suppress(PlaywrightTimeout):  # a list that comes just then takes the focus with it: then Enter again
        drawer.wait_for(timeout=WAIT / 3)
    if not drawer.is_visible():
        link.press("Enter")
    expect(drawer).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#see-drawer")).to_be_hidden()
    expect(link).to_be_focused()


def test_rows_may_be_calls_services_or_regions(desk_lab: Lab, browse: Browse) -> None:
    """What the instance called, and where: a picture, and Regions beside the list."""
    page = browse()
    visit(page, desk_lab)
    first_row(page).locator("button").click()
    page.get_by_text("Regions", exact=True).click()
    principal = page.locator("#see-principal").input_value()
    store = desk_lab.teams[0].stage.store_id
    regions = Lake(desk_lab.teams[0].access.session()).run(
        f"select awsregion from {store} where useridentity.principalid = '{principal}' group by 1"
    )
    expect(page.locator("#timeline tbody tr")).to_have_count(1 + len(regions.rows))
    buttons = page.locator("#see-events .regions button")
    expect(buttons).to_have_count(len(regions.rows))
    name = buttons.last.locator(".mono").inner_text()
    buttons.last.click()
    expect(page.locator("#see-events tbody tr td:nth-child(4)").first).to_have_text(name)
    expect(page.locator("#see-region")).to_have_value(name)


def test_times_are_utc_and_local_on_demand(desk_lab: Lab, browse: Browse, chromium: Browser) -> None:
    """The same moment, as the browser's clock has it."""
    context = chromium.new_context(timezone_id="Asia/Ho_Chi_Minh", locale="en-US")
    page = context.new_page()
    visit(page, desk_lab)
    time = page.locator("#see-events tbody time").first
    utc = time.inner_text()
    expect(page.locator("#see-window")).to_contain_text("UTC")
    page.get_by_label("My local time").check()
    expect(time).not_to_have_text(utc)
    expect(page.locator("#see-window")).to_contain_text(re.compile("Asia/(Ho_Chi_Minh|Saigon)"))
    hours = [int(text[11:13]) for text in (utc, time.inner_text())]
    assert (hours[1] - hours[0]) % 24 == 7
    context.close()


def test_a_record_leads_on(desk_lab: Lab, browse: Browse) -> None:
    """To its principal around that time, and to the same as SQL."""
    page = browse()
    visit(page, desk_lab)
    first_row(page).locator("button").click()
    expect(page.locator("#see-events .sum strong")).to_contain_text(desk_lab.teams[0].stage.instance_id)
    page.locator("#see-events tbody a").first.click()
    drawer = page.locator("#see-drawer")
    sql = drawer.get_by_role("link", name="Open as SQL").get_attribute("href")
    assert sql
    assert sql.startswith("/work?sql=select+")
    drawer.get_by_role("link", name="This principal, ten minutes around").click()
    page.wait_for_url("**/see?principal=*")
    expect(page.locator("#see-bin")).to_have_text("one bar: 1 minute")
    expect(page.locator("#see-events .sum strong")).to_contain_text(desk_lab.teams[0].stage.instance_id)


def test_new_events_come_in_and_leave_the_selection(desk_lab: Lab, browse: Browse) -> None:
    """Also those that the desk does not tell of; what was chosen stays chosen."""
    page = browse()
    page.clock.install()
    visit(page, desk_lab, "?own=1&order=newest")
    drag(page, first_row(page).locator(".strip"), 0.2, 0.4)
    expect(page.locator("#see-selected")).to_be_visible()
    chosen = page.locator("#see-selected").inner_text()
    before = page.locator("#timeline .total .number").first.inner_text()
    desk_lab.teams[0].access.session().client("ec2").describe_volumes()
    total, patience = page.locator("#timeline .total .number").first, time.monotonic() + 2 * WAIT / 1000
    while total.inner_text() == before and time.monotonic() < patience:
        with page.expect_response("**/api/timeline?*"):
            page.clock.fast_forward(WAIT)
    expect(total).not_to_have_text(before)
    expect(page.locator("#see-selected")).to_have_text(chosen)


def test_a_store_in_trouble_is_said_so_and_asked_again(desk_lab: Lab, chromium: Browser) -> None:
    """In place of the picture, with a way to try again; the console may say so too."""
    context = chromium.new_context(locale="en-US")
    page = context.new_page()
    page.route("**/api/timeline?*", lambda route: route.fulfill(status=504, json={"error": "It takes too long."}))
    come_in(page, desk_lab)
    page.goto(f"{desk_lab.portal}/see")
    expect(page.locator("#timeline")).to_contain_text("It takes too long.")
    page.unroute("**/api/timeline?*")
    page.locator("#timeline").get_by_role("button", name="Try again").click()
    expect(first_row(page)).to_be_visible()
    context.close()
