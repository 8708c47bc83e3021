"""Notebooks as a learner works in them: blanks filled in, run in a real kernel."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from scenario.access import Access
from scenario.workshop import QUERIES, query

Notebook = Any  # nbformat's nodes are untyped


def read(document: str) -> Notebook:
    """A notebook, valid by nbformat's own schema."""
    notebook = nbformat.reads(document, 4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    return notebook


def cells(notebook: Notebook) -> dict[str, Any]:
    """The cells that can be run, by id."""
    return {cell.id: cell for cell in notebook.cells if cell.cell_type == "code"}


def fill_in(notebook: Notebook, sheet: Mapping[str, Any]) -> None:
    """Do as a learner does who knows the answers: write the queries, replace the blanks, answer the questions."""
    for cell in cells(notebook).values():
        cell.source = cell.source.replace("<INSTANCE_ID>", sheet["instance_id"])
    for name in QUERIES:
        sql = query(name, store_id="EDS_ID", instance_id=sheet["instance_id"])
        cells(notebook)[f"query-{name}"].source = f'{name} = query("""\n{sql}""")\n{name}'
    for task, answer in sheet.items():
        cells(notebook)[f"answer-{task}"].source = f"submit({task}={answer!r})"


def run(notebook: Notebook, access: Access | None, folder: Path, *, stop: bool = True) -> Notebook:
    """Run every cell from first to last in a kernel whose environment is a learner's; without access, anybody's.

    `folder` takes what IPython and matplotlib keep. Raises CellExecutionError, if it is to `stop` at an error.
    """
    client = NotebookClient(notebook, kernel_name="python3", allow_errors=not stop, timeout=600)
    return client.execute(env=_environment(access, folder))


@contextmanager
def kernel(access: Access, folder: Path) -> Iterator[Callable[[Notebook], None]]:
    """Runs notebooks as `run` does, past errors, one after the other in one kernel: to start one takes seconds."""
    client = NotebookClient(nbformat.v4.new_notebook(), allow_errors=True, timeout=600)  # type: ignore[no-untyped-call]

    def run(notebook: Notebook) -> None:
        client.nb = notebook
        client.reset_execution_trackers()
        for place, cell in enumerate(notebook.cells):
            client.execute_cell(cell, place)

    with client.setup_kernel(env=_environment(access, folder)):
        yield run


def _environment(access: Access | None, folder: Path) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LAB_"))}
    homes = {"IPYTHONDIR": str(folder), "MPLCONFIGDIR": str(folder), "JUPYTER_RUNTIME_DIR": str(folder)}
    return plain | homes | (access.exports() if access else {})


def said(cell: Any) -> str:
    """All that is to be read below a cell, as text."""
    return "".join(_text(output) for output in cell.outputs)


def _text(output: Any) -> str:
    if output.output_type == "stream":
        return str(output.text)
    if output.output_type == "error":
        return "\n".join(output.traceback)
    return str(output.data.get("text/plain", ""))
