"""The guide of the module, in each language one Markdown file in guide/: the source of both the page and the notebook.

    # Title
    ## Heading {#id}          a section: ids, levels and blocks are the same in every language
    Prose in CommonMark.
    ```query actions          the module's query of that name; its body is empty
    ```question primary_call  the task of that id, asked here; its body is empty
    ```python                 code, in whatever language the fence names

An id is letters, digits and underscores; a fence begins and ends at the edge of its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from scenario.language import known


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs, lists and tables, in CommonMark with tables."""

    markdown: str


@dataclass(frozen=True, slots=True)
class Query:
    """The place of one of the module's queries: `scenario.workshop.QUERIES`."""

    name: str


@dataclass(frozen=True, slots=True)
class Code:
    """Code to run: a cell of the notebook where `language` is "python", for a terminal where it is "sh"."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """The place where a task is asked, by its id."""

    task: str


Block = Prose | Query | Code | Question


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it, up to the next heading of any level."""

    id: str
    level: int
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """The whole guide, from first to last section."""

    title: str
    sections: tuple[Section, ...]


@cache
def guide(language: str) -> Guide:
    """The guide in that language. Raises UnknownLanguageError."""
    return parsed(files("scenario.workshop").joinpath(f"guide/{known(language)}.md").read_text("utf-8"))


_HEADING = re.compile(r"^(#{2,6}) (.+) \{#(\w+)\}$", re.MULTILINE)
_FENCE = re.compile(r"^```(\w+) ?(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def parsed(text: str) -> Guide:
    """A guide from its Markdown."""
    title, *parts = _HEADING.split(text)
    sections = zip(parts[0::4], parts[1::4], parts[2::4], parts[3::4], strict=True)
    return Guide(
        title.strip().removeprefix("# "),
        tuple(Section(id_, len(marks), heading, tuple(_blocks(body))) for marks, heading, id_, body in sections),
    )


def _blocks(body: str) -> Iterator[Block]:
    """Prose and fences, in turn."""
    prose, *parts = _FENCE.split(body)
    yield from _prose(prose)
    for kind, name, code, after in zip(parts[0::4], parts[1::4], parts[2::4], parts[3::4], strict=True):
        yield _fenced(kind, name, code)
        yield from _prose(after)


def _prose(markdown: str) -> Iterator[Prose]:
    if markdown.strip():
        yield Prose(markdown.strip())


def _fenced(kind: str, name: str, code: str) -> Block:
    if kind == "query":
        return Query(name)
    return Question(name) if kind == "question" else Code(kind, code.rstrip("\n"))
