"""Security group rules: one spelling for the several forms of EC2 and CloudTrail, and which stood open at a moment.

Events of one second have no order, so a tie goes to the learner: allowed and revoked in one second is revoked, and
what was allowed in the very second of the moment came after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

from grader.containment.judgement import acts
from grader.evidence.bundle import Evidence, Resource
from grader.evidence.event import Event, get, items

CALLS = (
    "AuthorizeSecurityGroupEgress",
    "AuthorizeSecurityGroupIngress",
    "ModifySecurityGroupRules",
    "RevokeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
)
"""What changes the rules of a group."""

_PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
_PEERS = (  # the lists of peers in a permission, and how an entry of each names one
    ("ipRanges", "cidrIp"),
    ("ipv6Ranges", "cidrIpv6"),
    ("groups", "groupId"),
    ("userIdGroupPairs", "groupId"),
    ("prefixListIds", "prefixListId"),
)
_PEER = ("cidrIp", "cidrIpv4", "cidrIpv6", "prefixListId", "referencedGroupId")  # how one rule names its peer


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """One direction, one protocol, one span of ports, one peer."""

    egress: bool
    protocol: str  # "tcp"; "-1" for all
    ports: str  # "443-443"; "" where all of them
    peer: str  # a CIDR, a group, a prefix list

    @property
    def open(self) -> bool:
        """Whether anything passes by it: a rule to the instance's own loopback lets nothing out."""
        try:
            network = ip_network(self.peer, strict=False)
        except ValueError:
            return True  # a group or a prefix list
        return not network.is_loopback

    def __str__(self) -> str:
        ports = f" {self.ports}" if self.ports else ""
        protocol = "all protocols" if self.protocol == "-1" else self.protocol
        return f"{'egress to' if self.egress else 'ingress from'} {self.peer} ({protocol}{ports})"


DEFAULT_EGRESS = Rule(egress=True, protocol="-1", ports="", peer="0.0.0.0/0")
"""What every new group has, without any event that says so."""


@dataclass(frozen=True, slots=True)
class Change:
    """The rules that one event allowed and revoked."""

    event: Event
    allowed: frozenset[Rule] = frozenset()
    revoked: frozenset[Rule] = frozenset()


def changes(evidence: Evidence, group_id: str) -> list[Change]:
    """Every successful change of one group's rules, by time."""
    events = [e for e in acts(evidence, *CALLS) if get(e.asked, "groupId") == group_id]
    named = {id_: rule for e in events if e.name.startswith("Authorize") for id_, rule in _answered(e)}
    return [_change(event, named) for event in events]


def created(evidence: Evidence, group_id: str) -> Event | None:
    """The event that made the group, where the log has it."""
    return next((e for e in acts(evidence, "CreateSecurityGroup") if get(e.answered, "groupId") == group_id), None)


def readings(evidence: Evidence, group_id: str, at: datetime | None) -> list[frozenset[Rule]]:
    """The open rules of a group just before `at` (None: now), read forward from its creation and back from its state.

    Two readings that differ mean that an event is missing. A group older than the log has only the second, a deleted
    one only the first.
    """
    past, found = changes(evidence, group_id), []
    if created(evidence, group_id):
        found.append(_forward(past, at))
    if group := next((g for g in evidence.groups if g["GroupId"] == group_id), None):
        found.append(_back(past, at, shown(group)))
    return [frozenset(rule for rule in rules if rule.open) for rules in found]


def shown(group: Resource) -> frozenset[Rule]:
    """The rules of a group as DescribeSecurityGroups shows them."""
    sides = ((False, "IpPermissions"), (True, "IpPermissionsEgress"))
    return frozenset(rule for egress, side in sides for p in group[side] for rule in _of_permission(p, egress=egress))


def _forward(past: Sequence[Change], at: datetime | None) -> Iterator[Rule]:
    for rule in {DEFAULT_EGRESS}.union(*(change.allowed for change in past)):
        allowed = [c.event.time for c in past if rule in c.allowed and (at is None or c.event.time < at)]
        revoked = [c.event.time for c in past if rule in c.revoked and (at is None or c.event.time <= at)]
        if rule == DEFAULT_EGRESS:
            allowed.append(_DAWN)
        if allowed and max(allowed) > max(revoked, default=_NEVER):
            yield rule


def _back(past: Sequence[Change], at: datetime | None, now: frozenset[Rule]) -> Iterator[Rule]:
    later = [] if at is None else [change for change in past if change.event.time >= at]
    for rule in now.union(*(change.revoked for change in later)):
        allowed = min((c.event.time for c in later if rule in c.allowed), default=_DUSK)
        revoked = min((c.event.time for c in later if rule in c.revoked and c.event.time != at), default=_DUSK)
        if revoked < allowed or (revoked == allowed == _DUSK and rule in now):
            yield rule


_NEVER, _DAWN, _DUSK = (datetime(year, 1, 1, tzinfo=UTC) for year in (1, 2, 9999))


def _change(event: Event, named: dict[str, Rule]) -> Change:
    """What one event did. `named` holds the rules by the ids that AWS gave them, and is kept up to date."""
    if event.name == "ModifySecurityGroupRules":
        return _modified(event, named)
    egress = event.name.endswith("Egress")
    rules = {rule for _, rule in _answered(event)} or set(_asked(event, named, egress=egress))
    if event.name.startswith("Authorize"):
        return Change(event, allowed=frozenset(rules))
    return Change(event, revoked=frozenset(rules))


def _modified(event: Event, named: dict[str, Rule]) -> Change:
    """Each rule is named by its id and given anew; the id of a new group's own rule is in no event."""
    new, old = {}, set()
    for item in (i for name in ("securityGroupRule", "securityGroupRules") for i in items(event.asked, name)):
        id_ = str(get(item, "securityGroupRuleId"))
        before = named.get(id_, DEFAULT_EGRESS)
        old.add(before)
        new[id_] = _of_rule(get(item, "securityGroupRule"), egress=before.egress)
    named.update(new)
    allowed = frozenset(new.values())
    return Change(event, allowed=allowed, revoked=frozenset(old) - allowed)


def _answered(event: Event) -> Iterator[tuple[str, Rule]]:
    """The rules that AWS says it allowed or revoked, by id; older records, and refused parts, tell none."""
    for name in ("securityGroupRuleSet", "revokedSecurityGroupRuleSet"):
        for item in items(event.answered, name):
            yield str(get(item, "securityGroupRuleId")), _of_rule(item, egress=bool(get(item, "isEgress")))


def _asked(event: Event, named: Mapping[str, Rule], *, egress: bool) -> Iterator[Rule]:
    """The rules that the caller named: by permissions, by one flat permission, or by id."""
    for permission in items(event.asked, "ipPermissions"):
        yield from _of_permission(permission, egress=egress)
    if get(event.asked, "ipProtocol"):
        yield _of_rule(event.asked, egress=egress)
    for item in (i for name in ("securityGroupRuleIdSet", "securityGroupRuleIds") for i in items(event.asked, name)):
        id_ = str(get(item, "securityGroupRuleId")) if isinstance(item, Mapping) else str(item)
        if egress or id_ in named:
            yield named.get(id_, DEFAULT_EGRESS)


def _of_permission(permission: Mapping[str, Any], *, egress: bool) -> Iterator[Rule]:
    for peers, name in _PEERS:
        for peer in items(permission, peers):
            yield _rule(permission, str(get(peer, name)), egress=egress)


def _of_rule(item: Mapping[str, Any], *, egress: bool) -> Rule:
    group = get(item, "referencedGroupInfo") or {}
    peers = [get(item, name) for name in _PEER] + [get(group, "groupId")]
    return _rule(item, next((str(peer) for peer in peers if peer), ""), egress=egress)


def _rule(item: Mapping[str, Any], peer: str, *, egress: bool) -> Rule:
    protocol = str(get(item, "ipProtocol")).casefold()
    protocol = _PROTOCOLS.get(protocol, protocol)
    ports = "" if protocol == "-1" else f"{get(item, 'fromPort')}-{get(item, 'toPort')}"
    return Rule(egress=egress, protocol=protocol, ports=ports, peer=peer)
