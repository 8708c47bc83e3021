"""The reference learner: its answers from the rows of a store of steps, its containment in moto's EC2."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, cast

import boto3
import pytest
from moto import mock_aws

from scenario import workshop
from scenario.answer_key import answer_key
from scenario.query import Rows, Store
from scenario.responders.reference import PREVENTION, NothingFoundError, ReferenceLearner
from scenario.story import Step, bystander_story, draw
from tests.scenario.stages import STAGE

STORE, HOST, (OTHER,) = STAGE.store_id, STAGE.instance_id, STAGE.bystander_instance_ids
Call = tuple[str, Step]  # an instance and what it called


class StoreOfSteps:
    """Answers the module's queries, and the finer one for keys, from calls; knows no other SQL."""

    def __init__(self, calls: list[Call]) -> None:
        self.calls = calls
        asked: dict[str, Callable[[], Rows]] = {
            "list_buckets": lambda: self.buckets(),
            "actions": lambda: self.counted("eventname"),
            "read_only": lambda: self.counted("principalid", "eventsource", "eventname", read_only=True),
            "put_objects": lambda: self.puts("requestparameters"),
            "footprint": lambda: self.counted("eventname", "eventsource", "awsregion"),
        }
        self.answers = {workshop.query(n, store_id=STORE, instance_id=HOST): rows for n, rows in asked.items()}
        finer = "element_at(requestparameters, 'key') as object_key"
        text = workshop.query("put_objects", store_id=STORE, instance_id=HOST)
        self.answers[text.replace("requestparameters", finer)] = lambda: self.puts("object_key")

    def run(self, sql: str) -> Rows:
        return self.answers[sql]()

    def buckets(self) -> Rows:
        counts = Counter(f"AROA7:{host}" for host, step in self.calls if step.event_name == "ListBuckets")
        return table(("principalid", "total"), [(name, str(count)) for name, count in counts.most_common()])

    def counted(self, *columns: str, read_only: bool = False) -> Rows:
        counts = Counter(
            tuple(cell(column, step) for column in columns)
            for host, step in self.calls
            if host == HOST and step.read_only >= read_only
        )
        return table((*columns, "total"), [(*key, str(count)) for key, count in counts.most_common()])

    def puts(self, column: str) -> Rows:
        steps = [step for host, step in self.calls if host == HOST and step.event_name == "PutObject"]
        return table(("principalid", column), [(cell("principalid", s), cell(column, s)) for s in steps])


def cell(column: str, step: Step) -> str:
    key: str = step.parameters.get("Key", "")
    values = {
        "principalid": f"AROA7:{HOST}",
        "eventname": step.event_name,
        "eventsource": step.event_source,
        "awsregion": step.region,
        "object_key": key,
        "requestparameters": f"{{bucketName=drop, Host=drop.s3.amazonaws.com, key={key}}}",
    }
    return values[column]


def table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> Rows:
    return Rows(columns, tuple(rows)) if rows else Rows((), ())


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    """A session in an empty cloud."""
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")  # a thousand images, with a snapshot each
    with mock_aws():
        yield boto3.Session("testing", "testing", region_name="eu-west-1")


def learner(session: boto3.Session, calls: list[Call]) -> ReferenceLearner:
    reference = ReferenceLearner(session, store_id=STORE)
    reference.store = cast(Store, StoreOfSteps(calls))
    return reference


def in_any_order(sheet: dict[str, Any]) -> dict[str, Any]:
    return {name: sorted(value, key=str) if isinstance(value, list) else value for name, value in sheet.items()}


@pytest.mark.parametrize("plays", [1, 3])
def test_its_sheet_is_the_answer_key(session: boto3.Session, plays: int) -> None:
    """From nothing but rows it finds what the key says, after one play and amid many, bystanders or not."""
    for seed in ("one", "two", "three"):
        story, other = draw(seed, "eu-west-1"), bystander_story(seed, "eu-west-1", 1)
        calls = [(OTHER, step) for step in other.steps * plays]
        calls += [(HOST, step) for step in story.steps * plays + story.steps[: 40 * plays]]
        sheet = learner(session, calls).investigate()
        assert in_any_order(sheet) == in_any_order(answer_key(story, STAGE))
        assert all(len(value) == len({str(v) for v in value}) for value in sheet.values() if isinstance(value, list))


def test_an_instance_without_uploads_has_none(session: boto3.Session) -> None:
    """Where the module's query finds no PutObject, the list of files is empty."""
    assert learner(session, [(OTHER, draw("one", "eu-west-1").steps[0])]).uploaded_files(HOST) == []


def test_an_empty_store_is_told(session: boto3.Session) -> None:
    """Before the first events have arrived there is nothing to answer from, and the error says so."""
    with pytest.raises(NothingFoundError, match="wait for the first events"):
        learner(session, []).respond()


def test_it_knows_the_modules_closing_answer() -> None:
    """Its choices are the ones that the task file calls right."""
    assert {choice.id for choice in workshop.task("prevention").choices if choice.correct} == set(PREVENTION)


@pytest.fixture
def instance_id(session: boto3.Session) -> str:
    """A running instance with its root volume and a volume more, in a VPC of its own."""
    ec2 = session.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="open", Description="open", VpcId=vpc)["GroupId"]
    image = ec2.register_image(Name="linux", RootDeviceName="/dev/xvda")["ImageId"]
    launched = ec2.run_instances(
        ImageId=image,
        MinCount=1,
        MaxCount=1,
        SubnetId=subnet,
        SecurityGroupIds=[group],
        BlockDeviceMappings=[{"DeviceName": name, "Ebs": {"VolumeSize": 8}} for name in ("/dev/xvda", "/dev/sdf")],
    )
    return launched["Instances"][0]["InstanceId"]


def snapshots_of(session: boto3.Session, volumes: list[str]) -> list[tuple[str, str]]:
    """Volume and state of each snapshot of these volumes."""
    chosen = [{"Name": "volume-id", "Values": volumes}]
    snapshots = session.client("ec2").describe_snapshots(Filters=chosen)["Snapshots"]  # type: ignore[arg-type]
    return sorted((snapshot["VolumeId"], snapshot["State"]) for snapshot in snapshots)


def test_it_contains_the_instance(session: boto3.Session, instance_id: str) -> None:
    """Every volume has a completed snapshot, the new group has no rules, and the instance is terminated."""
    reference, ec2 = learner(session, []), session.client("ec2")
    before = reference.describe(instance_id)
    reference.contain(instance_id)

    volumes = sorted(mapping["Ebs"]["VolumeId"] for mapping in before["BlockDeviceMappings"])
    assert len(volumes) >= 2
    assert snapshots_of(session, volumes) == [(volume, "completed") for volume in volumes]

    groups = ec2.describe_security_groups()["SecurityGroups"]
    (made,) = (group for group in groups if group["GroupName"].startswith("Restricted_Group-"))
    assert (made["VpcId"], made["IpPermissions"], made["IpPermissionsEgress"]) == (before["VpcId"], [], [])
    assert reference.describe(instance_id)["State"]["Name"] == "terminated"


def test_it_can_contain_again(session: boto3.Session, instance_id: str) -> None:
    """A second run makes a second group: the name is no obstacle."""
    reference = learner(session, [])
    instance = reference.describe(instance_id)
    first, second = reference.isolate(instance), reference.isolate(instance)
    assert first != second
    assert [group["GroupId"] for group in reference.describe(instance_id)["SecurityGroups"]] == [second]


def test_a_learner_that_is_wrong_in_one_way_is_a_few_lines(session: boto3.Session, instance_id: str) -> None:
    """Overriding one step changes that step and leaves the others: here, one that forgets the snapshot."""

    class Forgetful(ReferenceLearner):
        """Takes no snapshot."""

        def snapshot(self, instance: object) -> list[str]:
            return []

    forgetful = Forgetful(session, store_id=STORE)
    volumes = [mapping["Ebs"]["VolumeId"] for mapping in forgetful.describe(instance_id)["BlockDeviceMappings"]]
    forgetful.contain(instance_id)
    assert snapshots_of(session, volumes) == []
    assert forgetful.describe(instance_id)["State"]["Name"] == "terminated"
