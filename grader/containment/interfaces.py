"""Which security groups each network interface of the compromised instance was in, just before a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from grader.containment.judgement import acts
from grader.evidence.bundle import Evidence
from grader.evidence.event import Event, get, items


@dataclass(frozen=True, slots=True)
class Placing:
    """An interface in a set of groups, by an event; None for how the lab was deployed, or how EC2 shows it."""

    groups: frozenset[str]
    event: Event | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where one interface may have been: several where events of one second have no order.

    `shown` is what EC2 tells of that moment; None where it cannot, since the interface is gone or was changed later.
    """

    interface: str
    last: tuple[Placing, ...]  # by the log: of the last second before the moment, each may have been the last
    tied: tuple[Placing, ...]  # by the log: of the very second of the moment, each may have come before it
    shown: frozenset[str] | None

    @property
    def told(self) -> tuple[Placing, ...]:
        """All that the log tells."""
        return (*self.tied, *self.last)

    @property
    def agreed(self) -> bool:
        """Whether the log tells anything, and EC2 the same, as far as EC2 can tell."""
        return any(self.shown in (None, placing.groups) for placing in self.told)

    @property
    def ways(self) -> list[tuple[Placing, ...]]:
        """The ways to see it, of which the kindest counts; in each of them all placings have to do.

        A tie with the moment itself proves nothing against anyone; one long before it proves nothing for anyone either,
        unless EC2 tells which was the last.
        """
        narrowed = tuple(placing for placing in self.last if placing.groups == self.shown) or self.last
        return [(placing,) for placing in self.tied] + ([narrowed] if narrowed else [])


def placements(evidence: Evidence, at: datetime | None) -> list[Placement]:
    """Every interface of the compromised instance just before `at` (None: now), the stage's own first."""
    return [_placement(evidence, interface, at) for interface in _interfaces(evidence)]


def moves(evidence: Evidence) -> list[Event]:
    """Every change of the groups of any of its interfaces, by time."""
    events = {p.event.id: p.event for i in _interfaces(evidence) for p in _placed(evidence, i) if p.event}
    return sorted(events.values(), key=lambda e: e.time)


def _interfaces(evidence: Evidence) -> list[str]:
    """The stage's, those that EC2 shows attached, and those that were attached since."""
    stage = evidence.stage
    attached = [
        i["NetworkInterfaceId"]
        for i in evidence.interfaces
        if i.get("Attachment", {}).get("InstanceId") == stage.instance_id
    ]
    added = [
        str(get(e.asked, "networkInterfaceId"))
        for e in acts(evidence, "AttachNetworkInterface")
        if get(e.asked, "instanceId") == stage.instance_id
    ]
    return list(dict.fromkeys([stage.interface_id, *attached, *added]))


def _placement(evidence: Evidence, interface: str, at: datetime | None) -> Placement:
    placed = _placed(evidence, interface)
    now = next((i for i in evidence.interfaces if i["NetworkInterfaceId"] == interface), None)
    changed_since = at is not None and any(p.event and p.event.time >= at for p in placed)
    shown = frozenset(group["GroupId"] for group in now["Groups"]) if now and not changed_since else None
    tied = tuple(p for p in placed if p.event and p.event.time == at)
    return Placement(interface=interface, last=_last(placed, at), tied=tied, shown=shown)


def _placed(evidence: Evidence, interface: str) -> list[Placing]:
    """How the interface was deployed, and every change of its groups."""
    stage = evidence.stage
    placed = [Placing(frozenset({stage.security_group_id}))] if interface == stage.interface_id else []
    for event in acts(evidence, "ModifyInstanceAttribute", "ModifyNetworkInterfaceAttribute"):
        groups = frozenset(str(get(item, "groupId")) for item in items(event.asked, "groupSet"))
        target = get(event.asked, "networkInterfaceId")
        if target is None and get(event.asked, "instanceId") == stage.instance_id:
            target = stage.interface_id
        if groups and target == interface:
            placed.append(Placing(groups, event))
    return placed


def _last(placed: list[Placing], at: datetime | None) -> tuple[Placing, ...]:
    """The last placings before `at`, all of one second."""
    before = [p for p in placed if p.event is None or at is None or p.event.time < at]
    last = before[-1].event.time if before and before[-1].event else None
    return tuple(p for p in before if (p.event.time if p.event else None) == last)
