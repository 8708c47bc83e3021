"""Measures the figures that the lab promises and writes them to docs/performance.md: `make bench`."""

from __future__ import annotations

import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import aws, desk, event, figures

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
HEAD = """\
# Performance

Written by `make bench`; each figure was measured on the machine named here, none is a test.

- Measured on {day} with Python {python} on {system}, {cores} cores.

| What | Measured | Limit | |
| --- | ---: | ---: | --- |
"""


def main() -> None:
    """Measure every figure, or those whose name contains a word of the command line: the others' rows stay."""
    words = sys.argv[1:]
    chosen = [
        figure
        for figure in (*figures.FIGURES, *desk.FIGURES, *aws.FIGURES, *event.FIGURES)
        if not words or any(word in figure.__name__ for word in words)
    ]
    rows = table() if words else {}
    for figure in chosen:
        print(f"{figure.__name__} ...", flush=True)  # noqa: T201
        for row in figure():
            print("  " + row.line(), flush=True)  # noqa: T201
            rows[row.what] = row.line()
    PAGE.write_text(page(rows), encoding="utf-8")


def table() -> dict[str, str]:
    """The rows of the page by what they measure."""
    found, _, _ = PAGE.read_text("utf-8").partition("\n## ")
    lines = [line for line in found.splitlines() if line.startswith("| ")][2:]
    return {line.removeprefix("| ").partition(" | ")[0]: line for line in lines}


def page(rows: dict[str, str]) -> str:
    """The page in Markdown."""
    head = HEAD.format(
        day=datetime.now(UTC).date(),
        python=platform.python_version(),
        system=platform.system(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
    )
    return head + "".join(f"{row}\n" for row in rows.values()) + prose()


def prose() -> str:
    """What people wrote below the table."""
    _, heading, text = PAGE.read_text("utf-8").partition("\n## ")
    return heading + text


if __name__ == "__main__":
    main()
