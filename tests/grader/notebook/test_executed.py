from __future__ import annotations

import json
from typing import Any

import pytest

from grader.notebook.executed import MAX_BYTES, Executed, read_notebook
from grader.sheet.parse import NotGradableError

ROWS = {"output_type": "execute_result", "execution_count": 2, "metadata": {}, "data": {"text/plain": "  total\n0  17"}}
ERROR = {"output_type": "error", "ename": "QueryRejectedError", "evalue": "no", "traceback": ["no"]}
SQL = "select eventname\nfrom EDS_ID"


def code(source: str | list[str], *outputs: dict[str, Any], count: int | None = 1) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": count,
        "metadata": {},
        "source": source,
        "outputs": list(outputs),
    }


def notebook(*cells: dict[str, Any], **more: Any) -> bytes:
    document = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": list(cells), **more}
    return json.dumps(document).encode()


def test_what_is_in_it_is_counted() -> None:
    """Cells of code, those that were run, and queries with a result, in whatever order and form they were run."""
    text = {"cell_type": "markdown", "metadata": {}, "source": SQL}
    cells = [
        code(f'query("{SQL}")', ROWS, count=7),
        code(["x = query(", f'"{SQL}")\n', "x"], ERROR, ROWS, count=2),
        code(f'query("{SQL.upper()}")', ERROR, count=3),
        code(f'query("{SQL}")', count=None),
        code("submit(instance_id='i-0')", ROWS, count=2),
        text,
    ]
    assert read_notebook(notebook(*cells)) == Executed(cells=5, run=4, queries=2)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the notebook: expected a JSON text, found Expecting value at line 1, column 1"),
        (
            b"\xff\xfe{}",
            "the notebook: expected text in UTF-8 (in PowerShell: Out-File -Encoding utf8), found text in UTF-16",
        ),
        (b'{"instance_id": "i-0"}', 'the notebook: expected a Jupyter notebook (.ipynb), found {"instance_id": "i-0"}'),
        (b"[]", "the notebook: expected a Jupyter notebook (.ipynb), found []"),
        (b"[" * 100, "the notebook: expected at most 64 levels, found lists and objects nested 100 deep"),
        (b" " * (MAX_BYTES + 1), f"the notebook: expected at most {MAX_BYTES} bytes, found {MAX_BYTES + 1} bytes"),
        (notebook(nbformat=3), "nbformat: expected 4: open it in Jupyter and save it, found 3"),
        (notebook(nbformat_minor="5"), 'nbformat_minor: expected a whole number, found "5"'),
        (notebook(cells={}), 'cells: expected what nbformat says: type "array", found {}'),
        (notebook(metadata=1), 'metadata: expected what nbformat says: type "object", found 1'),
        (
            notebook({"cell_type": "code", "metadata": {}}),
            'cells[0]: expected what nbformat says: oneOf, found {"cell_type": "code", "metadata": {}}',
        ),
        (notebook(), "cells: expected a notebook that was run and then saved, found no cell that was run"),
        (
            notebook(code(SQL, count=None)),
            "cells: expected a notebook that was run and then saved, found no cell that was run",
        ),
        (
            notebook(code(SQL, ERROR), code("1 + 1", ROWS)),
            "cells: expected at least one cell with SQL and what the store answered, found no query with its result",
        ),
    ],
)
def test_what_is_no_evidence_is_explained(data: bytes, said: str) -> None:
    """Where, what was found, and what was expected."""
    with pytest.raises(NotGradableError) as refused:
        read_notebook(data)
    assert str(refused.value) == said


def test_a_notebook_of_a_later_nbformat_is_read() -> None:
    """What is not known yet is no error."""
    later = notebook({**code(SQL, ROWS), "id": "one", "strange": 1}, nbformat_minor=99, strange=True)
    assert read_notebook(later) == Executed(cells=1, run=1, queries=1)


def test_a_file_that_is_wrong_all_over_is_refused_by_its_first_error() -> None:
    """Nobody keeps the desk busy with one."""
    lines = code(["", 1] * 500_000)  # type: ignore[list-item]
    with pytest.raises(NotGradableError) as refused:
        read_notebook(notebook(lines))
    assert [error.path for error in refused.value.errors] == ["cells[0]"]
