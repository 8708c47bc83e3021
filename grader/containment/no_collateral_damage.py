"""Was anything else harmed on the way?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta

from grader.containment.ending import settled_by_now
from grader.containment.judgement import SETTLE, Judgement, acts, blind, by_learner, failed, passed, unknown
from grader.containment.revocation import revokes
from grader.containment.rules import CALLS as RULES
from grader.containment.terminated import terminated
from grader.evidence.bundle import Evidence
from grader.evidence.event import Event, get, items
from grader.report import Verdict

_ENDS = ("StopInstances", "TerminateInstances")
_REGROUPS = ("ModifyInstanceAttribute", "ModifyNetworkInterfaceAttribute")
_DISTURBS_TRAILS = ("DeleteTrail", "PutEventSelectors", "PutInsightSelectors", "StopLogging", "UpdateTrail")
_QUERIES = ("CancelQuery", "GenerateQuery", "StartQuery")  # name the store, and change nothing of it
_DOWN = frozenset({"stopping", "stopped", "shutting-down", "terminated"})


def no_collateral_damage(evidence: Evidence, settle: timedelta = SETTLE) -> Judgement:
    """You harmed nothing else: no other instance, and nothing of the lab's buckets, event store and roles."""
    if unseen := blind(evidence, "events", "instances", "interfaces"):
        return unseen
    done = terminated(evidence, settle)
    if done.verdict is Verdict.UNKNOWN:
        return unknown("It counts once the termination is proved, which it is not yet.", again=done.again)
    if done.verdict is Verdict.FAIL:
        return failed("It counts once your team has terminated the compromised instance.")
    for event in evidence.events:
        if event.succeeded and by_learner(evidence, event) and (harmed := _harmed(evidence, event)):
            return failed(f"{event.name} changed {harmed}, which had nothing to do with it.", event.id)
    unexplained = [] if settled_by_now(evidence, settle) else _unexplained(evidence)
    if unexplained:
        return unknown(f"{unexplained[0]} is down, and the log does not show yet who did that.", *unexplained)
    regrouped = [] if settled_by_now(evidence, settle) else _regrouped(evidence)
    if regrouped:
        return unknown(f"{regrouped[0]} is in groups of which the log does not tell yet.", *regrouped)
    return passed(str(no_collateral_damage.__doc__), *done.evidence)


def _harmed(evidence: Evidence, event: Event) -> str:
    """What of the lab one act changed that it should not have; "" for nothing."""
    source = str(event.raw["eventSource"]).partition(".")[0]
    return _TOUCHED[source](evidence, event) if source in _TOUCHED else ""


def _bystander(evidence: Evidence, event: Event) -> str:
    """A bystander that was stopped, terminated or moved to other groups, or whose group's rules were changed."""
    named: Collection[str] = ()
    if event.name in _ENDS:
        named = [str(get(item, "instanceId")) for item in items(event.asked, "instancesSet")]
    elif event.name in _REGROUPS and items(event.asked, "groupSet"):
        interface = str(get(event.asked, "networkInterfaceId"))
        named = [str(get(event.asked, "instanceId")), _owner(evidence, interface)]
    elif event.name in RULES:
        group = str(get(event.asked, "groupId"))
        placed = [] if group in _strange(evidence) else _placed(evidence)
        named = [instance for _, instance, groups in placed if group in groups]
    return next((id_ for id_ in named if id_ in evidence.stage.bystander_instance_ids), "")


def _owner(evidence: Evidence, interface: str) -> str:
    """The instance that an interface is attached to; "" where EC2 shows none."""
    shown = (i for i in evidence.interfaces if i["NetworkInterfaceId"] == interface)
    return next((str(i.get("Attachment", {}).get("InstanceId", "")) for i in shown), "")


def _bucket(evidence: Evidence, event: Event) -> str:
    name = str(event.asked.get("bucketName", ""))
    return name if name in {evidence.stage.drop_bucket, evidence.stage.bystander_bucket} else ""


def _log(evidence: Evidence, event: Event) -> str:
    """The lab's event data store, or a trail: the lab has none of its own, so any is somebody else's."""
    if event.name in _DISTURBS_TRAILS:
        return "a trail"
    named = evidence.stage.store_id in str(event.raw.get("requestParameters"))
    return "the event data store" if named and event.name not in _QUERIES else ""


def _role(evidence: Evidence, event: Event) -> str:
    """A role of the lab, but for a policy that ends the sessions of the instance's role: that is containment."""
    stage = evidence.stage
    name = str(event.asked.get("roleName", ""))
    roles = {arn.rpartition("/")[2] for arn in (stage.instance_role_arn, stage.learner_role_arn, stage.grader_role_arn)}
    return name if name in roles and not revokes(evidence, event) else ""


_TOUCHED: Mapping[str, Callable[[Evidence, Event], str]] = {
    "ec2": _bystander,
    "s3": _bucket,
    "cloudtrail": _log,
    "iam": _role,
}
"""By the service that was called: the thing of the lab that an act of it changed."""


def _unexplained(evidence: Evidence) -> list[str]:
    """Bystanders that EC2 shows down, of which no act in the log says so."""
    explained = {get(item, "instanceId") for act in acts(evidence, *_ENDS) for item in items(act.asked, "instancesSet")}
    down = [i["InstanceId"] for i in evidence.instances if i["State"]["Name"] in _DOWN]
    return [id_ for id_ in down if id_ in evidence.stage.bystander_instance_ids and id_ not in explained]


def _placed(evidence: Evidence) -> list[tuple[str, str, frozenset[str]]]:
    """Every interface of a bystander that EC2 shows, with its instance and its groups."""
    shown = [(i, str(i.get("Attachment", {}).get("InstanceId", ""))) for i in evidence.interfaces]
    return [
        (i["NetworkInterfaceId"], instance, frozenset(group["GroupId"] for group in i["Groups"]))
        for i, instance in shown
        if instance in evidence.stage.bystander_instance_ids
    ]


def _regrouped(evidence: Evidence) -> list[str]:
    """Bystanders in groups that no act in the log explains.

    Where no act moved them, they are still where they were deployed: all in the same group.
    """
    strange = _strange(evidence)
    placed = [(instance, groups, _told(evidence, id_, instance)) for id_, instance, groups in _placed(evidence)]
    at_home = {groups for _, groups, told in placed if not told}
    return [
        instance
        for instance, groups, told in placed
        if (groups not in told if told else groups & strange or len(at_home) > 1)
    ]


def _strange(evidence: Evidence) -> set[str]:
    """Groups that no bystander was deployed in: the compromised instance's, the VPC's default, the learner's own."""
    made = {str(get(e.answered, "groupId")) for e in acts(evidence, "CreateSecurityGroup") if by_learner(evidence, e)}
    defaults = {group["GroupId"] for group in evidence.groups if group.get("GroupName") == "default"}
    return {evidence.stage.security_group_id} | made | defaults


def _told(evidence: Evidence, interface: str, instance: str) -> set[frozenset[str]]:
    """The groups that the last act put an interface in, whoever did; several where acts of one second have no order."""
    moves = [
        (event.time, frozenset(str(get(item, "groupId")) for item in items(event.asked, "groupSet")))
        for event in acts(evidence, *_REGROUPS)
        if items(event.asked, "groupSet")
        and (get(event.asked, "networkInterfaceId") == interface or get(event.asked, "instanceId") == instance)
    ]
    return {groups for time, groups in moves if time == moves[-1][0]}
