from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.containment.judgement import failed, passed, unknown
from grader.containment.no_collateral_damage import no_collateral_damage
from grader.containment.terminated import terminated
from grader.evidence.bundle import Evidence
from grader.report import Verdict
from tests.grader.scenes import (
    BYSTANDER,
    BYSTANDERS,
    INSTANCE,
    LEARNER,
    ORGANISER,
    ORIGINAL,
    STAGE,
    Scene,
    contained,
)

LATER = timedelta(hours=2)
ROLE = STAGE.instance_role_arn.rpartition("/")[2]
REVOKED = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"],"Resource":["*"],'
    '"Condition":{"DateLessThan":{"aws:TokenIssueTime":"2026-11-24T10:05:00.000Z"}}}]}'
)
NAMED = {"instancesSet": {"items": [{"instanceId": BYSTANDER}]}}
GROUPS = {"groupSet": {"items": [{"groupId": "sg-0new"}]}}

HARM = [
    ("ec2", "StopInstances", NAMED, BYSTANDER),
    ("ec2", "TerminateInstances", NAMED, BYSTANDER),
    ("ec2", "ModifyInstanceAttribute", {"instanceId": BYSTANDER, **GROUPS}, BYSTANDER),
    ("ec2", "ModifyNetworkInterfaceAttribute", {"networkInterfaceId": "eni-0bystander", **GROUPS}, BYSTANDER),
    ("ec2", "RevokeSecurityGroupEgress", {"groupId": BYSTANDERS, "ipPermissions": {}}, BYSTANDER),
    ("ec2", "AuthorizeSecurityGroupIngress", {"groupId": BYSTANDERS, "ipPermissions": {}}, BYSTANDER),
    ("ec2", "ModifySecurityGroupRules", {"ModifySecurityGroupRulesRequest": {"GroupId": BYSTANDERS}}, BYSTANDER),
    ("s3", "DeleteBucket", {"bucketName": STAGE.drop_bucket}, STAGE.drop_bucket),
    ("s3", "PutBucketPolicy", {"bucketName": STAGE.bystander_bucket}, STAGE.bystander_bucket),
    ("s3", "DeleteObject", {"bucketName": STAGE.drop_bucket, "key": "a"}, STAGE.drop_bucket),
    ("cloudtrail", "DeleteTrail", {"name": "audit"}, "a trail"),
    ("cloudtrail", "StopLogging", {"name": "audit"}, "a trail"),
    ("cloudtrail", "DeleteEventDataStore", {"eventDataStore": STAGE.store_id}, "the event data store"),
    ("cloudtrail", "UpdateEventDataStore", {"eventDataStore": f"arn:x/{STAGE.store_id}"}, "the event data store"),
    ("iam", "DeleteRolePolicy", {"roleName": ROLE, "policyName": "Host"}, ROLE),
    ("iam", "PutRolePolicy", {"roleName": ROLE, "policyName": "More", "policyDocument": "{}"}, ROLE),
]
HARMLESS = [
    ("ec2", "StopInstances", {"instancesSet": {"items": [{"instanceId": INSTANCE}]}}),
    ("ec2", "ModifyInstanceAttribute", {"instanceId": BYSTANDER, "disableApiTermination": {"value": True}}),
    ("ec2", "ModifyNetworkInterfaceAttribute", {"networkInterfaceId": "eni-0elsewhere", **GROUPS}),
    ("ec2", "RevokeSecurityGroupEgress", {"groupId": ORIGINAL, "ipPermissions": {}}),
    ("ec2", "AuthorizeSecurityGroupIngress", {"groupId": "sg-0new", "ipPermissions": {}}),
    ("s3", "CreateBucket", {"bucketName": "the-investigators-own"}),
    ("cloudtrail", "CancelQuery", {"eventDataStore": STAGE.store_id, "queryId": "q"}),
    ("cloudtrail", "DeleteEventDataStore", {"eventDataStore": "11111111-1111-1111-1111-111111111111"}),
    ("iam", "PutRolePolicy", {"roleName": ROLE, "policyName": "AWSRevokeOlderSessions", "policyDocument": REVOKED}),
    ("iam", "CreateRole", {"roleName": "forensics"}),
    ("sts", "GetCallerIdentity", {}),
]


def test_passes_with_the_termination_as_its_proof() -> None:
    """The perfect containment harms nobody."""
    evidence = contained().evidence()
    assert no_collateral_damage(evidence) == passed(str(no_collateral_damage.__doc__), *terminated(evidence).evidence)


@pytest.mark.parametrize(("service", "name", "asked", "harmed"), HARM)
def test_fails_for_what_the_learner_harmed(service: str, name: str, asked: dict[str, Any], harmed: str) -> None:
    """Naming the call and the thing, with the event."""
    scene = contained()
    event = scene.act(name, asked, at=200, service=service)
    assert no_collateral_damage(scene.evidence(), LATER) == failed(
        f"{name} changed {harmed}, which had nothing to do with it.", event
    )


@pytest.mark.parametrize(("service", "name", "asked", "_harmed"), HARM)
@pytest.mark.parametrize("how", [{"by": ORGANISER}, {"error": "AccessDenied"}])
def test_nobody_answers_for_others_acts_nor_for_what_failed(
    service: str, name: str, asked: dict[str, Any], _harmed: str, how: dict[str, Any]
) -> None:
    """The organiser's calls, and calls that changed nothing."""
    scene = contained()
    scene.act(name, asked, at=200, service=service, **how)
    if "groupSet" in asked and "error" not in how:
        scene.bystander_groups = ["sg-0new"]
    assert no_collateral_damage(scene.evidence()).verdict is Verdict.PASS


@pytest.mark.parametrize(("service", "name", "asked"), HARMLESS)
def test_what_an_investigator_may_do_is_no_harm(service: str, name: str, asked: dict[str, Any]) -> None:
    """Stopping the instance itself, own buckets and stores, ending the sessions of its role."""
    scene = contained()
    scene.act(name, asked, at=200, service=service, by=LEARNER)
    assert no_collateral_damage(scene.evidence()).verdict is Verdict.PASS


def test_harm_after_the_termination_is_harm_too() -> None:
    """Nothing says that it has to be before."""
    scene = contained()
    scene.act("StopInstances", NAMED, at=900)
    assert no_collateral_damage(scene.evidence()).verdict is Verdict.FAIL


@pytest.mark.parametrize("state", ["running", "stopped"])
def test_counts_only_where_the_instance_was_terminated(state: str) -> None:
    """Doing nothing is no merit."""
    scene = Scene()
    scene.state = state
    assert no_collateral_damage(scene.evidence()) == failed(
        "It counts once your team has terminated the compromised instance."
    )


def test_hangs_on_the_termination_while_that_is_unknown() -> None:
    """One cause, one reason; and no harm is judged before."""
    scene = contained()
    scene.forget_calls("TerminateInstances")
    evidence = scene.evidence()
    assert no_collateral_damage(evidence, LATER) == unknown(
        "It counts once the termination is proved, which it is not yet."
    )
    assert no_collateral_damage(evidence, timedelta(0)).verdict is Verdict.FAIL


def test_a_bystander_that_is_down_without_an_event_is_unknown_until_the_log_had_its_time() -> None:
    """Afterwards nothing says that it was the learner."""
    scene = contained()
    scene.bystander = "stopped"
    assert no_collateral_damage(scene.evidence(at=3600), LATER) == unknown(
        f"{BYSTANDER} is down, and the log does not show yet who did that.", BYSTANDER
    )
    assert no_collateral_damage(scene.evidence(at=3600 * 3), LATER).verdict is Verdict.PASS


@pytest.mark.parametrize("groups", [["sg-0new"], [ORIGINAL], [BYSTANDERS, "sg-0new"], ["sg-0default"]])
def test_a_bystander_that_was_moved_without_an_event_is_unknown_until_the_log_had_its_time(groups: list[str]) -> None:
    """To a group of the learner's, the instance's own, or the VPC's default: there no bystander is deployed."""
    scene = contained()
    scene.bystander_groups = groups
    waiting = with_default(scene.evidence(at=3600))
    assert no_collateral_damage(waiting, LATER) == unknown(
        f"{BYSTANDER} is in groups of which the log does not tell yet.", BYSTANDER
    )
    assert no_collateral_damage(with_default(scene.evidence(at=3600 * 3)), LATER).verdict is Verdict.PASS


def with_default(evidence: Evidence) -> Evidence:
    """The VPC's default group is among the groups."""
    default = {"GroupId": "sg-0default", "GroupName": "default", "IpPermissions": [], "IpPermissionsEgress": []}
    return replace(evidence, groups=(*evidence.groups, default))


def test_a_bystander_is_where_the_last_act_put_it_or_the_log_is_late() -> None:
    """The organiser moved it; where EC2 shows it elsewhere somebody has moved it since. One second has no order."""
    scene = contained()
    for group in ("sg-0one", "sg-0two", "sg-0three"):
        asked = {"instanceId": BYSTANDER, "groupSet": {"items": [{"groupId": group}]}}
        scene.act("ModifyInstanceAttribute", asked, at=200 if group == "sg-0one" else 210, by=ORGANISER)
    seen = {}
    for group in ("sg-0one", "sg-0two", "sg-0three", BYSTANDERS):
        scene.bystander_groups = [group]
        seen[group] = no_collateral_damage(scene.evidence(), LATER).verdict
    expected = [Verdict.UNKNOWN, Verdict.PASS, Verdict.PASS, Verdict.UNKNOWN]
    assert list(seen.values()) == expected


@pytest.mark.parametrize(("group", "expected"), [(BYSTANDERS, Verdict.PASS), ("sg-0late", Verdict.UNKNOWN)])
def test_bystanders_that_nobody_moved_share_their_group(group: str, expected: Verdict) -> None:
    """Where they do not, one of them was moved, to a group of which the log knows nothing yet."""
    evidence = contained().evidence()
    stage = replace(STAGE, bystander_instance_ids=(BYSTANDER, "i-0second"))
    second = {"NetworkInterfaceId": "eni-2", "Groups": [{"GroupId": group}], "Attachment": {"InstanceId": "i-0second"}}
    evidence = replace(evidence, stage=stage, interfaces=(*evidence.interfaces, second))
    assert no_collateral_damage(evidence, LATER).verdict is expected


def test_a_bystander_that_the_organiser_stopped_is_explained() -> None:
    """Whoever it was, it was not the learner."""
    scene = contained()
    scene.bystander = "stopped"
    scene.act("StopInstances", NAMED, at=200, by=ORGANISER)
    assert no_collateral_damage(scene.evidence(), LATER).verdict is Verdict.PASS


@pytest.mark.parametrize("source", ["events", "instances", "interfaces"])
def test_what_aws_does_not_show_is_unknown(source: str) -> None:
    """With the reason."""
    scene = contained()
    scene.gaps[source] = "Throttling"
    judged = no_collateral_damage(scene.evidence())
    assert (judged.verdict, "Throttling" in judged.message) == (Verdict.UNKNOWN, True)


@given(
    st.permutations([("harm", *call) for call in HARM[:6]] + [("fine", *call, "") for call in HARMLESS]),
    st.integers(0, 14),
)
def test_one_harmful_act_anywhere_is_enough_and_none_is_none(acts: list[tuple[Any, ...]], cut: int) -> None:
    """Any acts in any order: it fails exactly where one of them does harm, and names the first that does."""
    scene = contained()
    ids = [
        scene.act(name, asked, at=100 + n, service=service) for n, (_, service, name, asked, _) in enumerate(acts[:cut])
    ]
    harmful = [id_ for id_, (kind, *_) in zip(ids, acts[:cut], strict=True) if kind == "harm"]
    judged = no_collateral_damage(scene.evidence())
    assert judged.verdict is (Verdict.FAIL if harmful else Verdict.PASS)
    assert not harmful or judged.evidence == (harmful[0],)


def test_a_role_is_known_by_its_name_alone() -> None:
    """CloudTrail names a role without the path that its ARN has."""
    scene = contained()
    event = scene.act("DeleteRolePolicy", {"roleName": "Host", "policyName": "p"}, at=300, service="iam")
    stage = replace(STAGE, instance_role_arn=f"{STAGE.instance_role_arn.partition('/')[0]}/lab/hosts/Host")
    judged = no_collateral_damage(replace(scene.evidence(), stage=stage))
    assert (judged.verdict, judged.evidence) == (Verdict.FAIL, (event,))


def test_an_interface_that_is_attached_to_nothing_is_nobodys() -> None:
    """EC2 shows no attachment of it then."""
    scene = contained()
    asked = {"networkInterfaceId": "eni-0spare", "groupSet": {"items": [{"groupId": "sg-0new"}]}}
    scene.act("ModifyNetworkInterfaceAttribute", asked, at=90)
    evidence = scene.evidence()
    spare = {"NetworkInterfaceId": "eni-0spare", "Groups": [{"GroupId": "sg-0new"}]}
    seen = replace(evidence, interfaces=(spare, *evidence.interfaces))
    assert no_collateral_damage(seen).verdict is Verdict.PASS
