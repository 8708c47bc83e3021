"""Was the compromised instance cut off before it was terminated?"""

from __future__ import annotations

from datetime import datetime, timedelta

from grader.containment.ending import Ending, ending
from grader.containment.interfaces import Placement, Placing, placements
from grader.containment.judgement import SETTLE, Judgement, best, blind, by_learner, failed, passed, together, unknown
from grader.containment.rules import changes, created, readings
from grader.evidence.bundle import Evidence
from grader.report import Verdict


def isolated(evidence: Evidence, settle: timedelta = SETTLE) -> Judgement:
    """You moved the instance, before it was terminated, to a security group that lets nothing in and nothing out."""
    if unseen := blind(evidence, "events", "instances", "interfaces", "groups"):
        return unseen
    end = ending(evidence)
    settled = end.settled(evidence, settle)
    if end.unseen and not settled:
        return unknown("The log does not show yet when the instance was terminated, so nor what came before.")
    judged = [_cut_off(evidence, end, placement, settled=settled) for placement in placements(evidence, end.at)]
    return together(judged, str(isolated.__doc__))


def _cut_off(evidence: Evidence, end: Ending, placement: Placement, *, settled: bool) -> Judgement:
    """One interface. What EC2 shows undone is undone; what only the log lacks may still arrive."""
    if not placement.agreed:
        seen = _judged(evidence, end, placement.interface, Placing(placement.shown or frozenset()), settled=settled)
        return seen if seen.verdict is Verdict.FAIL else _late(settled=settled)
    ways = [
        together([_judged(evidence, end, placement.interface, p, settled=settled) for p in way], "")
        for way in placement.ways
    ]
    judged = best(ways)
    if judged.verdict is Verdict.FAIL and placement.shown is None and not settled:
        return unknown(f"So far: {judged.message} Events may still arrive.", *judged.evidence)
    return judged


def _late(*, settled: bool) -> Judgement:
    if settled:
        return failed("Its groups are others than before, but the log shows no call that changed them.")
    return unknown("Its groups are new; the event of that change has not reached the log yet.")


def _judged(evidence: Evidence, end: Ending, interface: str, placing: Placing, *, settled: bool) -> Judgement:
    proofs = [placing.event.id] if placing.event else []
    if evidence.stage.security_group_id in placing.groups:
        return failed(_uncut(evidence, end, placing), *proofs)
    rules = together([_closed(evidence, end.at, group, settled=settled) for group in sorted(placing.groups)], "")
    if rules.verdict is not Verdict.PASS or placing.event is None:
        return rules
    if not by_learner(evidence, placing.event):
        return failed("It was moved, but not by your team's role.", *proofs)
    return passed("", *proofs, *rules.evidence, interface, *([end.event.id] if end.event else []))


def _uncut(evidence: Evidence, end: Ending, placing: Placing) -> str:
    """Why an interface that still is in the instance's original group is not cut off."""
    if len(placing.groups) > 1:
        return "It was moved, but stayed in its original group too: the rules of all its groups apply."
    if not all(readings(evidence, evidence.stage.security_group_id, end.at)):
        return "Its original group was edited in place: open connections survive that. Move it to a new group."
    ended = " when it was terminated" if end.at else ""
    return f"It was in its original group{ended}: move it to a new group without any rule first."


def _closed(evidence: Evidence, at: datetime | None, group: str, *, settled: bool) -> Judgement:
    """One group. While the instance lives EC2 tells all; afterwards its word and the log's have to agree."""
    seen = readings(evidence, group, at)
    told = seen[-1:] if at is None else seen
    if told and not any(told):
        made = created(evidence, group)
        past = [c.event.id for c in changes(evidence, group) if at is None or c.event.time <= at]
        return passed("", group, *([made.id] if made else []), *past)
    if settled or (told and all(told) and _shown(evidence, group)):
        rules = ", ".join(map(str, sorted(frozenset().union(*told)))) or "nobody can tell what: it is gone"
        return failed(f"{group} still lets traffic through: {rules}.", group)
    return unknown(f"Events of {group} have not reached the log yet.", group)


def _shown(evidence: Evidence, group: str) -> bool:
    return any(g["GroupId"] == group for g in evidence.groups)
