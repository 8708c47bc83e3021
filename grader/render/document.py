"""A report as JSON."""

from __future__ import annotations

import json

from grader.report import Report


def as_json(report: Report) -> str:
    """The report's document, indented, in UTF-8."""
    return json.dumps(report.as_json(), indent=2, ensure_ascii=False)
