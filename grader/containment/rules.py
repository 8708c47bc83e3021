"""Security group rules: one spelling for the several forms of EC2 and CloudTrail, and which stood open at a moment.

Events of one second have no order. A tie with the moment itself goes to the learner: what was allowed in its very
second came after it, what was revoked came before. One long before needs no order: EC2 refuses to allow a rule that is
there, and outside of a default VPC to revoke one that is not (API reference, AuthorizeSecurityGroupIngress and
RevokeSecurityGroupIngress), so a rule that one second allowed as often as it revoked it stands as before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_network
from itertools import groupby
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
    before, after = _parted(changes(evidence, group_id), at)
    found = []
    if created(evidence, group_id):
        found.append(_played(frozenset({DEFAULT_EGRESS}), before))
    if group := next((g for g in evidence.groups if g["GroupId"] == group_id), None):
        undone = [Change(c.event, allowed=c.revoked, revoked=c.allowed) for c in reversed(after)]
        found.append(_played(shown(group), undone))
    return [frozenset(rule for rule in rules if rule.open) for rules in found]


def shown(group: Resource) -> frozenset[Rule]:
    """The rules of a group as DescribeSecurityGroups shows them."""
    sides = ((False, "IpPermissions"), (True, "IpPermissionsEgress"))
    return frozenset(rule for egress, side in sides for p in group[side] for rule in _of_permission(p, egress=egress))


def _parted(past: Sequence[Change], at: datetime | None) -> tuple[list[Change], list[Change]]:
    """The changes before a moment and after it; of its own second what they revoked comes before, the rest after."""
    if at is None:
        return [*past], []
    tied = [change for change in past if change.event.time == at]
    before = [change for change in past if change.event.time < at]
    after = [change for change in past if change.event.time > at]
    return (
        before + [Change(change.event, revoked=change.revoked) for change in tied],
        [Change(change.event, allowed=change.allowed) for change in tied] + after,
    )


def _played(rules: frozenset[Rule], course: Iterable[Change]) -> frozenset[Rule]:
    """The rules after these changes, second by second."""
    for _, second in groupby(course, key=lambda change: change.event.time):
        balance = Counter(rules)
        for change in second:
            balance.update(change.allowed)
            balance.subtract(change.revoked)
        rules = frozenset(+balance)
    return rules


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
    return Change(event, allowed=frozenset(new.values()) - old, revoked=frozenset(old.difference(new.values())))


def _answered(event: Event) -> Iterator[tuple[str, Rule]]:
    """The rules that AWS says it allowed or revoked, by id; older records, and refused parts, tell none."""
    for name in ("securityGroupRuleSet", "revokedSecurityGroupRuleSet"):
        for item in items(event.answered, name):
            yield str(get(item, "securityGroupRuleId")), _of_rule(item, egress=bool(get(item, "isEgress")))


def _asked(event: Event, named: Mapping[str, Rule], *, egress: bool) -> Iterator[Rule]:
    """The rules that the caller named: by permissions, by one flat permission, or by id.

    Of ids that no event gave, egress is the group's own, and ingress is older than the log.
    """
    for permission in items(event.asked, "ipPermissions"):
        yield from _of_permission(permission, egress=egress)
    if get(event.asked, "ipProtocol"):
        yield _of_rule(event.asked, egress=egress)
    for item in (i for name in ("securityGroupRuleIdSet", "securityGroupRuleIds") for i in items(event.asked, name)):
        id_ = str(get(item, "securityGroupRuleId")) if isinstance(item, Mapping) else str(item)
        yield named.get(id_, DEFAULT_EGRESS if egress else Rule(egress=False, protocol="-1", ports="", peer=id_))


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
