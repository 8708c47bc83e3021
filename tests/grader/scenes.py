"""A lab of the imagination: acts become CloudTrail records in AWS's shapes, and EC2's state follows.

Times are seconds after the stage was created. What a scene shows can be bent afterwards, as a late log would.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from grader.evidence.bundle import Evidence
from grader.evidence.calls import Call
from grader.evidence.event import Event
from scenario.stage import Stage
from scenario.story import Story, draw

ACCOUNT = "111122223333"
CREATED = datetime(2026, 11, 24, 10, 0, 0, tzinfo=UTC)
LEARNER = f"arn:aws:iam::{ACCOUNT}:role/lab-LearnerRole"
ORGANISER = f"arn:aws:iam::{ACCOUNT}:role/Organiser"
INSTANCE, VOLUME, INTERFACE, ORIGINAL = "i-0a1b2c3d4e5f60718", "vol-0aaaaaaaaaaaaaaa1", "eni-0a1", "sg-0original"
BYSTANDER, BYSTANDERS = "i-0bbbbbbbbbbbbbbb1", "sg-0bystanders"

STAGE = Stage(
    team="blue",
    account_id=ACCOUNT,
    region="us-east-1",
    vpc_id="vpc-0a1",
    subnet_id="subnet-0a1",
    instance_id=INSTANCE,
    volume_id=VOLUME,
    interface_id=INTERFACE,
    security_group_id=ORIGINAL,
    instance_role_arn=f"arn:aws:iam::{ACCOUNT}:role/lab-InstanceRole",
    drop_bucket="lab-drop-4711",
    bystander_bucket="lab-bystander-4711",
    bystander_instance_ids=(BYSTANDER,),
    store_kind="lake",
    store_id="0a1b2c3d-1e57-4b6f-9d30-7a0c6a4f2b11",
    learner_role_arn=LEARNER,
    grader_role_arn=f"arn:aws:iam::{ACCOUNT}:role/lab-GraderRole",
    created_at=CREATED,
)

ANYWHERE = "0.0.0.0/0"
STORY = draw("a seed", STAGE.region)

Permissions = list[dict[str, Any]]


def calls_of(story: Story) -> tuple[Call, ...]:
    """What the event data store sums up of a story that was played once."""
    steps = [
        (s.event_name, s.event_source, s.region, s.read_only, str(s.parameters.get("Key", ""))) for s in story.steps
    ]
    return tuple(
        Call(name=name, source=source, region=region, read_only=read_only, key=key, total=total, event_id=f"call-{n}")
        for n, ((name, source, region, read_only, key), total) in enumerate(sorted(Counter(steps).items()))
    )


def permission(cidr: str = ANYWHERE, protocol: str = "-1", **ports: int) -> dict[str, Any]:
    """One rule as boto3 takes and shows it."""
    return {"IpProtocol": protocol, "IpRanges": [{"CidrIp": cidr}], **ports}


class Scene:
    """One stage, from its creation on. Each act returns the id of its event, or of what it made."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self.state = "running"
        self.reason = ""
        self.placed = [ORIGINAL]
        self.groups: dict[str, dict[str, Permissions]] = {ORIGINAL: {"ingress": [], "egress": [permission()]}}
        self.snapshots: dict[str, dict[str, Any]] = {}
        self.images: list[dict[str, Any]] = []
        self.hidden: set[str] = set()  # sources that EC2 no longer shows: "instances", "interfaces"
        self.gaps: dict[str, str] = {}
        self.bystander = "running"
        self.bystander_groups = [BYSTANDERS]
        self.calls = calls_of(STORY)

    def act(
        self,
        name: str,
        asked: Mapping[str, Any],
        answered: Mapping[str, Any] | None = None,
        *,
        at: float,
        by: str = LEARNER,
        error: str = "",
        service: str = "ec2",
    ) -> str:
        """One record; with an error the call changed nothing."""
        number = len(self.records)
        self.records.append(
            {
                "eventVersion": "1.11",
                "userIdentity": {"type": "AssumedRole", "sessionContext": {"sessionIssuer": {"arn": by}}},
                "eventTime": f"{CREATED + timedelta(seconds=at):%Y-%m-%dT%H:%M:%SZ}",
                "eventSource": f"{service}.amazonaws.com",
                "eventName": name,
                "awsRegion": STAGE.region,
                "readOnly": False,
                "requestParameters": asked,
                "responseElements": None if error else {"requestId": f"r{number}", "_return": True, **(answered or {})},
                "eventID": f"event-{number}-{name}",
                **({"errorCode": error} if error else {}),
            }
        )
        return f"event-{number}-{name}"

    def snapshot(self, at: float, volume: str = VOLUME, state: str = "completed", by: str = LEARNER) -> str:
        """CreateSnapshot; gives the snapshot's id."""
        id_ = f"snap-{len(self.snapshots)}"
        self.act("CreateSnapshot", {"volumeId": volume}, {"snapshotId": id_, "volumeId": volume}, at=at, by=by)
        self.keep(id_, at, volume, state)
        return id_

    def keep(self, id_: str, at: float, volume: str = VOLUME, state: str = "completed") -> None:
        """A snapshot as EC2 shows it."""
        start = (CREATED + timedelta(seconds=at)).isoformat()
        self.snapshots[id_] = {
            "SnapshotId": id_,
            "VolumeId": volume,
            "State": state,
            "StartTime": start,
            "CreateVolumePermissions": [],
        }

    def new_group(self, at: float, id_: str = "sg-0new") -> str:
        """CreateSecurityGroup: open egress, no ingress; gives the group's id."""
        self.act("CreateSecurityGroup", {"groupName": id_, "vpcId": STAGE.vpc_id}, {"groupId": id_}, at=at)
        self.groups[id_] = {"ingress": [], "egress": [permission()]}
        return id_

    def allow(self, at: float, group: str, rule: dict[str, Any], side: str = "egress") -> str:
        """AuthorizeSecurityGroupEgress or Ingress."""
        self.groups[group][side].append(rule)
        return self.act(f"AuthorizeSecurityGroup{side.capitalize()}", _named(group, rule), at=at)

    def revoke(self, at: float, group: str, rule: dict[str, Any] | None = None, side: str = "egress") -> str:
        """RevokeSecurityGroupEgress or Ingress, of the open egress where no rule is named."""
        rule = rule or permission()
        self.groups[group][side].remove(rule)
        return self.act(f"RevokeSecurityGroup{side.capitalize()}", _named(group, rule), at=at)

    def closed_group(self, at: float, id_: str = "sg-0new") -> str:
        """A new group without any rule."""
        self.new_group(at, id_)
        self.revoke(at, id_)
        return id_

    def move(self, at: float, *groups: str, by_interface: bool = False, by: str = LEARNER) -> str:
        """ModifyInstanceAttribute, or ModifyNetworkInterfaceAttribute."""
        self.placed = list(groups)
        asked: dict[str, Any] = {"groupSet": {"items": [{"groupId": group} for group in groups]}}
        if by_interface:
            return self.act("ModifyNetworkInterfaceAttribute", {"networkInterfaceId": INTERFACE, **asked}, at=at, by=by)
        return self.act("ModifyInstanceAttribute", {"instanceId": INSTANCE, **asked}, at=at, by=by)

    def terminate(self, at: float, by: str = LEARNER) -> str:
        """TerminateInstances."""
        before, self.state = self.state, "terminated"
        self.reason = f"User initiated ({CREATED + timedelta(seconds=at):%Y-%m-%d %H:%M:%S} GMT)"
        item = {"instanceId": INSTANCE, "currentState": {"name": "shutting-down"}, "previousState": {"name": before}}
        asked = {"instancesSet": {"items": [{"instanceId": INSTANCE}]}}
        return self.act("TerminateInstances", asked, {"instancesSet": {"items": [item]}}, at=at, by=by)

    def forget(self, *event_ids: str) -> None:
        """These events have not reached the log."""
        self.records = [record for record in self.records if record["eventID"] not in event_ids]

    def forget_calls(self, *names: str) -> None:
        """No event of these names has reached the log."""
        self.records = [record for record in self.records if record["eventName"] not in names]

    def evidence(self, at: float = 3600) -> Evidence:
        """What gathering shows at that time."""
        placed = [{"GroupId": group} for group in self.placed]
        other = {
            "NetworkInterfaceId": "eni-0bystander",
            "Groups": [{"GroupId": group} for group in self.bystander_groups],
            "Attachment": {"InstanceId": BYSTANDER},
        }
        shown: dict[str, Sequence[dict[str, Any]]] = {
            "instances": [self._instance(), {"InstanceId": BYSTANDER, "State": {"Name": self.bystander}}],
            "interfaces": [{"NetworkInterfaceId": INTERFACE, "Groups": placed}, other],
        }
        return Evidence(
            stage=STAGE,
            gathered_at=CREATED + timedelta(seconds=at),
            events=tuple(sorted(map(Event, self.records), key=lambda e: (e.time, e.id))),
            calls=self.calls,
            instances=() if "instances" in self.hidden else tuple(shown["instances"]),
            interfaces=() if "interfaces" in self.hidden else tuple(shown["interfaces"]),
            snapshots=tuple(self.snapshots.values()),
            images=tuple(self.images),
            groups=tuple(
                {"GroupId": id_, "IpPermissions": rules["ingress"], "IpPermissionsEgress": rules["egress"]}
                for id_, rules in self.groups.items()
            ),
            gaps=self.gaps,
        )

    def _instance(self) -> dict[str, Any]:
        return {"InstanceId": INSTANCE, "State": {"Name": self.state}, "StateTransitionReason": self.reason}


def contained() -> Scene:
    """The perfect containment: snapshot, a new closed group, move, terminate; a minute apart."""
    scene = Scene()
    scene.snapshot(60)
    scene.move(180, scene.closed_group(120))
    scene.terminate(240)
    return scene


def _named(group: str, rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule in `requestParameters`, as in records that AWS wrote."""
    ranges = {"items": [{"cidrIp": r["CidrIp"]} for r in rule["IpRanges"]]}
    ports = {name[0].lower() + name[1:]: rule[name] for name in ("FromPort", "ToPort") if name in rule}
    named = {"ipProtocol": rule["IpProtocol"], **ports, "groups": {}, "ipRanges": ranges, "ipv6Ranges": {}}
    return {"groupId": group, "ipPermissions": {"items": [{**named, "prefixListIds": {}}]}}
