"""A report as one HTML page: for the screen, light and dark, and for paper. It needs nothing from anywhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from grader.render.words import MARKS, moment, number, printable, summary
from grader.report import Finding, Report


def as_html(report: Report) -> str:
    """The whole page. Whatever a report holds is shown as text, never as markup."""
    return _file("page.html").substitute(
        title=_text(summary(report)),
        style=_file("page.css").template,
        team=_text(report.team),
        score=number(report.score),
        max=report.max,
        open=f", {report.open} still open" if report.open else "",
        reached_share=_share(report.score, report.max),
        open_share=_share(report.open, report.max),
        findings="\n".join(map(_finding, report.findings)),
        notes=_notes(report),
        graded_at=report.graded_at.isoformat(),
        graded=moment(report.graded_at),
        notebook=_notebook(report),
        seed_id=_text(report.seed_id or "not known"),
        versions=_text(", ".join(f"{name} {version}" for name, version in report.versions.items())),
        signature=_text(report.signature or "none"),
    )


def _finding(finding: Finding) -> str:
    return _file("finding.html").substitute(
        id=_text(finding.id),
        verdict=finding.verdict,
        mark=MARKS[finding.verdict],
        title=_text(finding.title or finding.id),
        points=number(finding.points),
        max=finding.max,
        message=_text(finding.message),
        help=_text(finding.help),
        facts="\n".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in _facts(finding)),
    )


def _facts(finding: Finding) -> Iterator[tuple[str, str]]:
    """What there is to say besides the sentence, as name and markup."""
    if finding.expected not in (None, finding.message):
        yield "Expected", _values(finding.expected)
    if finding.actual is not None:
        yield "Answered", _values(finding.actual) or "nothing"
    if finding.evidence:
        yield "Evidence", _values(list(finding.evidence))
    if finding.attempts or finding.hints:
        cost = f" for {number(finding.cost)} points" if finding.cost else ""
        yield "Took", f"attempts: {finding.attempts}, hints: {finding.hints}{cost}"


def _values(value: Any) -> str:
    """A sentence as it is, an answer of several entries as so many pieces of code."""
    if isinstance(value, list):
        return " ".join(f"<code>{_text(_entry(entry))}</code>" for entry in value)
    return _text(_entry(value))


def _entry(entry: Any) -> str:
    if isinstance(entry, dict):
        return " ".join(map(str, entry.values()))
    return entry if isinstance(entry, str) else json.dumps(entry, ensure_ascii=False)


def _notes(report: Report) -> str:
    if not report.notes:
        return ""
    items = "".join(f"<li>{_text(note.message)}</li>" for note in report.notes)
    return f'<section class="notes"><h2>Besides</h2><ul>{items}</ul></section>'


def _notebook(report: Report) -> str:
    if report.notebook is None:
        return "not handed in"
    return f"<code>{_text(report.notebook.sha256)}</code> handed in {moment(report.notebook.at)}"


def _share(points: float, whole: int) -> str:
    """Per cent, as SVG writes it."""
    return number(100 * points / whole) if whole else "0"


def _text(text: str) -> str:
    return escape(printable(text))


@cache
def _file(name: str) -> Template:
    return Template(files("grader.render").joinpath(name).read_text("utf-8"))
