"""What a containment check says, and what all of them ask of the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from grader.evidence.bundle import Evidence
from grader.evidence.event import Event
from grader.report import Verdict

SETTLE = timedelta(hours=2)
"""How long after the termination an event may still arrive: CloudTrail promises no time, and 85 minutes were seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict, the sentence for the learner, and the event and resource ids that prove it."""

    verdict: Verdict
    message: str
    evidence: tuple[str, ...] = ()


def passed(message: str, *evidence: str) -> Judgement:
    """Done, as the evidence proves."""
    return Judgement(verdict=Verdict.PASS, message=message, evidence=tuple(dict.fromkeys(evidence)))


def failed(message: str, *evidence: str) -> Judgement:
    """Not done, and nothing that may still come can change that.

    As in `unknown`, nothing here may name what the learner has to find out: the instance and what belongs to it.
    """
    return Judgement(verdict=Verdict.FAIL, message=message, evidence=evidence)


def unknown(message: str, *evidence: str) -> Judgement:
    """Not to be seen yet."""
    return Judgement(verdict=Verdict.UNKNOWN, message=message, evidence=evidence)


def best(judged: Sequence[Judgement]) -> Judgement:
    """The kindest of several ways to see one thing."""
    return min(judged, key=lambda j: (Verdict.PASS, Verdict.UNKNOWN, Verdict.FAIL).index(j.verdict))


def together(judged: Sequence[Judgement], message: str) -> Judgement:
    """Several things that all have to hold: the first fail, else the first unknown, else `message` with all proofs."""
    for verdict in (Verdict.FAIL, Verdict.UNKNOWN):
        if found := next((j for j in judged if j.verdict is verdict), None):
            return found
    return passed(message, *(proof for j in judged for proof in j.evidence))


def blind(evidence: Evidence, *sources: str) -> Judgement | None:
    """Unknown with the reason where one of these sources could not be asked, else None."""
    reasons = [f"{source}: {evidence.gaps[source]}" for source in sources if source in evidence.gaps]
    return (
        unknown(f"AWS did not show everything that this needs ({'; '.join(reasons)}). Ask again.") if reasons else None
    )


def acts(evidence: Evidence, *names: str) -> list[Event]:
    """Every successful call of these names, by time: what failed, was refused or a dry run proves nothing."""
    return [e for e in evidence.events if e.name in names and e.succeeded]


def by_learner(evidence: Evidence, event: Event) -> bool:
    """Whether the team's LearnerRole made the call: acts of stack, traffic and organiser are not the learner's."""
    return event.role_arn == evidence.stage.learner_role_arn
