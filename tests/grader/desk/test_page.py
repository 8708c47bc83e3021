from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from grader.desk.page import HERE, Pages, counted, language_of, words
from scenario.language import LANGUAGES

TEXTS = sorted((HERE / "texts").glob("*.json"))


def request(query: str = "", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": query.encode(),
        "headers": raw,
        "scheme": "http",
        "server": ("lab", 80),
    }
    return Request(scope)


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        (request(), "en"),
        (request(accept_language="vi-VN,vi;q=0.9,en;q=0.8"), "vi"),
        (request(accept_language="fr-FR,fr;q=0.9,vi;q=0.5,en;q=0.1"), "vi"),
        (request(accept_language="fr"), "en"),
        (request(accept_language="vi", cookie="lab-language=en"), "en"),
        (request("lang=vi", accept_language="en", cookie="lab-language=en"), "vi"),
        (request("lang=fr", accept_language="vi"), "vi"),
    ],
)
def test_the_language_is_the_choice_else_the_browsers(asked: Request, language: str) -> None:
    """What was switched to, now or earlier, goes before what the browser prefers."""
    assert language_of(asked) == language


def test_numbers_are_written_as_the_language_writes_them() -> None:
    """As the charts do."""
    assert {language: counted(20_260, language) for language in LANGUAGES} == {"en": "20,260", "vi": "20.260"}


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_every_word_is_there_in_every_language(path: Path) -> None:
    """The same placeholders in each, and nothing empty."""
    for key, texts in json.loads(path.read_text("utf-8")).items():
        assert tuple(texts) == LANGUAGES, key
        blanks = [sorted(re.findall(r"\{\w*\}|%s", words)) for words in texts.values()]
        assert all(texts.values()), key
        assert blanks == [blanks[0]] * len(blanks), key


def test_every_word_is_used() -> None:
    """In a template, or in code by its name; what is only ever named by a variable is of shell and refused."""
    templates = "".join(path.read_text("utf-8") for path in (HERE / "templates").glob("*.html"))
    code = "".join(path.read_text("utf-8") for path in [*HERE.rglob("*.py"), *(HERE / "static" / "work").glob("*.js")])
    named = {"shell", "refused"}
    unused = [
        f"{view}.{key}"
        for view, texts in words("en").items()
        if view not in named
        for key in texts
        if not re.search(rf"\b{view}\.{key}\b|\b{view}\[", templates) and f'"{key}"' not in code
    ]
    assert unused == []


def test_a_word_is_meant_and_not_a_method() -> None:
    """Also where it is called as what every dict has."""
    shown = Pages().environment.from_string("{{ _.shell.copy }}, {{ _.shell['copy'] }}, {{ given.items() | length }}")
    assert shown.render(_=words("vi"), given={"a": 1}) == "Sao chép, Sao chép, 1"


def test_what_others_wrote_is_never_markup() -> None:
    """Values are escaped wherever a template shows them."""
    said = Pages().part(request(), "refused.html", status="<script>alert(1)</script>", nonce="n")
    assert "<script>alert" not in said
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in said


@pytest.mark.parametrize("path", sorted((HERE / "templates").glob("*.html")), ids=lambda path: path.name)
def test_no_template_holds_what_the_policy_forbids(path: Path) -> None:
    """No inline style, no inline script, no handler, and nothing marked as safe."""
    markup = path.read_text("utf-8")
    assert re.findall(r"\sstyle=|\son\w+=|\|\s*safe|<style|javascript:", markup) == []
    inline = [
        tag for tag in re.findall(r"<script[^>]*>", markup) if "src=" not in tag and "application/json" not in tag
    ]
    assert inline == []
