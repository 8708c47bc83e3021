"""A report as one HTML page: for the screen, light and dark, and for paper. It needs nothing from anywhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from grader.render.words import MARKS, moment, number, printable, spoken, summary
from grader.report import Finding, Report
from grader.words import translated
from scenario.language import LANGUAGES

_LABELS = ("Graded", "Story", "By", "Signature")  # of the page's foot


def as_html(report: Report, language: str = LANGUAGES[0]) -> str:
    """The whole page. Whatever a report holds is shown as text, never as markup."""
    report = spoken(report, language)
    still = f", {report.open} still open" if report.open else ""
    return _file("page.html").substitute(
        {f"label_{label.lower()}": translated(label, language) for label in _LABELS},
        language=language,
        title=_text(summary(report, language)),
        style=_file("page.css").template,
        team=_text(translated(f"Team {report.team}", language)),
        score=number(report.score),
        of=translated(f"of {report.max} points{still}", language),
        reached_share=_share(report.score, report.max),
        open_share=_share(report.open, report.max),
        findings="\n".join(_finding(finding, language) for finding in report.findings),
        notes=_notes(report, language),
        graded_at=report.graded_at.isoformat(),
        graded=moment(report.graded_at),
        notebook=_notebook(report, language),
        seed_id=_text(report.seed_id or translated("not known", language)),
        versions=_text(", ".join(f"{name} {version}" for name, version in report.versions.items())),
        signature=_text(report.signature or translated("none", language)),
    )


def _finding(finding: Finding, language: str) -> str:
    facts = ((translated(name, language), value) for name, value in _facts(finding, language))
    return _file("finding.html").substitute(
        id=_text(finding.id),
        verdict=finding.verdict,
        says=translated(finding.verdict, language),
        mark=MARKS[finding.verdict],
        title=_text(finding.title or finding.id),
        points=number(finding.points),
        max=finding.max,
        message=_text(finding.message),
        help=_text(finding.help),
        facts="\n".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts),
    )


def _facts(finding: Finding, language: str) -> Iterator[tuple[str, str]]:
    """What there is to say besides the sentence, as name and markup."""
    if finding.expected not in (None, finding.message):
        yield "Expected", _values(finding.expected)
    if finding.actual is not None:
        yield "Answered", _values(finding.actual) or translated("nothing", language)
    if finding.evidence:
        yield "Evidence", _values(list(finding.evidence))
    if finding.attempts or finding.hints:
        cost = f" for {number(finding.cost)} points" if finding.cost else ""
        yield "Took", translated(f"attempts: {finding.attempts}, hints: {finding.hints}{cost}", language)


def _values(value: Any) -> str:
    """A sentence as it is, an answer of several entries as so many pieces of code."""
    if isinstance(value, list):
        return " ".join(f"<code>{_text(_entry(entry))}</code>" for entry in value)
    return _text(_entry(value))


def _entry(entry: Any) -> str:
    if isinstance(entry, dict):
        return " ".join(map(str, entry.values()))
    return entry if isinstance(entry, str) else json.dumps(entry, ensure_ascii=False)


def _notes(report: Report, language: str) -> str:
    if not report.notes:
        return ""
    items = "".join(f"<li>{_text(note.message)}</li>" for note in report.notes)
    return f'<section class="notes"><h2>{translated("Besides", language)}</h2><ul>{items}</ul></section>'


def _notebook(report: Report, language: str) -> str:
    if report.notebook is None:
        return translated("not handed in", language)
    handed_in = translated(f"handed in {moment(report.notebook.at)}", language)
    return f"<code>{_text(report.notebook.sha256)}</code> {handed_in}"


def _share(points: float, whole: int) -> str:
    """Per cent, as SVG writes it."""
    return number(100 * points / whole) if whole else "0"


def _text(text: str) -> str:
    return escape(printable(text))


@cache
def _file(name: str) -> Template:
    return Template(files("grader.render").joinpath(name).read_text("utf-8"))
