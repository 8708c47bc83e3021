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


ARRIVES = timedelta(minutes=5)
"""How long an event usually takes to reach the log (CloudTrail user guide: "typically within an average of")."""

AT_ONCE = timedelta(minutes=1)
"""For what does not hang on the log: EC2's own state, and AWS that is busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict, the sentence for the learner, and the event and resource ids that prove it.

    `again` is how long after the evidence was gathered there may be more to see; it matters for an unknown only.
    """

    verdict: Verdict
    message: str
    evidence: tuple[str, ...] = ()
    again: timedelta = ARRIVES


def passed(message: str, *evidence: str) -> Judgement:
    """Done, as the evidence proves."""
    return Judgement(verdict=Verdict.PASS, message=message, evidence=tuple(dict.fromkeys(evidence)))


def failed(message: str, *evidence: str) -> Judgement:
    """Not done, and nothing that may still come can change that.

    As in `unknown`, nothing here may name what the learner has to find out: the instance and what belongs to it.
    """
    return Judgement(verdict=Verdict.FAIL, message=message, evidence=evidence)


def unknown(message: str, *evidence: str, again: timedelta = ARRIVES) -> Judgement:
    """Not to be seen yet."""
    return Judgement(verdict=Verdict.UNKNOWN, message=message, evidence=evidence, again=again)


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
    reasons = [f"{source}: {evidence.why(source)}" for source in sources if source in evidence.gaps]
    if not reasons:
        return None
    return unknown(f"AWS did not show everything that this needs ({'; '.join(reasons)}).", again=AT_ONCE)


def acts(evidence: Evidence, *names: str) -> list[Event]:
    """Every successful call of these names, by time: what failed, was refused or a dry run proves nothing."""
    return [e for e in evidence.events if e.name in names and e.succeeded]


def by_learner(evidence: Evidence, event: Event) -> bool:
    """Whether the team's LearnerRole made the call: acts of stack, traffic and organiser are not the learner's."""
    return event.role_arn == evidence.stage.learner_role_arn
