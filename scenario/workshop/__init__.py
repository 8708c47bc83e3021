"""What the workshop asks: its tasks, its queries and the form of an answer sheet, all as data beside this file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from scenario.language import Text

QUERIES = ("list_buckets", "actions", "read_only", "put_objects", "footprint")  # in the order of the module

INSTANCE_BLANK = "<INSTANCE_ID>"  # as the module writes it


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One choice of a multiple-choice task."""

    id: str
    correct: bool
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of an answer that is a table. The id is the field of each entry."""

    id: str
    source: str  # the column of the event data store that it comes from
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """One step of help, and the points that showing it takes from its task."""

    cost: int
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One question, or one containment goal. The id of a question is its field in the answer sheet."""

    id: str
    points: int
    kind: Literal["answer", "containment"]
    title: Text
    question: Text
    input: Literal["text", "list", "table", "choices"] | None = None  # None: nothing to enter, something to do
    query: str | None = None  # the query that leads to the answer
    pattern: str | None = None  # what is in every entry, for a remark while it is typed; a regular expression
    label: Text | None = None  # of the field where the answer is entered
    how: Text | None = None  # to enter it
    columns: tuple[Column, ...] = ()
    choices: tuple[Choice, ...] = ()
    hints: tuple[Hint, ...]  # a nudge, the shape of the query or call, the query or call itself

    def as_json(self) -> dict[str, Any]:
        """The task as learners may see it: without which choices are right, and with what hints cost, not with them."""
        return {
            "id": self.id,
            "points": self.points,
            "kind": self.kind,
            "title": dict(self.title),
            "question": dict(self.question),
            "input": self.input,
            "label": self.label,
            "how": self.how,
            "columns": [{"id": column.id, "label": dict(column.label)} for column in self.columns],
            "choices": [{"id": choice.id, "text": dict(choice.text)} for choice in self.choices],
            "hint_costs": [hint.cost for hint in self.hints],
        }

    def cost(self, steps: int) -> int:
        """Points that the first so many hints take."""
        return sum(hint.cost for hint in self.hints[:steps])

    def opens_query(self, steps: int) -> bool:
        """Whether whoever was shown so many hints may see the query: after the last one, or where that is free."""
        return steps >= len(self.hints) or not self.hints[-1].cost

    def shown_hints(self, steps: int, *, store_id: str) -> list[dict[str, Any]]:
        """The first so many hints as learners see them; the last of them holds the task's query, where it has one."""
        last = len(self.hints)
        return [
            {
                "step": step,
                "cost": hint.cost,
                "text": dict(hint.text),
                "query": query(self.query, store_id=store_id) if self.query and step == last else None,
            }
            for step, hint in enumerate(self.hints[:steps], 1)
        ]


@cache
def tasks() -> tuple[Task, ...]:
    """All tasks, in the order in which they are asked and reported."""
    return tuple(
        Task(
            **{
                **raw,
                "columns": tuple(Column(**column) for column in raw.get("columns", ())),
                "choices": tuple(Choice(**choice) for choice in raw.get("choices", ())),
                "hints": tuple(Hint(**hint) for hint in raw["hints"]),
            }
        )
        for raw in json.loads(_read("tasks.json"))["tasks"]
    )


def task(id_: str) -> Task:
    """The task of that id. Raises KeyError if there is none."""
    return {task.id: task for task in tasks()}[id_]


@cache
def sheet_schema() -> Mapping[str, Any]:
    """The JSON Schema (draft 2020-12) of the answer sheet. Do not change what you get: it is shared."""
    schema: Mapping[str, Any] = json.loads(_read("sheet.schema.json"))
    return schema


def query(name: str, *, store_id: str, instance_id: str = INSTANCE_BLANK) -> str:
    """One of the module's queries, with its blanks filled in; see `QUERIES` for the names.

    Without an instance its blank stays: who asks for a query may have to find the instance first.
    """
    return _read(f"queries/{name}.sql").replace("EDS_ID", store_id).replace(INSTANCE_BLANK, instance_id)


def _read(name: str) -> str:
    return files(__name__).joinpath(name).read_text("utf-8")
