"""A report as Gradescope's results.json (gradescope-autograders.readthedocs.io, "Autograder Specifications").

Gradescope knows passed and failed only: what is unknown is failed there, says so, and is tagged `unknown`.
"""

from __future__ import annotations

import json
from typing import Any

from grader.render.words import spoken, summary
from grader.report import Finding, Report, Verdict
from scenario.language import LANGUAGES


def as_gradescope(report: Report, language: str = LANGUAGES[0]) -> str:
    """One test a finding, for the learner to see; the rest of the report is kept as extra data."""
    document, report = report.as_json(), spoken(report, language)
    results = {
        "score": report.score,
        "output": "\n".join([summary(report, language), *(note.message for note in report.notes)]),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(number, finding) for number, finding in enumerate(report.findings, 1)],
        "extra_data": {
            name: document[name] for name in ("graded_at", "seed_id", "versions", "open", "notebook", "signature")
        },
    }
    return json.dumps(results, indent=2, ensure_ascii=False)


def _test(number: int, finding: Finding) -> dict[str, Any]:
    return {
        "number": str(number),
        "name": finding.title or finding.id,
        "score": finding.points,
        "max_score": finding.max,
        "status": "passed" if finding.verdict is Verdict.PASS else "failed",
        "output": "\n".join(filter(None, [finding.message, finding.help])),
        "output_format": "text",
        "tags": [finding.id, str(finding.verdict)],
        "visibility": "visible",
        "extra_data": {"evidence": list(finding.evidence)},
    }
