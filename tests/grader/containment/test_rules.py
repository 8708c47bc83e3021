"""Rules by every form in which CloudTrail writes them: permissions, one flat permission, ids, and the answers' own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from grader.containment.rules import DEFAULT_EGRESS, Rule, readings
from tests.grader.scenes import CREATED, Scene, permission

GROUP = "sg-0new"
SSH = Rule(egress=False, protocol="tcp", ports="22-22", peer="203.0.113.0/24")
HTTPS = Rule(egress=True, protocol="tcp", ports="443-443", peer="0.0.0.0/0")
SHOWN_SSH = {"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "cidrIpv4": "203.0.113.0/24", "isEgress": False}
SHOWN_HTTPS = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIpv4": "0.0.0.0/0", "isEgress": True}
SHOWN_ALL = {"ipProtocol": "-1", "fromPort": -1, "toPort": -1, "cidrIpv4": "0.0.0.0/0", "isEgress": True}


@pytest.fixture
def scene() -> Scene:
    """A new group, which EC2 no longer shows: what is known of it is in the log."""
    made = Scene()
    made.new_group(120, GROUP)
    del made.groups[GROUP]
    return made


@pytest.fixture
def older() -> Scene:
    """A group that was there before the log began, and that EC2 shows: open to one network, closed on the way out."""
    made = Scene()
    made.groups[GROUP] = {"ingress": [permission("203.0.113.0/24", "tcp", FromPort=22, ToPort=22)], "egress": []}
    return made


def left(scene: Scene, at: float | None = None) -> frozenset[Rule]:
    """The open rules, read forward from the group's creation."""
    (forward,) = readings(scene.evidence(), GROUP, None if at is None else CREATED + timedelta(seconds=at))
    return forward


def rule_set(name: str, shown: dict[str, Any], id_: str) -> dict[str, Any]:
    """An answer's rules, by the ids that AWS gave them."""
    return {name: {"items": [{"securityGroupRuleId": id_, "groupId": GROUP, **shown}]}}


def flat(shown: dict[str, Any]) -> dict[str, Any]:
    """A request that names one permission without a list."""
    names = {"ipProtocol": "ipProtocol", "fromPort": "fromPort", "toPort": "toPort", "cidrIpv4": "cidrIp"}
    return {"groupId": GROUP} | {ours: shown[theirs] for theirs, ours in names.items()}


def change(scene: Scene, at: float, name: str, asked: dict[str, Any], answered: dict[str, Any] | None = None) -> None:
    """One call about the group."""
    scene.act(name, {"groupId": GROUP} | asked, answered, at=at)


def modify(
    scene: Scene, at: float, id_: str, new: dict[str, Any], *, listed: bool = False, name: str = "SecurityGroupRule"
) -> None:
    """ModifySecurityGroupRules, in the form of EC2's newer calls."""
    rule = {"SecurityGroupRuleId": id_, "SecurityGroupRule": new, "tag": 1}
    asked = {"GroupId": GROUP, name: [rule] if listed else rule}
    scene.act("ModifySecurityGroupRules", {"ModifySecurityGroupRulesRequest": asked}, at=at)


def test_a_new_group_lets_everything_out(scene: Scene) -> None:
    """Without an event that says so."""
    assert left(scene) == {DEFAULT_EGRESS}


def test_answers_tell_which_rules_were_allowed_and_revoked(scene: Scene) -> None:
    """They are believed before what was asked, in both directions."""
    change(scene, 130, "AuthorizeSecurityGroupIngress", {}, rule_set("securityGroupRuleSet", SHOWN_SSH, "sgr-1"))
    change(scene, 131, "AuthorizeSecurityGroupEgress", {}, rule_set("securityGroupRuleSet", SHOWN_HTTPS, "sgr-2"))
    assert left(scene) == {DEFAULT_EGRESS, SSH, HTTPS}
    for at, side, shown in ((140, "Egress", SHOWN_ALL), (141, "Ingress", SHOWN_SSH), (142, "Egress", SHOWN_HTTPS)):
        change(scene, at, f"RevokeSecurityGroup{side}", {}, rule_set("revokedSecurityGroupRuleSet", shown, f"sgr-{at}"))
    assert left(scene, 141) == {HTTPS}
    assert left(scene) == frozenset()


def test_requests_may_name_one_flat_permission(scene: Scene) -> None:
    """As EC2's oldest form does."""
    change(scene, 130, "AuthorizeSecurityGroupIngress", flat(SHOWN_SSH))
    change(scene, 131, "AuthorizeSecurityGroupEgress", flat(SHOWN_HTTPS))
    change(scene, 132, "RevokeSecurityGroupEgress", flat(SHOWN_ALL))
    assert left(scene) == {SSH, HTTPS}


@pytest.mark.parametrize("wrap", [lambda id_: {"securityGroupRuleId": id_}, str], ids=["named", "bare"])
@pytest.mark.parametrize("name", ["securityGroupRuleIdSet", "SecurityGroupRuleIds"])
def test_rules_are_revoked_by_their_ids(scene: Scene, name: str, wrap: Any) -> None:
    """The ids that AWS gave are known; an unknown one is the new group's own egress, and no ingress at all."""
    change(scene, 130, "AuthorizeSecurityGroupIngress", {}, rule_set("securityGroupRuleSet", SHOWN_SSH, "sgr-1"))
    change(scene, 131, "AuthorizeSecurityGroupEgress", {}, rule_set("securityGroupRuleSet", SHOWN_HTTPS, "sgr-2"))
    change(scene, 140, "RevokeSecurityGroupIngress", {name: {"items": [wrap("sgr-unknown")]}})
    assert left(scene) == {DEFAULT_EGRESS, SSH, HTTPS}
    change(scene, 141, "RevokeSecurityGroupIngress", {name: {"items": [wrap("sgr-1")]}})
    change(scene, 142, "RevokeSecurityGroupEgress", {name: {"items": [wrap("sgr-2"), wrap("sgr-own")]}})
    assert left(scene) == frozenset()


@pytest.mark.parametrize("name", ["SecurityGroupRule", "securityGroupRules"])
@pytest.mark.parametrize("listed", [False, True])
def test_a_modified_rule_is_another(scene: Scene, listed: bool, name: str) -> None:
    """The old one is gone, the new one is there, on the side where the old one was."""
    change(scene, 130, "AuthorizeSecurityGroupIngress", {}, rule_set("securityGroupRuleSet", SHOWN_SSH, "sgr-1"))
    modify(scene, 140, "sgr-own", {"IpProtocol": "-1", "CidrIpv4": "127.0.0.1/32"}, listed=listed, name=name)
    assert left(scene) == {SSH}
    everyone = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv4": "0.0.0.0/0"}
    modify(scene, 150, "sgr-1", everyone, listed=listed, name=name)
    assert left(scene) == {Rule(egress=False, protocol="tcp", ports="22-22", peer="0.0.0.0/0")}
    modify(scene, 160, "sgr-1", everyone | {"Description": "the same"}, listed=listed, name=name)
    assert left(scene) == {Rule(egress=False, protocol="tcp", ports="22-22", peer="0.0.0.0/0")}
    change(scene, 170, "RevokeSecurityGroupIngress", {"securityGroupRuleIds": ["sgr-1"]})
    assert left(scene) == frozenset()


@pytest.mark.parametrize(
    ("shown", "peer"),
    [
        ({"cidrIpv6": "::/0"}, "::/0"),
        ({"prefixListId": "pl-1"}, "pl-1"),
        ({"referencedGroupId": "sg-9"}, "sg-9"),
        ({"referencedGroupInfo": {"groupId": "sg-9"}}, "sg-9"),
        ({}, ""),
    ],
)
def test_a_peer_may_be_a_group_or_a_list(scene: Scene, shown: dict[str, Any], peer: str) -> None:
    """Or addresses of IPv6; each by the name that answers use for it."""
    rule = {"ipProtocol": "6", "fromPort": 1, "toPort": 2, "isEgress": True, **shown}
    change(scene, 130, "AuthorizeSecurityGroupEgress", {}, rule_set("securityGroupRuleSet", rule, "sgr-1"))
    assert left(scene) == {DEFAULT_EGRESS, Rule(egress=True, protocol="tcp", ports="1-2", peer=peer)}


def test_calls_about_other_groups_and_refused_ones_change_nothing(scene: Scene) -> None:
    """The id of the group decides, and success."""
    asked = flat(SHOWN_HTTPS)
    scene.act("AuthorizeSecurityGroupEgress", asked | {"groupId": "sg-0other"}, at=130)
    scene.act("AuthorizeSecurityGroupEgress", asked, at=131, error="Client.DryRunOperation")
    assert left(scene) == {DEFAULT_EGRESS}


def both(scene: Scene, at: float, *, allowed_first: bool) -> None:
    """HTTPS allowed and revoked in one second; the order of the events in the log means nothing."""
    names = ["AuthorizeSecurityGroupEgress", "RevokeSecurityGroupEgress"]
    for name in names if allowed_first else reversed(names):
        change(scene, at, name, flat(SHOWN_HTTPS))


@pytest.mark.parametrize("allowed_first", [True, False])
def test_a_second_that_allowed_and_revoked_a_rule_leaves_it_as_it_was(scene: Scene, allowed_first: bool) -> None:
    """Only what was there can be revoked, only what was not can be allowed."""
    both(scene, 130, allowed_first=allowed_first)
    assert left(scene) == {DEFAULT_EGRESS}
    change(scene, 140, "AuthorizeSecurityGroupEgress", flat(SHOWN_HTTPS))
    both(scene, 150, allowed_first=allowed_first)
    assert left(scene) == {DEFAULT_EGRESS, HTTPS}
    change(scene, 150, "RevokeSecurityGroupEgress", flat(SHOWN_HTTPS))
    assert left(scene) == {DEFAULT_EGRESS}


@pytest.mark.parametrize("allowed_first", [True, False])
def test_in_the_very_second_of_the_moment_the_rule_was_revoked_already(scene: Scene, allowed_first: bool) -> None:
    """And not yet allowed, whatever came first."""
    change(scene, 130, "AuthorizeSecurityGroupEgress", flat(SHOWN_HTTPS))
    both(scene, 150, allowed_first=allowed_first)
    assert left(scene, 150) == {DEFAULT_EGRESS}
    assert left(scene, 151) == {DEFAULT_EGRESS, HTTPS}


@pytest.mark.parametrize("allowed_first", [True, False])
def test_an_older_group_is_read_back_from_what_ec2_shows(older: Scene, allowed_first: bool) -> None:
    """What was allowed since was not there before, what was revoked since was."""
    assert left(older) == {SSH}
    older.revoke(300, GROUP, permission("203.0.113.0/24", "tcp", FromPort=22, ToPort=22), side="ingress")
    older.allow(310, GROUP, permission("203.0.113.0/24", "tcp", FromPort=443, ToPort=443), side="ingress")
    both(older, 320, allowed_first=allowed_first)
    assert left(older, 301) == frozenset()
    assert left(older, 300) == frozenset()
    assert left(older, 299) == {SSH}


@pytest.mark.parametrize("allowed_first", [True, False])
def test_an_older_group_that_was_closed_and_opened_in_one_second_was_open_before(
    older: Scene, allowed_first: bool
) -> None:
    """Nobody closes a group for the time before by doing both at once afterwards."""
    older.allow(130, GROUP, permission("0.0.0.0/0", "tcp", FromPort=443, ToPort=443))
    both(older, 300, allowed_first=allowed_first)
    assert left(older, 240) == {SSH, HTTPS}


def test_an_older_rule_that_was_modified_to_itself_was_there_before(older: Scene) -> None:
    """A new description opens nothing."""
    change(older, 130, "AuthorizeSecurityGroupEgress", {}, rule_set("securityGroupRuleSet", SHOWN_HTTPS, "sgr-2"))
    older.groups[GROUP]["egress"].append(permission("0.0.0.0/0", "tcp", FromPort=443, ToPort=443))
    same = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv4": "0.0.0.0/0", "Description": "the same"}
    modify(older, 300, "sgr-2", same)
    assert left(older, 240) == {SSH, HTTPS}


def test_an_older_ingress_rule_that_was_revoked_by_its_id_was_there_before(older: Scene) -> None:
    """Whatever it let in: the log does not tell."""
    older.groups[GROUP]["ingress"].clear()
    change(older, 300, "RevokeSecurityGroupIngress", {"securityGroupRuleIds": ["sgr-older"]})
    assert left(older, 240) == {Rule(egress=False, protocol="-1", ports="", peer="sgr-older")}
    assert left(older) == frozenset()


def test_an_event_that_is_missing_counts_for_its_second_only(scene: Scene) -> None:
    """Revoked twice, with whatever was between them lost, and then allowed, is open."""
    for at in (130, 140):
        change(scene, at, "RevokeSecurityGroupEgress", flat(SHOWN_ALL))
    change(scene, 150, "AuthorizeSecurityGroupEgress", flat(SHOWN_ALL))
    assert left(scene) == {DEFAULT_EGRESS}
