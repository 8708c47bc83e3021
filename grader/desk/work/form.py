"""From the fields of an answer form to a sheet of that one answer, and back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from grader.sheet.parse import SheetError
from scenario.workshop import Task

Fields = Mapping[str, Sequence[str]]
"""The values of each field of a form, in the order in which they stand there."""

_ENTRY = re.compile(r"\[(\d+)\](?:\.(\w+))?")


def fields_of(body: bytes) -> Fields:
    """The fields of a form as browsers send them (application/x-www-form-urlencoded)."""
    return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)


def answer_of(task: Task, fields: Fields) -> Any:
    """The answer that stands in the form; None where it is empty."""
    return _READ[task.input or "text"](task, fields) or None


def sheet_of(task: Task, answer: Any) -> bytes:
    """The sheet that holds this answer alone."""
    return json.dumps({task.id: answer}, ensure_ascii=False).encode("utf-8", "surrogatepass")


def places(errors: Sequence[SheetError]) -> frozenset[tuple[int, str]]:
    """Where in a list or a table the errors are: (entry from 0, field), with "" for the field of a whole entry."""
    found = (_ENTRY.search(error.path) for error in errors)
    return frozenset((int(match[1]), match[2] or "") for match in found if match)


def _text(_: Task, fields: Fields) -> str:
    return "".join(fields.get("answer", [])).strip()


def _list(_: Task, fields: Fields) -> list[str]:
    lines = "\n".join(fields.get("answer", [])).splitlines()
    return [line.strip() for line in lines if line.strip()]


def _choices(_: Task, fields: Fields) -> list[str]:
    return list(fields.get("answer", []))


def _table(task: Task, fields: Fields) -> list[dict[str, str]]:
    """Rows in which something stands, each with the fields that do: a row that lacks one is not gradable."""
    names = [column.id for column in task.columns]
    rows = zip(*(fields.get(name, []) for name in names), strict=False)
    entries = [{name: cell.strip() for name, cell in zip(names, row, strict=True) if cell.strip()} for row in rows]
    return [entry for entry in entries if entry]


_READ: Mapping[str, Callable[[Task, Fields], Any]] = {
    "text": _text,
    "list": _list,
    "table": _table,
    "choices": _choices,
}
