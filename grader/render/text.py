"""A report for a terminal, with colour where there is one, readable without."""

from __future__ import annotations

from io import StringIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.render.words import MARKS, moment, number, spoken, summary
from grader.report import Report, Verdict
from grader.words import translated
from scenario.language import LANGUAGES

_COLOURS = {Verdict.PASS: "green", Verdict.FAIL: "red", Verdict.UNKNOWN: "yellow"}


def as_text(report: Report, language: str = LANGUAGES[0], *, width: int = 100, colour: bool = False) -> str:
    """One line a finding, with its points and its sentence, then the score, then what else there is to say."""
    report, text = spoken(report, language), StringIO()
    console = Console(file=text, width=width, force_terminal=colour, no_color=not colour, legacy_windows=False)
    console.print(_table(report))
    console.print(Text(f"\n{summary(report, language)}", style="bold"))
    for note in report.notes:
        console.print(Text(f"· {_safe(note.message)}"))
    if report.notebook:
        handed_in = translated(f"handed in {moment(report.notebook.at)}", language)
        console.print(Text(f"Notebook {report.notebook.sha256}, {handed_in}"), soft_wrap=True)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines())


def _table(report: Report) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column()
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for finding in report.findings:
        mark = Text(MARKS[finding.verdict], style=_COLOURS[finding.verdict])
        points = f"{number(finding.points)}/{finding.max}"
        table.add_row(mark, Text(finding.id), Text(points), Text(_safe(finding.message)))
    return table


def _safe(text: str) -> str:
    """Without control characters: a message may name what somebody called, and a terminal obeys some of them."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
