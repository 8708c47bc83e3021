"""A class survives its process: killed at twenty moments under traffic, it goes on as if nothing had been."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from grader.client import Portal, PortalError
from grader.submissions import SubmissionLog
from infra.deploy.identities import assume
from infra.deploy.state import StateFolder, Team
from scenario.access import Credentials
from scenario.query import open_store
from scenario.responders.reference import ReferenceLearner
from tests.infra.event.classroom.rooms import Served, entry, room, serve

KILLS = 20
LONGEST = 0.3  # seconds of traffic before the end
ONCE = Config(retries={"total_max_attempts": 1}, read_timeout=20)
NAME = "traffic-"
CUT_OFF = (BotoCoreError, ClientError, ResponseParserError, PortalError, OSError)
numbers = count()


@dataclass
class Told:
    """What a team was told, and so may rely on."""

    team: Team
    volume: str = ""
    groups: dict[str, str] = field(default_factory=dict)  # name by id
    snapshots: set[str] = field(default_factory=set)
    objects: dict[str, bytes] = field(default_factory=dict)
    sessions: list[Credentials] = field(default_factory=list)
    sheets: list[int] = field(default_factory=list)
    requests: set[str] = field(default_factory=set)
    events: dict[Any, Any] = field(default_factory=dict)  # by request id: the event's, as it was seen

    def client(self, service: str) -> Any:
        """An organiser's client, who may do everything, and tries once."""
        stage = self.team.stage
        session: Any = self.team.keys().session(region=stage.region, endpoint=self.team.access.endpoint)
        return session.client(service, config=ONCE)

    def _noted(self, client: Any) -> Any:
        """The client, whose answered requests are remembered."""

        def note(parsed: dict[str, Any], **_: Any) -> None:
            self.requests.add(parsed["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"])

        client.meta.events.register("after-call", note)
        return client

    def change(self, ended: threading.Event) -> None:
        """Change one thing after another."""
        ec2, s3, stage = self._noted(self.client("ec2")), self._noted(self.client("s3")), self.team.stage
        (vpc,) = [
            one["VpcId"] for one in ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
        ]
        self.volume = self.volume or ec2.create_volume(AvailabilityZone=f"{stage.region}a", Size=1)["VolumeId"]
        while not ended.is_set():
            name = f"{NAME}{next(numbers)}"
            group = ec2.create_security_group(GroupName=name, Description="of a test", VpcId=vpc)
            self.groups[group["GroupId"]] = name
            self.snapshots.add(ec2.create_snapshot(VolumeId=self.volume)["SnapshotId"])
            s3.put_object(Bucket=stage.drop_bucket, Key=name, Body=name.encode())
            self.objects[name] = name.encode()
            session = self.team.keys().session(region=stage.region, endpoint=self.team.access.endpoint)
            self.sessions.append(assume(session, stage.learner_role_arn, name))

    def ask(self, ended: threading.Event) -> None:
        """Hand in a sheet and look at something, again and again."""
        ec2, portal = self._noted(self.client("ec2")), Portal(self.team.access.portal, self.team.access.token)
        sheet = json.dumps({"instance_id": self.team.stage.instance_id}).encode()
        while not ended.is_set():
            self.sheets.append(portal.submit(sheet)["submission"])
            ec2.describe_instances()

    def check(self) -> None:
        """Find all of it again, and an event for each thing that is there."""
        stage = self.team.stage
        found = self.client("ec2").describe_security_groups(Filters=[{"Name": "group-name", "Values": [f"{NAME}*"]}])
        groups = {group["GroupId"]: group["GroupName"] for group in found["SecurityGroups"]}
        assert self.groups.items() <= groups.items()
        snapshots = self.client("ec2").describe_snapshots(OwnerIds=["self"])["Snapshots"]
        assert self.snapshots <= {one["SnapshotId"] for one in snapshots}
        s3 = self.client("s3")
        kept = {one["Key"] for one in s3.list_objects_v2(Bucket=stage.drop_bucket).get("Contents", ())}
        assert self.objects.keys() <= kept
        if self.objects:
            last = max(self.objects)
            assert s3.get_object(Bucket=stage.drop_bucket, Key=last)["Body"].read() == self.objects[last]
        for credentials in self.sessions[-2:]:
            session = credentials.session(region=stage.region, endpoint=self.team.access.endpoint)
            assert session.client("sts").get_caller_identity()["Account"] == stage.account_id
        self._check_events(groups)

    def _check_events(self, groups: dict[str, str]) -> None:
        """Every request that was answered has one event, the same as ever; every group was made by one of them."""
        stage = self.team.stage
        session = self.team.keys().session(region=stage.region, endpoint=self.team.access.endpoint)
        found = open_store(session, stage).run(
            "select requestid, eventid, eventname, element_at(responseelements, 'groupId') as made "
            f"from {stage.store_id} where eventtime > timestamp '{stage.created_at:%Y-%m-%d %H:%M:%S}'"
        )
        rows = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
        ids: dict[Any, list[Any]] = {}
        for row in rows:
            ids.setdefault(row["requestid"], []).append(row["eventid"])
        assert {request: found for request, found in ids.items() if len(found) != 1} == {}
        events = {request: found[0] for request, found in ids.items()}
        assert self.requests - events.keys() == set()
        assert self.events.items() <= events.items()
        self.events = events
        made = {row["made"] for row in rows if row["eventname"] == "CreateSecurityGroup"}
        assert groups.keys() <= made


def until_killed(up: Served, told: list[Told], seconds: float) -> None:
    """Have every team busy, and kill the class in the midst."""
    ended = threading.Event()

    def busy(act: Callable[[threading.Event], None]) -> None:
        try:
            act(ended)
        except CUT_OFF:
            return

    threads = [threading.Thread(target=busy, args=(act,)) for one in told for act in (one.change, one.ask)]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    up.kill()
    ended.set()
    for thread in threads:
        thread.join()


def test_a_class_survives_being_killed(tmp_path: Path) -> None:
    """Whatever was answered is there after each of the kills, and the score and the links are as they were."""
    dice = random.Random(20)
    asked = room(entry("red"), entry("blue", region="eu-west-1"), background=0)
    up = serve(asked, tmp_path)
    first = up.lab
    red = first.team("red")
    portal = Portal(red.access.portal, red.access.token)
    portal.submit(json.dumps(ReferenceLearner(red.access.session(), store_id=red.access.store_id).respond()).encode())
    assert portal.report().score == 100
    told = [Told(team) for team in first.teams]
    for _ in range(KILLS):
        until_killed(up, told, dice.uniform(0.02, LONGEST))
        up = serve(replace(asked, resume=True), tmp_path)
        assert up.lab == replace(first, endpoint=up.lab.endpoint)
        assert [line for line in up.said if line.startswith("WARNING")] == []
        for one in told:
            one.check()
    assert portal.report().score == 100
    up.end()
    with SubmissionLog.open(StateFolder(tmp_path).submissions) as log:
        kept = [{one.number for one in log.sheets(team.stage.store_id)} for team in first.teams]
    assert [set(one.sheets) <= numbers for one, numbers in zip(told, kept, strict=True)] == [True, True]
    assert min(len(one.groups) for one in told) > 2  # there was traffic
