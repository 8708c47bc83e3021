"""The guide as pages of Markdown: one for each of its parts, with the questions where they are asked.

The words are those of `scenario.workshop.guide`; what belongs to Workshop Studio alone is in texts.json.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from grader.desk.work.chapters import opened_queries, shown_query
from grader.notebook.words import Words
from scenario.language import LANGUAGES, text
from scenario.workshop import task
from scenario.workshop.guide import Block, Code, Prose, Query, Question, Section, guide

UNTOUCHED = opened_queries({})  # the queries that nobody has to pay a hint for


@dataclass(frozen=True, slots=True)
class Page:
    """One page. Its name is a folder's, empty for the first page."""

    name: str
    title: str
    body: str


def pages(language: str) -> Iterator[Page]:
    """The pages in their order. Raises UnknownLanguageError."""
    first, *rest = _parts(guide(language).sections)
    yield Page("", guide(language).title, _body(first, language))
    yield Page("access", *texts(language))
    for part in rest:
        yield Page(part[0].id, part[0].title, _body(part, language))


def texts(language: str) -> tuple[str, str]:
    """Title and body of the page that tells how to get in."""
    said = json.loads(files(__name__.rpartition(".")[0]).joinpath("texts.json").read_text("utf-8"))
    return text(said["title"], language), "\n".join(said["body"][language])


def as_files() -> dict[str, str]:
    """Every page in every language, by its path in Workshop Studio's `content` folder."""
    return {
        "/".join(part for part in ("content", page.name, f"index.{language}.md") if part): _written(page, place * 10)
        for language in LANGUAGES
        for place, page in enumerate(pages(language))
    }


def _parts(sections: tuple[Section, ...]) -> list[list[Section]]:
    """Sections of the highest level, each with those below it."""
    parts: list[list[Section]] = []
    for section in sections:
        if section.level == 2:
            parts.append([])
        parts[-1].append(section)
    return parts


def _body(part: list[Section], language: str) -> str:
    return "\n\n".join(piece for place, section in enumerate(part) for piece in _section(section, language, place > 0))


def _section(section: Section, language: str, headed: bool) -> Iterator[str]:
    if headed:
        yield f"{'#' * (section.level - 1)} {section.title}"
    for block in section.blocks:
        yield _block(block, language)


def _block(block: Block, language: str) -> str:
    match block:
        case Prose(markdown):
            return markdown
        case Code(kind, source):
            return _fence(kind, source)
        case Query(name):
            return _fence("sql", shown_query(name, UNTOUCHED).source)
        case Question(id_):
            return _question(id_, language)


def _question(id_: str, language: str) -> str:
    asked, words = task(id_), Words(language)
    title = words.say("points", title=text(asked.title, language), points=asked.points)
    choices = "\n".join(f"- {text(choice.text, language)}" for choice in asked.choices)
    return "\n\n".join(part for part in (f"**{title}**", text(asked.question, language), choices) if part)


def _fence(kind: str, source: str) -> str:
    return f"```{kind}\n{source}\n```"


def _written(page: Page, weight: int) -> str:
    head: Mapping[str, Any] = {"title": page.title, "weight": weight}
    front = "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in head.items())
    return f"---\n{front}\n---\n\n{page.body}\n"
