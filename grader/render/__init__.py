"""A report in the forms that people and programs read. Each renderer is a pure function from Report to text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from grader.render.document import as_json
from grader.render.gradescope import as_gradescope
from grader.render.junit import as_junit
from grader.render.page import as_html
from grader.render.table import as_csv
from grader.render.text import as_text
from grader.report import Report

__all__ = ["RENDERERS", "as_csv", "as_gradescope", "as_html", "as_json", "as_junit", "as_text"]

RENDERERS: Mapping[str, Callable[[Report, str], str]] = {
    "text": as_text,
    "json": lambda report, _: as_json(report),
    "junit": lambda report, _: as_junit(report),
    "html": as_html,
    "gradescope": as_gradescope,
    "csv": lambda report, _: as_csv([report]),
}
"""Every form, by its name: of a report, in a language. What programs read is in English."""
