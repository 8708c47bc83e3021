"""A notebook as evidence: what makes a file one.

It is a notebook of nbformat 4 that was run, and it holds at least one query with what the store answered. The order in
which cells were run does not matter, and neither do errors on the way: who investigates goes back and tries again. A
notebook that had to run through without any could not be handed in any more once the instance is gone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from grader.sheet.parse import NotGradableError, SheetError, load_json, shown

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 64  # of nested JSON; an output in a format of its own may be deep
FORMAT = 4  # nbformat's major version since 2015
WHOLE = "the notebook"

_SELECT, _FROM = (re.compile(rf"\b{word}\b", re.IGNORECASE) for word in ("select", "from"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Executed:
    """What is in an executed notebook, counted."""

    cells: int  # of code
    run: int  # of these
    queries: int  # cells with SQL, of those that were run and have a result below them

    def as_json(self) -> dict[str, int]:
        """As the HTTP API shows it."""
        return asdict(self)


def read_notebook(data: bytes) -> Executed:
    """What an executed notebook holds. Raises NotGradableError: where, what was found and what was expected."""
    try:
        document = load_json(data, max_bytes=MAX_BYTES, max_depth=MAX_DEPTH)
    except NotGradableError as error:
        raise NotGradableError([_of_a_notebook(problem) for problem in error.errors]) from error
    _require_format(document)
    code = [cell for cell in document["cells"] if cell["cell_type"] == "code"]
    run = [cell for cell in code if cell["execution_count"] is not None]
    executed = Executed(cells=len(code), run=len(run), queries=sum(map(_is_answered_query, run)))
    if not executed.run:
        raise _not_gradable("cells", "no cell that was run", "a notebook that was run and then saved")
    if not executed.queries:
        raise _not_gradable(
            "cells", "no query with its result", "at least one cell with SQL and what the store answered"
        )
    return executed


def _require_format(document: Any) -> None:
    """Raises NotGradableError for what is no notebook of nbformat 4."""
    from nbformat import ValidationError, v4  # a second, and only who hands in a notebook needs it
    from nbformat.validator import get_validator

    if not isinstance(document, dict) or "nbformat" not in document:
        raise _not_gradable("", shown(document), "a Jupyter notebook (.ipynb)")
    if document["nbformat"] != FORMAT:
        raise _not_gradable("nbformat", shown(document["nbformat"]), f"{FORMAT}: open it in Jupyter and save it")
    minor = document.get("nbformat_minor")
    if type(minor) is not int or minor < 0:
        raise _not_gradable("nbformat_minor", shown(minor), "a whole number")
    known = min(minor, v4.nbformat_minor + 1)  # all that are of the future have one schema
    validator: Any = get_validator(FORMAT, known, name="fastjsonschema")  # type: ignore[no-untyped-call]
    try:
        validator.validate(document)
    except ValidationError as error:
        raise _explained(error.__cause__) from error


def _is_answered_query(cell: Mapping[str, Any]) -> bool:
    """Whether there is SQL in a cell, and below it something other than an error."""
    source = "".join(cell["source"])  # a text, or its lines
    select = _SELECT.search(source)
    sql = select and _FROM.search(source, select.end())  # one after the other: in one pattern it would not be linear
    return bool(sql) and any(output["output_type"] != "error" for output in cell["outputs"])


def _explained(problem: Any) -> NotGradableError:
    """Of fastjsonschema's error the place, the value and the rule. It stops at the first, in linear time."""
    _, *parts = problem.path  # the first is a name for the whole
    path = "".join(f"[{part}]" if part.isdecimal() else f".{part[:100]}" for part in parts).removeprefix(".")
    rule = problem.rule if problem.rule == "oneOf" else f"{problem.rule} {shown(problem.rule_definition)}"
    return _not_gradable(path, shown(problem.value), f"what nbformat says: {rule}")


def _of_a_notebook(problem: SheetError) -> SheetError:
    return SheetError(problem.path or WHOLE, problem.found, problem.expected)


def _not_gradable(path: str, found: str, expected: str) -> NotGradableError:
    return NotGradableError([SheetError(path or WHOLE, found, expected)])
