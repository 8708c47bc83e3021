"""How a lab is: what an organiser sees of it at a glance. No learner does: its sentences may hold answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from grader.evidence.bundle import Evidence
from grader.sheet.parse import Sheet
from grader.sheet.witness import health

GONE = "gone"
"""The state of an instance that EC2 shows no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """What was seen of a lab when it was last looked at."""

    at: datetime  # UTC
    calls: int  # of the compromised instance that can be queried
    changes: int  # events since the lab began that can bear on containment
    instance: str  # the compromised instance's state as EC2 names it, or GONE; "" where EC2 did not answer
    trouble: tuple[str, ...] = ()  # what keeps the lab from being gradable, a sentence each
    gaps: Mapping[str, str]  # what AWS did not show, and why

    @property
    def well(self) -> bool:
        """Whether there is nothing to look after."""
        return not self.trouble and not self.gaps


def checkup(key: Sheet, evidence: Evidence) -> Checkup:
    """How the lab was when the evidence was gathered."""
    return Checkup(
        at=evidence.gathered_at,
        calls=sum(call.total for call in evidence.calls),
        changes=len(evidence.events),
        instance=_state(evidence),
        trouble=health(key, evidence),
        gaps=evidence.gaps,
    )


def _state(evidence: Evidence) -> str:
    if "instances" in evidence.gaps:
        return ""
    return str(evidence.instance["State"]["Name"]) if evidence.instance else GONE
