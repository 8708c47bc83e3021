"""What the grader says: findings, and the report that adds them up. `report.schema.json` is its form on paper."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any, Self

SCHEMA = "ec2-investigation-lab/report/1"
DISTRIBUTION = "ec2-investigation-lab"


class Verdict(StrEnum):
    """`UNKNOWN` is what cannot be seen yet; it is never held against a learner."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The judgement of one task. `evidence` holds event and resource ids; `message` is for the learner."""

    id: str  # the task's id
    title: str = ""  # the task's, for people
    verdict: Verdict
    points: float  # what is left of them after `cost`
    max: int
    message: str
    expected: Any = None  # where it may be shown: a goal, a number of entries, or the answer; None where it may not
    actual: Any = None  # what the learner answered, as JSON; None for containment, and where nothing was answered
    help: str = ""  # where to go on from here; "" where nothing is left to do
    evidence: tuple[str, ...] = field(default=())
    attempts: int = 0  # answers that counted
    hints: int = 0  # steps that were shown
    cost: float = 0  # points that the hints took

    def as_json(self) -> dict[str, Any]:
        """One element of the report's `findings`."""
        held = {member.name: getattr(self, member.name) for member in fields(self)}
        return held | {"verdict": str(self.verdict), "evidence": list(self.evidence)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """The inverse of `as_json`."""
        typed = {"verdict": Verdict(document["verdict"]), "evidence": tuple(document["evidence"])}
        return cls(**{**document, **typed})


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something worth saying that gives no points: how an incident responder would have gone about it."""

    id: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notebook:
    """The executed notebook that a team handed in as evidence: which file it is, and since when the lab has it."""

    sha256: str  # hexadecimal, of the file
    at: datetime  # UTC

    def as_json(self) -> dict[str, str]:
        """The report's `notebook`."""
        return {"sha256": self.sha256, "at": self.at.isoformat()}

    @classmethod
    def from_json(cls, document: Mapping[str, str] | None) -> Self | None:
        """The inverse of `as_json`; None where there is no notebook."""
        return cls(sha256=document["sha256"], at=datetime.fromisoformat(document["at"])) if document else None


@cache
def versions() -> dict[str, str]:
    """What graded: the lab's own version. Do not change what you get: it is shared."""
    return {DISTRIBUTION: version(DISTRIBUTION)}


@cache
def report_schema() -> Mapping[str, Any]:
    """The JSON Schema (draft 2020-12) of a report. Do not change what you get: it is shared."""
    schema: Mapping[str, Any] = json.loads(files("grader").joinpath("report.schema.json").read_text("utf-8"))
    return schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All findings of one team, in the order of the task file."""

    team: str
    findings: tuple[Finding, ...]
    graded_at: datetime  # UTC: when the evidence was gathered
    notes: tuple[Note, ...] = ()
    notebook: Notebook | None = None  # the last one that was handed in; it gives no points
    seed_id: str = ""  # names the story without giving its seed away
    versions: Mapping[str, str] = field(default_factory=versions)
    signature: str = ""  # see `grader.signature`; "" for a report that nobody signed

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
        """The report as `lab grade --json` prints it; `report.schema.json` describes it."""
        return {
            "schema": SCHEMA,
            "team": self.team,
            "graded_at": self.graded_at.isoformat(),
            "seed_id": self.seed_id,
            "versions": dict(self.versions),
            "score": self.score,
            "open": self.open,
            "max": self.max,
            "findings": [finding.as_json() for finding in self.findings],
            "notes": [asdict(note) for note in self.notes],
            "notebook": self.notebook and self.notebook.as_json(),
            "signature": self.signature,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """The inverse of `as_json`. Raises ValueError when the document is of another schema."""
        if document.get("schema") != SCHEMA:
            raise ValueError(f"expected a report of schema {SCHEMA}, found {document.get('schema')!r}")
        return cls(
            team=document["team"],
            findings=tuple(Finding.from_json(finding) for finding in document["findings"]),
            graded_at=datetime.fromisoformat(document["graded_at"]),
            notes=tuple(Note(**note) for note in document["notes"]),
            notebook=Notebook.from_json(document.get("notebook")),  # reports of earlier versions know of none
            seed_id=document["seed_id"],
            versions=document["versions"],
            signature=document["signature"],
        )
