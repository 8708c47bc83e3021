from __future__ import annotations

import pytest
from playwright.sync_api import expect

from infra.deploy.state import Lab
from tests.browser.accessible import violations
from tests.browser.conftest import Browse

NEED = {"en-US": "Open the link that you were given", "vi-VN": "Hãy mở đường dẫn mà bạn được cung cấp"}


@pytest.mark.parametrize("locale", list(NEED))
@pytest.mark.parametrize("dark", [False, True])
def test_whoever_has_no_link_is_told_where_to_get_one(desk_lab: Lab, browse: Browse, locale: str, dark: bool) -> None:
    """In the browser's language, readable for everybody."""
    page = browse(locale=locale, dark=dark)
    page.goto(desk_lab.portal)
    expect(page.get_by_role("heading")).to_have_text(NEED[locale])
    assert violations(page) == []


def test_a_link_opens_the_page_and_leaves_the_address(desk_lab: Lab, browse: Browse) -> None:
    """The token goes into a cookie that scripts cannot read, and into no address."""
    token = desk_lab.teams[0].access.token
    page, asked = browse(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(desk_lab.link(token))
    page.wait_for_url(f"{desk_lab.portal}/work")
    cookies = [(c["value"], c["httpOnly"], c["sameSite"]) for c in page.context.cookies()]
    assert cookies == [(token, True, "Strict")]
    assert page.evaluate("document.cookie") == ""
    assert [url for url in asked if token in url.partition("#")[0]] == []
