"""How an incident responder would look at the way it was done: said without points."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grader.containment.ending import ending
from grader.containment.interfaces import moves
from grader.containment.judgement import acts, by_learner
from grader.containment.revocation import revokes
from grader.containment.snapshotted import copies
from grader.evidence.bundle import Evidence
from grader.evidence.event import Event, get, items
from grader.report import Note


def notes(evidence: Evidence) -> tuple[Note, ...]:
    """What is worth saying of the learner's containment, in a fixed order; nothing of what was not done."""
    said = ((id_, say(evidence)) for id_, say in _NOTES.items())
    return tuple(Note(id=id_, message=message) for id_, message in said if message)


def _first_act(evidence: Evidence) -> str:
    """Which came first: both orders are good, one keeps more, the other stops more."""
    taken, moved = _snapshots(evidence), _moves(evidence)
    if not taken or not moved or taken[0].time == moved[0].time:
        return ""
    if taken[0].time < moved[0].time:
        return "The snapshot came first, then the isolation: the attacker could go on in between."
    return "The isolation came first, then the snapshot: the attacker was stopped before anything else."


def _stopped_before(evidence: Evidence) -> str:
    stops = [e for e in _mine(acts(evidence, "StopInstances"), evidence) if _names(e, evidence)]
    end = ending(evidence).at
    before = [e for e in stops if end is None or e.time <= end]
    return "The instance was stopped before: what was in its memory is lost." if before else ""


def _termination_protection(evidence: Evidence) -> str:
    changed = [
        e
        for e in _mine(acts(evidence, "ModifyInstanceAttribute"), evidence)
        if get(e.asked, "instanceId") == evidence.stage.instance_id and get(e.asked, "disableApiTermination")
    ]
    on = [e for e in changed if str(get(get(e.asked, "disableApiTermination"), "value")).casefold() == "true"]
    return "Termination protection was switched on, so that nobody ended it by mistake." if on else ""


def _sessions_revoked(evidence: Evidence) -> str:
    done = [e for e in _mine(acts(evidence, "PutRolePolicy"), evidence) if revokes(evidence, e)]
    return "The sessions of the instance's role were revoked: stolen credentials end with that." if done else ""


def _snapshot_tagged(evidence: Evidence) -> str:
    tagged = any(
        copy.shown.get("Tags")
        for copy in copies(evidence)
        if copy.act and by_learner(evidence, copy.act) and copy.shown
    )
    return "A snapshot bears tags: whoever finds it later knows what it is." if tagged else ""


def _seconds(evidence: Evidence) -> str:
    end = ending(evidence).event
    done = [*_snapshots(evidence), *_moves(evidence), *_mine([end] if end else [], evidence)]
    times = sorted(event.time for event in done)
    if len(times) < 2:
        return ""
    return (
        f"From the first act of containment to the last it took {(times[-1] - times[0]).total_seconds():.0f} seconds."
    )


_NOTES: dict[str, Callable[[Evidence], str]] = {
    "first_act": _first_act,
    "stopped_before": _stopped_before,
    "termination_protection": _termination_protection,
    "sessions_revoked": _sessions_revoked,
    "snapshot_tagged": _snapshot_tagged,
    "seconds": _seconds,
}


def _snapshots(evidence: Evidence) -> list[Event]:
    made = {copy.act.id: copy.act for copy in copies(evidence) if copy.act}
    return _mine(sorted(made.values(), key=lambda e: e.time), evidence)


def _moves(evidence: Evidence) -> list[Event]:
    return _mine(moves(evidence), evidence)


def _mine(events: Sequence[Event], evidence: Evidence) -> list[Event]:
    return [event for event in events if by_learner(evidence, event)]


def _names(event: Event, evidence: Evidence) -> bool:
    """Whether the call names the compromised instance."""
    return any(get(item, "instanceId") == evidence.stage.instance_id for item in items(event.asked, "instancesSet"))
