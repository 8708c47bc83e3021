"""What the grader says: findings, and the report that adds them up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

SCHEMA = "ec2-investigation-lab/report/1"


class Verdict(StrEnum):
    """`UNKNOWN` is what cannot be seen yet; it is never held against a learner."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The judgement of one task. `evidence` holds event and resource ids; `message` is for the learner."""

    id: str  # the task's id
    verdict: Verdict
    points: float
    max: int
    message: str
    evidence: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All findings of one team, in the order of the task file."""

    team: str
    findings: tuple[Finding, ...]

    @property
    def score(self) -> float:
        """Points reached."""
        return round(sum(f.points for f in self.findings), 2)

    @property
    def open(self) -> int:
        """Points that nobody can give or refuse yet."""
        return sum(f.max for f in self.findings if f.verdict is Verdict.UNKNOWN)

    @property
    def max(self) -> int:
        """Points that could be reached."""
        return sum(f.max for f in self.findings)

    @property
    def verdict(self) -> Verdict:
        """The whole in one word: any fail is a fail, else any unknown is unknown, else pass."""
        verdicts = {f.verdict for f in self.findings}
        return next((v for v in (Verdict.FAIL, Verdict.UNKNOWN) if v in verdicts), Verdict.PASS)

    def as_json(self) -> dict[str, Any]:
        """The report as `lab grade --json` prints it."""
        return {
            "schema": SCHEMA,
            "team": self.team,
            "score": self.score,
            "open": self.open,
            "max": self.max,
            "findings": [
                {
                    "id": f.id,
                    "verdict": str(f.verdict),
                    "points": f.points,
                    "max": f.max,
                    "message": f.message,
                    "evidence": list(f.evidence),
                }
                for f in self.findings
            ],
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """The inverse of `as_json`. Raises ValueError when the document is of another schema."""
        if document.get("schema") != SCHEMA:
            raise ValueError(f"expected a report of schema {SCHEMA}, found {document.get('schema')!r}")
        findings = (
            Finding(**{**f, "verdict": Verdict(f["verdict"]), "evidence": tuple(f["evidence"])})
            for f in document["findings"]
        )
        return cls(team=document["team"], findings=tuple(findings))
