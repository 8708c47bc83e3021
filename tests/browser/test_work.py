"""The Work view in a browser: from the first query to a verdict."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from infra.deploy.state import Lab, Team
from scenario.answer_key import key_of
from tests.browser.accessible import violations
from tests.browser.conftest import Browse

HOSTILE = "<img src=x onerror=\"document.title='taken over'\">"


def opened(page: Page, lab: Lab, team: Team, path: str = "/work") -> Page:
    """The page of a team, at a path of it, once the editor is there."""
    page.goto(lab.link(team.access.token))
    page.wait_for_url("**/work")
    page.goto(f"{lab.portal}{path}")
    expect(page.locator(".cm-content")).to_be_attached()
    return page


def typed(page: Page, sql: str) -> None:
    """Put SQL into the editor by keyboard, in place of what is there."""
    page.locator(".cm-content").press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(sql)


def run(page: Page, sql: str, told: str | re.Pattern[str]) -> None:
    """Run it, and wait until the page says how many rows there are."""
    typed(page, sql)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#results-count")).to_have_text(told)


def cell(page: Page, row: int, column: int) -> Locator:
    """A cell of the grid, counted from 0."""
    return page.locator(".tabulator-row").nth(row).locator(".tabulator-cell").nth(column)


def key(lab: Lab, team: Team) -> dict[str, Any]:
    """The perfect sheet."""
    return dict(key_of(team.stage, lab.seed))


def hand_in(lab: Lab, team: Team, sheet: dict[str, Any]) -> None:
    """As a team mate does elsewhere."""
    bearer = {"Authorization": f"Bearer {team.access.token}"}
    assert httpx.post(f"{lab.portal}/api/sheet", headers=bearer, json=sheet).status_code == 200


def test_a_learner_needs_no_mouse(desk_lab: Lab, browse: Browse) -> None:
    """The module's query, its rows, a wrong answer and the right one: by keyboard from first to last."""
    team = desk_lab.teams[0]
    page = opened(browse(), desk_lab, team)
    page.get_by_role("button", name="Open in the editor").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#results-count")).to_have_text(re.compile(r"^3 rows in "))
    page.keyboard.press("Escape")
    expect(page.locator("#run")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#as-table")).to_be_focused()
    page.locator(".tabulator-tableholder").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#use-value")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#answer-field")).to_be_focused()
    expect(page.locator("#answer-field")).to_have_value(re.compile(r"^i-[0-9a-f]{17}$"))
    page.keyboard.press("Enter")
    expect(page.locator("#verdict .verdict.fail")).to_be_visible()
    expect(page.locator("#answer")).to_contain_text("Attempts left: 9")
    page.locator("#answer-field").press("ControlOrMeta+a")
    page.keyboard.type(key(desk_lab, team)["instance_id"])
    page.keyboard.press("Enter")
    expect(page.locator("#verdict .verdict.pass")).to_be_visible()
    expect(page.locator("#tasks [aria-current] .state.pass")).to_be_visible()
    expect(page.locator("#score")).to_contain_text("10 / 100")
    page.locator("#go-on").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("The primary call")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("The primary call")


def test_a_hint_puts_the_query_one_click_away(desk_lab: Lab, browse: Browse) -> None:
    """It says what it costs before it is taken, opens with the blank chosen, and is refused with the blank in it."""
    team = desk_lab.teams[1]
    page = opened(browse(), desk_lab, team, "/work/primary_call")
    expect(page.locator("#query-actions")).to_contain_text("select <COLUMNS>")
    for step, cost in enumerate((1, 2, 3), 1):
        expect(page.locator("#next-hint")).to_contain_text(f"costs {cost}")
        page.locator("#next-hint").click()
        expect(page.locator(f"#hint-{step}")).to_be_visible()
    expect(page.locator("#query-actions")).to_contain_text("group by eventname")
    page.locator("#hint-3 [data-edit]").click()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".cm-lintRange-error")).to_have_text("<INSTANCE_ID>")
    expect(page.locator("#results-trouble")).to_contain_text("Fill in <INSTANCE_ID> first")
    page.locator("#hint-3 [data-edit]").click()
    page.keyboard.insert_text(key(desk_lab, team)["instance_id"])
    page.keyboard.press("Control+Enter")
    expect(page.locator("#results-count")).to_have_text(re.compile(r"rows in "))
    cell(page, 0, 0).click()
    page.locator("#use-value").click()
    page.locator("#answer-send").click()
    expect(page.locator("#verdict")).to_contain_text("4 of 10 points")
    page.locator("#as-chart").click()
    expect(page.locator("#chart canvas")).to_be_visible()
    expect(page.locator("#chart")).to_have_attribute("aria-label", "total by eventname")


def test_an_error_is_marked_at_its_place(desk_lab: Lab, browse: Browse) -> None:
    """In the editor, with the store's words; a button leads there."""
    page = opened(browse(), desk_lab, desk_lab.teams[0])
    typed(page, "select eventname\nfrom EDS_ID where eventnam = 'x'")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".cm-lintRange-error")).to_have_text("eventnam")
    expect(page.locator("#results-trouble")).to_contain_text("did you mean eventname?")
    page.get_by_role("button", name="Line 2, column 19").click()
    expect(page.locator(".cm-content")).to_be_focused()
    expect(page.locator(".cm-activeLine")).to_contain_text("eventnam")


def test_what_was_logged_is_never_markup(desk_lab: Lab, browse: Browse, tmp_path: Path) -> None:
    """In cells, headers, the dialog, the history, the answer and the file; a formula is made harmless there."""
    page = opened(browse(), desk_lab, desk_lab.teams[0], "/work/uploaded_files")
    text = HOSTILE.replace("'", "''")
    run(
        page,
        f"select '{text}' as \"<b>bold</b>\", '{{key={text}, x=1}}' as fields, '=1+1' as formula, '' as nothing, "
        "eventid from EDS_ID limit 1",
        re.compile("^1 row in "),
    )
    expect(cell(page, 0, 0)).to_have_text(HOSTILE)
    expect(page.locator(".tabulator-col-title").first).to_have_text("<b>bold</b>")
    expect(cell(page, 0, 3)).to_have_text("NULL")
    cell(page, 0, 1).click()
    expect(page.locator("#cell-event")).to_have_attribute("href", re.compile("^/see/event/[0-9a-f-]{36}$"))
    page.locator("#cell-whole").click()
    expect(page.locator("#whole tbody td").first).to_have_text(HOSTILE)
    page.get_by_role("button", name="Use: key").click()
    expect(page.locator("#answer-field")).to_have_value(HOSTILE)
    with page.expect_download() as download:
        page.locator("#csv").click()
    download.value.save_as(tmp_path / "results.csv")
    quoted = HOSTILE.replace('"', '""')
    assert (tmp_path / "results.csv").read_text("utf-8-sig").splitlines()[1].startswith(f'"{quoted}",')
    assert ",'=1+1,," in (tmp_path / "results.csv").read_text("utf-8-sig")
    page.locator("#history-open").click()
    expect(page.locator("#history-list code").first).to_contain_text("<img src=x")
    assert page.locator("main img").count() == 0
    assert "taken over" not in page.title()


def test_rows_fill_the_table_of_an_answer(desk_lab: Lab, browse: Browse) -> None:
    """All of them at once from the results, or pasted; an incomplete row is remarked on while it is typed."""
    page = opened(browse(), desk_lab, desk_lab.teams[1], "/work/footprint")
    page.locator('input[name="action"]').first.fill("ListBuckets")
    expect(page.locator("#answer-check")).to_have_text("Row 1 is incomplete")
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text/plain", "ListBuckets\\ts3\\tus-east-1\\nGetObject\\ts3\\teu-west-1\\n");
          document.querySelector('input[name="action"]').dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.locator("#answer-check")).to_have_text("Entries: 2")
    who = key(desk_lab, desk_lab.teams[1])["instance_id"]
    run(
        page,
        "select eventname, count(*) as total, eventsource, awsregion from EDS_ID "
        f"where useridentity.principalid like '%:{who}' group by 1, 3, 4",
        re.compile("rows in "),
    )
    page.locator("#use-rows").click()
    page.locator("#answer-send").click()
    expect(page.locator("#verdict .verdict.pass")).to_be_visible()


def test_lists_take_a_whole_column_and_name_what_comes_twice(desk_lab: Lab, browse: Browse) -> None:
    """Each value once; a list that somebody typed is remarked on."""
    page = opened(browse(), desk_lab, desk_lab.teams[0], "/work/read_only_calls")
    page.locator("#answer-field").fill("ListBuckets\nListBuckets")
    expect(page.locator("#answer-check")).to_have_text("Entries: 2; the same entry comes twice: ListBuckets")
    run(page, "select distinct eventname, awsregion from EDS_ID where readonly = true", re.compile("rows in "))
    cell(page, 0, 0).click()
    page.locator("#use-column").click()
    expect(page.locator("#answer-check")).to_have_text(re.compile(r"^Entries: \d+$"))


def test_what_a_mate_hands_in_appears(desk_lab: Lab, browse: Browse) -> None:
    """At once; but what is being typed is not taken away."""
    team = desk_lab.teams[0]
    page = opened(browse(), desk_lab, team, "/work/primary_call")
    expect(page.locator("#live.live")).to_be_visible()
    hand_in(desk_lab, team, {"primary_call": "GetObject"})
    expect(page.locator("#answer-field")).to_have_value("GetObject")
    expect(page.locator("#verdict")).to_contain_text("Handed in, and not graded yet.")
    page.locator("#answer-field").fill("mine")
    hand_in(desk_lab, team, {"primary_call": "ListUsers"})
    expect(page.locator("#mate")).to_be_visible()
    expect(page.locator("#answer-field")).to_have_value("mine")
    page.locator("#mate-show").click()
    expect(page.locator("#answer-field")).to_have_value("ListUsers")


def test_a_malformed_answer_is_explained_at_the_field(desk_lab: Lab, chromium: Browser) -> None:
    """With what was typed still there. A browser reports the refusal to its console, which is no fault."""
    with chromium.new_context(locale="en-US") as context:
        page = opened(context.new_page(), desk_lab, desk_lab.teams[0], "/work/primary_call")
        page.locator("#answer-field").fill("x" * 300)
        expect(page.locator("#answer-check")).to_have_text("Too long: at most 256 characters")
        page.locator("#answer-send").click()
        expect(page.locator("#answer-errors")).to_contain_text("No attempt was used.")
        expect(page.locator("#answer-field")).to_have_value("x" * 300)
        expect(page.locator("#answer-field")).to_have_attribute("aria-invalid", "true")


def test_a_query_can_be_stopped(desk_lab: Lab, browse: Browse) -> None:
    """By a button, and by Escape."""
    page = opened(browse(), desk_lab, desk_lab.teams[0])
    typed(page, "select count(*) from EDS_ID a, EDS_ID b, EDS_ID c where concat(a.eventid, b.eventid) < c.eventid")
    page.keyboard.press("Control+Enter")
    page.locator("#stop").click()
    expect(page.locator("#results-trouble")).to_have_text("Stopped")
    expect(page.locator("#run")).to_be_focused()


def test_completion_knows_the_store(desk_lab: Lab, browse: Browse) -> None:
    """Columns outside of texts, calls within them."""
    page = opened(browse(), desk_lab, desk_lab.teams[0])
    typed(page, "select useridentity.prin")
    page.keyboard.type("c")
    expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("useridentity.principalid")
    page.keyboard.press("Escape")
    expect(page.locator(".cm-content")).to_be_focused()
    typed(page, "select eventname from EDS_ID where eventname = '")
    page.keyboard.type("PutO")
    expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("PutObject")


@pytest.mark.parametrize(("locale", "dark"), [("en-US", True), ("vi-VN", False)])
def test_everybody_can_use_it(desk_lab: Lab, browse: Browse, locale: str, dark: bool) -> None:
    """With rows and a chosen cell on the page, and for each kind of answer."""
    page = opened(browse(locale=locale, dark=dark), desk_lab, desk_lab.teams[0], "/work?sql=select+eventid+from+EDS_ID")
    page.locator("#run").click()
    expect(page.locator("#results-tools")).to_be_visible()
    cell(page, 0, 0).click()
    assert violations(page) == []
    for task in ("uploaded_files", "footprint", "prevention", "isolated"):
        page.locator(f'#tasks a[href="/work/{task}"]').click()
        expect(page.locator(f'#task[data-task="{task}"]')).to_be_visible()
        assert violations(page) == []


def test_a_phone_shows_one_part_at_a_time(desk_lab: Lab, browse: Browse) -> None:
    """In Vietnamese; running leads to the results, a chosen cell back to the answer, and nothing is cut off."""
    page = opened(browse(locale="vi-VN", width=390, height=844), desk_lab, desk_lab.teams[0], "/work/instance_id")
    page.locator("#query-list_buckets [data-edit]").click()
    expect(page.locator("#task")).to_be_hidden()
    page.locator("#run").click()
    expect(page.locator("#results-count")).to_have_text(re.compile("^3 dòng trong "))
    cell(page, 0, 0).click()
    page.get_by_role("button", name="Dùng làm câu trả lời").click()
    expect(page.locator("#answer-field")).to_be_focused()
    page.locator("#answer-send").click()
    expect(page.locator("#verdict .verdict.pass")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert violations(page) == []


def test_the_first_page_is_small(desk_lab: Lab, browse: Browse) -> None:
    """350 KB as it is transferred, everything included: grid and charts come when there is something to show."""
    page = browse()
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    sizes: list[float] = []
    client.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    opened(page, desk_lab, desk_lab.teams[0])
    expect(page.locator("#score")).to_contain_text("/ 100")
    assert sum(sizes) < 350_000
    assert json.loads(page.evaluate("JSON.stringify(performance.getEntriesByType('resource').map(e => e.name))"))
