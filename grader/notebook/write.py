"""The guide as a notebook: prose becomes text, and what learners do becomes cells.

A query that its task's hints charge for is a cell with an outline of it; any other is there as the module asks it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import singledispatch
from itertools import groupby
from typing import Any

from grader.notebook.words import Words
from scenario.cli import STORE_PLACEHOLDER
from scenario.language import text
from scenario.workshop import Task, query, task, tasks
from scenario.workshop.guide import Code, Guide, Prose, Query, Question, Section

SET_UP = """\
from grader.notebook.lab import set_up

query, submit, hint, status, bars, timeline = set_up(team="{team}", language="{language}")"""

QUERY = '''\
{name} = query("""
{sql}
""")
{name}'''
HELP = """\
# {help}
# hint("{task}")
"""
OUTLINE = """\
select <COLUMNS>
from EDS_ID
where useridentity.principalid like '%:<INSTANCE_ID>'"""

BARS = "# {see}\nbars({name})"
TIMELINE = '''\
# {see}
timeline(query("""
select eventtime, eventname
from EDS_ID
where useridentity.principalid like '%:<INSTANCE_ID>'
"""))'''
CHARTS = {"list_buckets": BARS, "actions": BARS, "footprint": TIMELINE}
"""What a picture shows better than the rows, by the query that it comes after."""

OPEN = {
    "text": "submit({id}=...)",
    "list": "submit({id}=[...])",
    "table": "submit({id}=[{{{entry}}}])",
    "choices": "submit({id}=[...])",
}
"""The cell that hands in an answer, by the input of its task."""


METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A cell, or a part of one: what is no code is joined with its like before and after it."""

    id: str
    source: str
    code: bool = False


def notebook(guide: Guide, *, team: str, language: str) -> str:
    """This team's notebook as its file holds it, nbformat 4.5; the same each time. It holds no secret."""
    from nbformat import v4, writes  # a second: nbformat reads every optional format of JSON Schema

    words = Words(language)
    cells = [*_cells(guide, words), Piece("status", "status()", code=True)]
    first = next(place for place, piece in enumerate(cells) if piece.code)
    cells.insert(first, Piece("set-up", SET_UP.format(team=team, language=language), code=True))
    new: Mapping[bool, Any] = {True: v4.new_code_cell, False: v4.new_markdown_cell}
    made: Any = v4.new_notebook(  # type: ignore[no-untyped-call]
        cells=[new[piece.code](piece.source, id=piece.id) for piece in cells], metadata=METADATA
    )
    document: str = writes(made)  # type: ignore[no-untyped-call]
    return document


def _cells(guide: Guide, words: Words) -> Iterator[Piece]:
    yield Piece("title", f"# {guide.title}")
    for section in guide.sections:
        for code, alike in groupby(_pieces(section, words), key=lambda piece: piece.code):
            pieces = list(alike)
            yield from pieces if code else [_joined(pieces)]


def _joined(pieces: Sequence[Piece]) -> Piece:
    return Piece(pieces[0].id, "\n\n".join(piece.source for piece in pieces))


def _pieces(section: Section, words: Words) -> Iterator[Piece]:
    yield Piece(section.id, f"{'#' * section.level} {section.title}")
    for place, block in enumerate(section.blocks, 1):
        yield from _of(block, f"{section.id}-{place}", words)


@singledispatch
def _of(block: Any, id_: str, words: Words) -> Iterator[Piece]:
    """The pieces of one block of the guide."""
    raise TypeError(f"the notebook has no cell for {block!r}")


@_of.register
def _(block: Prose, id_: str, words: Words) -> Iterator[Piece]:
    yield Piece(id_, block.markdown)


@_of.register
def _(block: Code, id_: str, words: Words) -> Iterator[Piece]:
    code = block.language == "python"
    yield Piece(id_, block.text if code else f"```{block.language}\n{block.text}\n```", code=code)


@_of.register
def _(block: Query, id_: str, words: Words) -> Iterator[Piece]:
    """The query or its outline, and a picture of what was found."""
    asked = next(task for task in tasks() if task.query == block.name)
    sql = query(block.name, store_id=STORE_PLACEHOLDER).strip() if asked.opens_query(0) else OUTLINE
    help_ = HELP.format(help=words.say("query_help", cost=asked.hints[0].cost), task=asked.id)
    yield Piece(f"query-{block.name}", help_ + QUERY.format(name=block.name, sql=sql), code=True)
    if chart := CHARTS.get(block.name):
        see = words.say("see" if chart is BARS else "see_when")
        yield Piece(f"chart-{block.name}", chart.format(name=block.name, see=see), code=True)


@_of.register
def _(block: Question, id_: str, words: Words) -> Iterator[Piece]:
    """What is asked, and the cell that answers it; of what is to be done, the cell that shows how it stands."""
    asked = task(block.task)
    yield Piece(f"question-{asked.id}", "\n\n".join(_asked(asked, words)))
    entry = ", ".join(f'"{column.id}": ...' for column in asked.columns)
    answer = OPEN[asked.input].format(id=asked.id, entry=entry) if asked.input else f'status("{asked.id}")'
    yield Piece(f"answer-{asked.id}", answer, code=True)


def _asked(asked: Task, words: Words) -> Iterator[str]:
    title = words.say("points", title=text(asked.title, words.language), points=asked.points)
    yield f"**{title}**"
    yield text(asked.question, words.language)
    if asked.choices:
        yield "\n".join(f"- `{choice.id}`: {text(choice.text, words.language)}" for choice in asked.choices)
    if asked.input:
        yield words.say(f"answer_{asked.input}", task=asked.id, query=asked.query)
