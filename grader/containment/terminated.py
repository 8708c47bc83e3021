"""Was the compromised instance terminated?"""

from __future__ import annotations

from datetime import timedelta

from grader.containment.ending import ending
from grader.containment.judgement import SETTLE, Judgement, blind, by_learner, failed, passed, unknown
from grader.evidence.bundle import Evidence


def terminated(evidence: Evidence, settle: timedelta = SETTLE) -> Judgement:
    """You terminated the compromised instance."""
    if unseen := blind(evidence, "events", "instances"):
        return unseen
    end = ending(evidence)
    if end.event is None:
        return _without_event(end.state, settled=end.settled(evidence, settle))
    if not by_learner(evidence, end.event):
        return failed("It was terminated, but not by your team's role.", end.event.id)
    if not end.over:
        return unknown(f"The log shows the termination, EC2 still shows it {end.state}.", end.event.id)
    return passed(str(terminated.__doc__), end.event.id, evidence.stage.instance_id)


def _without_event(state: str, *, settled: bool) -> Judgement:
    if state in {"stopping", "stopped"}:
        return failed(f"It is only {state}: a stopped instance can be started again. Terminate it.")
    if state not in {"shutting-down", "terminated", "gone"}:
        return failed(f"It is {state}. Terminate it once its volumes and its network are taken care of.")
    if settled:
        return failed("It has ended, but the log shows no TerminateInstances call for it.")
    return unknown("It has ended; the TerminateInstances event has not reached the log yet.")
