"""What the grader says: findings, and the report that adds them up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

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
    evidence: Sequence[str] = field(default=())


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
    def max(self) -> int:
        """Points that could be reached."""
        return sum(f.max for f in self.findings)

    def as_json(self) -> dict[str, Any]:
        """The report as `lab grade --json` prints it."""
        return {
            "schema": SCHEMA,
            "team": self.team,
            "score": self.score,
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
