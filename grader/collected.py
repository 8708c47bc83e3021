"""All that one report rests on, in one file: `lab collect` writes it, `lab grade --evidence` reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from grader.evidence.bundle import Evidence
from grader.report import Notebook
from grader.sheet.parse import Sheet
from grader.sheet.schema import read_sheet

SCHEMA = "ec2-investigation-lab/collected/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What AWS showed, and what the team had done at the desk by then. It holds no key, no seed and no credentials."""

    evidence: Evidence
    sheet: Sheet  # of each field the latest answer
    attempts: Mapping[str, int] = field(default_factory=dict)  # by task: answers that counted
    hints: Mapping[str, int] = field(default_factory=dict)  # by task: steps that were shown
    notebook: Notebook | None = None  # the last one that was handed in

    def as_json(self) -> dict[str, Any]:
        """As JSON holds it; `from_json` gives back an equal one."""
        return {
            "schema": SCHEMA,
            "sheet": dict(self.sheet),
            "attempts": dict(self.attempts),
            "hints": dict(self.hints),
            "notebook": self.notebook and self.notebook.as_json(),
            "evidence": self.evidence.as_json(),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """The inverse of `as_json`. Raises ValueError when the document is of another schema, or holds no sheet."""
        if document.get("schema") != SCHEMA:
            raise ValueError(f"expected a file of schema {SCHEMA}, found {document.get('schema')!r}")
        return cls(
            evidence=Evidence.from_json(document["evidence"]),
            sheet=read_sheet(json.dumps(document["sheet"], ensure_ascii=False)),
            attempts=_counts(document["attempts"]),
            hints=_counts(document["hints"]),
            notebook=Notebook.from_json(document.get("notebook")),
        )

    @classmethod
    def read(cls, text: bytes | str) -> Self:
        """What `lab collect` wrote. Raises ValueError for what it never writes."""
        try:
            document = json.loads(text)
            json.dumps(document, ensure_ascii=False).encode()  # a lone surrogate is a ValueError too
            return cls.from_json(document)
        except (AttributeError, LookupError, TypeError) as error:
            raise ValueError(f"it is damaged: {error!r}") from error
        except RecursionError:
            raise ValueError("nothing that was collected is nested that deep") from None


def _counts(document: Mapping[str, Any]) -> Mapping[str, int]:
    if not all(type(count) is int and count >= 0 for count in document.values()):
        raise ValueError("attempts and hints are counted in whole numbers")
    return document
