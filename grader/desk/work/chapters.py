"""The guide, cut into what belongs to each task, as the page shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from markdown_it import MarkdownIt
from markupsafe import Markup

from grader.notebook.write import OUTLINE
from scenario.cli import STORE_PLACEHOLDER
from scenario.language import text
from scenario.workshop import query, task, tasks
from scenario.workshop.guide import Block, Code, Prose, Query, Question, Section, guide

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One block. `html` is of prose, `source` of code and of queries, which `name` names."""

    kind: Literal["prose", "code", "query"]
    html: Markup | None = None
    source: str = ""
    name: str = ""
    opened: bool = True  # whether the query is the module's; else it is an outline


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """What the guide says of a task: the section that asks it, and those since the one before that asked."""

    task: str
    part: str  # the heading of the highest level that the section stands under
    before: tuple[Section, ...]
    section: Section


@cache
def chapters(language: str) -> tuple[Chapter, ...]:
    """One for each task, in the order of the guide."""
    made: list[Chapter] = []
    part, before = "", list[Section]()
    for section in guide(language).sections:
        part = section.title if section.level == min(s.level for s in guide(language).sections) else part
        asked = [block.task for block in section.blocks if isinstance(block, Question)]
        made += (Chapter(task=id_, part=part, before=tuple(before), section=section) for id_ in asked)
        before = [] if asked else [*before, section]
    return tuple(made)


def blocks(section: Section, language: str, opened: frozenset[str]) -> Iterator[Shown]:
    """What stands in a section. `opened` are the queries that may be seen; of any other there is an outline."""
    for block in section.blocks:
        if not isinstance(block, Question):
            yield _shown(block, opened)


def shown_query(name: str, opened: frozenset[str]) -> Shown:
    """One of the module's queries, or its outline."""
    source = query(name, store_id=STORE_PLACEHOLDER).strip() if name in opened else OUTLINE
    return Shown(kind="query", source=_aligned(source), name=name, opened=name in opened)


def inline(markdown: str) -> Markup:
    """One sentence or more: code within it, and no paragraph around it."""
    return Markup(_MARKDOWN.renderInline(markdown))  # noqa: S704 - html is off: what looks like it is escaped


def task_title(id_: str, language: str) -> str:
    """The title of a task."""
    return text(task(id_).title, language)


def opened_queries(steps: dict[str, int]) -> frozenset[str]:
    """The queries that a team may see, by how many hints it took of each task."""
    return frozenset(task.query for task in tasks() if task.query and task.opens_query(steps.get(task.id, 0)))


def _shown(block: Block, opened: frozenset[str]) -> Shown:
    match block:
        case Prose(markdown):
            return Shown(kind="prose", html=_prose(markdown))
        case Code(language, source):
            return Shown(kind="code", source=source, name=language)
        case Query(name):
            return shown_query(name, opened)
    raise TypeError(f"the page does not show {block!r}")


@cache
def _prose(markdown: str) -> Markup:
    return Markup(_MARKDOWN.render(markdown))  # noqa: S704 - as above


def _aligned(sql: str) -> str:
    """Every line at the edge, as nobody has to keep the module's indents when they change it."""
    return "\n".join(line.strip() for line in sql.splitlines())
