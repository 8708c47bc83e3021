from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from grader.evidence import calls
from grader.evidence.bundle import SOURCES, Evidence
from grader.evidence.gather import gather, unseen
from grader.evidence.log import NAMES, statement
from scenario.stage import Stage
from tests.grader.scenes import STAGE, contained

REGION = "us-east-1"
QUERY = "0a1b2c3d-0000-0000-0000-000000000000"
ROW = {
    "principal": f"AROA7:{STAGE.instance_id}",
    "eventname": "PutObject",
    "eventsource": "s3.amazonaws.com",
    "awsregion": REGION,
    "readonly": "false",
    "objectkey": "a/b.csv",
    "total": "1",
    "eventid": "event-9",
}
CALL = calls.Call(
    name="PutObject",
    source="s3.amazonaws.com",
    region=REGION,
    read_only=False,
    key="a/b.csv",
    total=1,
    event_id="event-9",
)


class Session(boto3.Session):
    """A session on moto whose one CloudTrail client is given: moto knows neither queries nor the event history."""

    def __init__(self) -> None:
        super().__init__("testing", "testing", region_name=REGION)
        self.cloudtrail = super().client("cloudtrail")
        self.stub = Stubber(self.cloudtrail)
        self.calls: list[str] = []

    def client(self, *args: Any, **settings: Any) -> Any:
        if args == ("cloudtrail",):
            return self.cloudtrail
        client = super().client(*args, **settings)
        client.meta.events.register("before-call", lambda model, **_: self.calls.append(model.name))
        return client


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")  # a thousand images, with a snapshot of ours each
    with mock_aws():
        session = Session()
        with session.stub:
            yield session


@pytest.fixture
def stage(session: Session) -> Stage:
    """A stage whose instance, volume, interface and group moto really has."""
    ec2 = boto3.client("ec2", REGION)
    group = ec2.create_security_group(GroupName="original", Description="-", VpcId=_vpc(ec2))["GroupId"]
    image = ec2.register_image(Name="linux", RootDeviceName="/dev/xvda")["ImageId"]
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    made = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet, SecurityGroupIds=[group])
    instance = ec2.describe_instances(InstanceIds=[made["Instances"][0]["InstanceId"]])["Reservations"][0]["Instances"][
        0
    ]
    return replace(
        STAGE,
        vpc_id=instance["VpcId"],
        instance_id=instance["InstanceId"],
        volume_id=instance["BlockDeviceMappings"][0]["Ebs"]["VolumeId"],
        interface_id=instance["NetworkInterfaces"][0]["NetworkInterfaceId"],
        security_group_id=group,
        created_at=datetime(2020, 1, 1, tzinfo=UTC),
    )


def _vpc(ec2: Any) -> str:
    return str(ec2.describe_vpcs()["Vpcs"][0]["VpcId"])


def answer_query(session: Session, stage: Stage, records: Sequence[Mapping[str, Any]]) -> None:
    """The store's answers to the two statements."""
    answer(session, statement(stage), [[{"eventjson": json.dumps(record)}] for record in records])
    answer(session, calls.statement(stage), [row(stage.instance_id), row("i-0another")])


def row(instance: str) -> list[dict[str, str]]:
    """A PutObject of that instance, as the store answers."""
    return [{name: value} for name, value in {**ROW, "principal": f"AROA7:{instance}"}.items()]


def answer(session: Session, sql: str, rows: list[list[dict[str, str]]]) -> None:
    session.stub.add_response("start_query", {"QueryId": QUERY}, {"QueryStatement": sql})
    session.stub.add_response(
        "get_query_results",
        {"QueryStatus": "FINISHED", "QueryResultRows": rows},
        {"QueryId": QUERY, "MaxQueryResults": 1000},
    )


def test_gathers_log_and_state_of_the_stage(session: Session, stage: Stage) -> None:
    """Events from the store, and every resource of the stage as EC2 shows it."""
    ec2 = boto3.client("ec2", REGION)
    snapshot = ec2.create_snapshot(VolumeId=stage.volume_id)["SnapshotId"]
    ec2.modify_snapshot_attribute(
        SnapshotId=snapshot, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"]
    )
    records = contained().records
    answer_query(session, stage, [*reversed(records), records[0]])

    evidence = gather(session, stage)

    assert records == [event.raw for event in evidence.events]
    assert evidence.calls == (CALL,)
    assert [stage.instance_id] == [i["InstanceId"] for i in evidence.instances]
    assert evidence.instance == evidence.instances[0]
    assert stage.interface_id in [i["NetworkInterfaceId"] for i in evidence.interfaces]
    assert [stage.volume_id] == [v["VolumeId"] for v in evidence.volumes]
    assert [(snapshot, [{"Group": "all"}])] == [
        (s["SnapshotId"], s["CreateVolumePermissions"]) for s in evidence.snapshots
    ]
    assert stage.security_group_id in [g["GroupId"] for g in evidence.groups]
    assert (evidence.images, evidence.gaps) == ((), {})
    assert evidence == Evidence.from_json(json.loads(json.dumps(evidence.as_json())))


def test_asks_little(session: Session, stage: Stage) -> None:
    """One call a source, and one for each snapshot that the account took since the stage was created."""
    ec2 = boto3.client("ec2", REGION)
    ec2.create_snapshot(VolumeId=stage.volume_id)
    taken = ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]
    answer_query(session, stage, [])
    gather(session, stage)
    session.stub.assert_no_pending_responses()  # two queries
    assert session.calls == [
        "DescribeInstances",
        "DescribeNetworkInterfaces",
        "DescribeVolumes",
        "DescribeSnapshots",
        *["DescribeSnapshotAttribute"] * len(taken),
        "DescribeSecurityGroups",
    ]


def test_asks_nothing_of_snapshots_from_before_the_stage(session: Session, stage: Stage) -> None:
    """They cannot be of its instance, and an account may have thousands."""
    boto3.client("ec2", REGION).create_snapshot(VolumeId=stage.volume_id)
    stage = replace(stage, created_at=datetime.now(UTC) + timedelta(days=1))
    answer_query(session, stage, [])
    assert gather(session, stage).snapshots == ()
    assert "DescribeSnapshotAttribute" not in session.calls


def test_a_query_that_somebody_cancelled_is_asked_once_more(session: Session, stage: Stage) -> None:
    """A learner's role may cancel any query of the store."""
    cancel(session, statement(stage))
    answer_query(session, stage, contained().records[:1])
    evidence = gather(session, stage)
    assert (len(evidence.events), evidence.gaps) == (1, {})


def test_a_query_that_is_cancelled_again_is_a_gap(session: Session, stage: Stage) -> None:
    """Nobody asks for ever."""
    answer(session, statement(stage), [])
    for _ in range(2):
        cancel(session, calls.statement(stage))
    assert list(gather(session, stage).gaps) == ["calls"]


def cancel(session: Session, sql: str) -> None:
    session.stub.add_response("start_query", {"QueryId": QUERY}, {"QueryStatement": sql})
    session.stub.add_response(
        "get_query_results", {"QueryStatus": "CANCELLED"}, {"QueryId": QUERY, "MaxQueryResults": 1000}
    )


def test_asks_for_images_where_one_was_made(session: Session, stage: Stage) -> None:
    """CreateImage answers with the image alone: its snapshots are asked for."""
    ec2 = boto3.client("ec2", REGION)
    image = ec2.create_image(InstanceId=stage.instance_id, Name="evidence")["ImageId"]
    record = {**contained().records[0], "eventName": "CreateImage", "responseElements": {"imageId": image}}
    answer_query(session, stage, [record])
    assert image in [i["ImageId"] for i in gather(session, stage).images]


def test_leaves_out_what_was_before_the_stage_and_what_matters_not(session: Session, stage: Stage) -> None:
    """Events of an earlier lab in the account are no evidence."""
    early, late = contained().records[:2]
    early = {**early, "eventTime": f"{stage.created_at - timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"}
    other = {**late, "eventName": "DescribeInstances", "eventID": "another"}
    answer_query(session, stage, [early, other, late])
    assert [late] == [event.raw for event in gather(session, stage).events]


def test_asks_the_event_history_where_the_store_does_not_answer(session: Session, stage: Stage) -> None:
    """A store that is closed is no reason to fail anyone."""
    session.stub.add_client_error("start_query", "InactiveEventDataStoreException", "closed")
    asked = {
        "LookupAttributes": [{"AttributeKey": "ReadOnly", "AttributeValue": "false"}],
        "StartTime": stage.created_at,
    }
    records = contained().records
    pages = [{"Events": [{"CloudTrailEvent": json.dumps(r)} for r in part]} for part in (records[3:], records[:3])]
    session.stub.add_response("lookup_events", {**pages[0], "NextToken": "more"}, asked)
    session.stub.add_response("lookup_events", pages[1], {**asked, "NextToken": "more"})
    session.stub.add_client_error("start_query", "InactiveEventDataStoreException", "closed")
    evidence = gather(session, stage)
    assert (records, {"calls": "closed"}) == ([event.raw for event in evidence.events], evidence.gaps)


def test_what_aws_refuses_is_a_gap_with_its_reason(session: Session, stage: Stage) -> None:
    """Both ways to the log refused: the reasons are kept, the rest is gathered."""
    session.stub.add_client_error("start_query", "AccessDeniedException", "no query")
    session.stub.add_client_error("lookup_events", "AccessDeniedException", "no history")
    session.stub.add_client_error("start_query", "AccessDeniedException", "no query")
    evidence = gather(session, stage)
    assert list(evidence.gaps) == ["events", "calls"]
    assert "no query" in evidence.gaps["events"]
    assert "no history" in evidence.gaps["events"]
    assert evidence.instance is not None


def test_nothing_is_seen_where_nobody_can_look() -> None:
    """Every source is a gap with the same reason."""
    began = datetime.now(UTC)
    evidence = unseen(STAGE, "AccessDenied")
    assert dict.fromkeys(SOURCES, "AccessDenied") == evidence.gaps
    assert began <= evidence.gathered_at <= datetime.now(UTC)


def test_the_statement_is_lakes() -> None:
    """One SELECT over the store, bounded by time and by name."""
    sql = statement(STAGE)
    assert sql.startswith(
        "SELECT eventjson FROM 0a1b2c3d-1e57-4b6f-9d30-7a0c6a4f2b11 "
        "WHERE eventtime >= timestamp '2026-11-24 10:00:00' AND "
    )
    assert all(f"'{name}'" in sql for name in NAMES)


def test_evidence_is_never_older_than_what_it_holds(session: Session, stage: Stage) -> None:
    """A grader whose clock is slow does not take the end of the instance for the future."""
    late = (datetime.now(UTC) + timedelta(minutes=3)).replace(microsecond=0)
    stage = replace(stage, created_at=late - timedelta(hours=1))
    answer_query(session, stage, [{**contained().records[0], "eventTime": f"{late:%Y-%m-%dT%H:%M:%SZ}"}])
    assert gather(session, stage).gathered_at == late
