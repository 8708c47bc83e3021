"""The journal: changes before they are made, events before their call is answered."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.ec2.models import ec2_backends

from infra.deploy.listener import bind
from infra.local.cloud import Cloud, serve_cloud
from infra.local.identity import open_account
from infra.local.journal import Journal, replay
from infra.local.journal.entries import Change, Events
from infra.local.journal.log import Log
from infra.local.journal.replay import Replayed
from scenario.access import open_session
from tests.infra.local.conftest import reset_cloud

ACCOUNT, REGION = "111111111111", "us-east-1"


@pytest.fixture(autouse=True)
def empty(empty_cloud: None) -> None:
    """Every test begins and ends without accounts."""
    reset_cloud()


@contextmanager
def cloud(folder: Path, done: list[Replayed] | None = None) -> Iterator[Cloud]:
    """Local AWS with a journal in this folder; what was kept there is there again, and told of in `done`."""
    journal = Journal(folder)

    def restore(cloud: Cloud, again: Any, do: Any) -> None:
        seen = {}
        for checkpoint in journal.checkpoints():
            checkpoint.restore(cloud.lake)
            journal.keep_on(checkpoint.account_id)
            seen[checkpoint.account_id] = checkpoint.number
        replayed = replay(journal, again, do, cloud.late.take, seen)
        for call, answer in replayed.unheard:
            cloud.recorder.take(call, answer)
        cloud.recorder.flush()
        if done is not None:
            done.append(replayed)

    with serve_cloud(bind("127.0.0.1", 0, option="--port"), journal=journal, resume=restore) as served:
        yield served
    journal.close()


def client(cloud: Cloud, service: str) -> Any:
    """The organiser's, which tries once."""
    session: Any = open_session(open_account(ACCOUNT), region=REGION, endpoint=cloud.endpoint)
    return session.client(service, config=Config(retries={"total_max_attempts": 1}))


def keep(cloud: Cloud) -> Any:
    """Keep the account from now on; gives a client of EC2."""
    ec2 = client(cloud, "ec2")
    ec2.describe_vpcs()
    cloud.recorder.flush()
    assert cloud.journal
    cloud.journal.keep(ACCOUNT, cloud.lake, {})
    return ec2


def entries(folder: Path) -> list[Change | Events]:
    """What is in the log."""
    journal = Journal(folder)
    found = [entry for _, entry in journal.entries()]
    journal.close()
    return found  # type: ignore[return-value]


def test_a_change_comes_before_its_event_and_reads_leave_events_alone(tmp_path: Path) -> None:
    """The log has them in the order of their answers, and nothing of what came before the account was kept."""
    with cloud(tmp_path) as aws:
        ec2 = keep(aws)
        ec2.describe_volumes()
        ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)
    found = entries(tmp_path)
    names = [entry.records[0]["eventName"] if isinstance(entry, Events) else "a change" for entry in found]
    assert names == ["DescribeVolumes", "a change", "CreateVolume"]


def test_a_change_without_its_event_is_made_and_told_of(tmp_path: Path) -> None:
    """It was written down, and the process ended before its answer: afterwards it is there whole."""
    with cloud(tmp_path) as aws:
        volume = keep(aws).create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
    path = tmp_path / "journal.log"
    log = Log(path)
    change, _event = list(log.read())
    log.close()
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(change) + len(change)])
    reset_cloud()
    done: list[Replayed] = []
    with cloud(tmp_path, done) as aws:
        assert [one["VolumeId"] for one in client(aws, "ec2").describe_volumes()["Volumes"]] == [volume]
        assert (done[0].changes, done[0].events, len(done[0].unheard), done[0].differing) == (1, 0, 1, [])
        told = [event for event in aws.lake.events(ACCOUNT) if "CreateVolume" in event]
        assert [volume in event for event in told] == [True]


def test_what_cannot_be_written_down_is_not_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk: the caller hears that the service is unavailable, and nothing has changed; later all goes on."""
    with cloud(tmp_path) as aws:
        ec2 = keep(aws)

        def full(self: Log, entry: bytes) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as context:
            context.setattr(Log, "append", full)
            with pytest.raises(ClientError, match=r"Unavailable.*the journal cannot be written .*No space left"):
                ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)
            with pytest.raises(ClientError, match="Unavailable"):
                ec2.describe_volumes()
        assert ec2_backends[ACCOUNT][REGION].volumes == {}
        assert ec2.describe_volumes()["Volumes"] == []
        events = [event for entry in entries(tmp_path) if isinstance(entry, Events) for event in entry.records]
    assert [event["eventName"] for event in events].count("DescribeVolumes") == 2


def test_what_calls_by_itself_is_refused(tmp_path: Path) -> None:
    """Stacks and functions call other services: that could not be carried out once more call by call."""
    with cloud(tmp_path) as aws:
        keep(aws)
        with pytest.raises(ClientError, match="In a classroom cloudformation stays as the lab was deployed"):
            client(aws, "cloudformation").create_stack(StackName="mine", TemplateBody="{}")


def test_a_refused_change_is_refused_again(tmp_path: Path) -> None:
    """What moto refuses leaves the same behind, and its event is the one that it had."""
    with cloud(tmp_path) as aws:
        ec2 = keep(aws)
        with suppress(ClientError):
            ec2.create_volume(AvailabilityZone="mars-1a", Size=1)
        before = aws.lake.events(ACCOUNT)
    reset_cloud()
    done: list[Replayed] = []
    with cloud(tmp_path, done) as aws:
        assert (done[0].changes, done[0].events, done[0].unheard, done[0].differing) == (1, 1, [], [])
        assert aws.lake.events(ACCOUNT) == before
