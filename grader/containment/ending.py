"""How the compromised instance ended: the moment that order is judged by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from grader.containment.judgement import acts
from grader.evidence.bundle import Evidence
from grader.evidence.event import Event, items

_OVER = frozenset({"shutting-down", "terminated"})
_WHEN = re.compile(r"\((\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) GMT\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What log and EC2 say of the instance's end.

    `state` is EC2's name for it, "gone" where EC2 shows the instance no longer. `event` is the first termination that
    was a change; `at` is its time, or while the event is missing the one that EC2 gives, or the latest that it can be;
    None while it lives, or where nothing tells.
    """

    state: str
    event: Event | None
    at: datetime | None

    @property
    def over(self) -> bool:
        """Whether EC2 shows the instance ended."""
        return self.state in _OVER or self.state == "gone"

    @property
    def unseen(self) -> bool:
        """EC2 shows the instance ended, the log does not say by whom or when."""
        return self.over and self.event is None

    def settled(self, evidence: Evidence, settle: timedelta) -> bool:
        """Whether the log had its time since the end: what has not arrived by now was not done."""
        return self.over and self.at is not None and evidence.gathered_at >= self.at + settle


def ending(evidence: Evidence) -> Ending:
    """How the instance ended, from the log, and from EC2 where that still shows it."""
    event = next((e for e in acts(evidence, "TerminateInstances") if _ends(e, evidence.stage.instance_id)), None)
    instance = evidence.instance
    if instance is None:
        return Ending(state="gone", event=event, at=event.time if event else evidence.gone_since)
    state = instance["State"]["Name"]
    told = _WHEN.search(instance.get("StateTransitionReason", "")) if state in _OVER else None
    at = event.time if event else datetime.fromisoformat(told[1]).replace(tzinfo=UTC) if told else None
    return Ending(state=state, event=event, at=at)


def settled_by_now(evidence: Evidence, settle: timedelta) -> bool:
    """Whether the log had its time since the instance's end."""
    return ending(evidence).settled(evidence, settle)


def _ends(event: Event, instance_id: str) -> bool:
    """TerminateInstances answers for an instance that has ended already too, with that as its previous state."""
    return any(
        item["instanceId"] == instance_id and item.get("previousState", {}).get("name") not in _OVER
        for item in items(event.answered, "instancesSet")
    )
