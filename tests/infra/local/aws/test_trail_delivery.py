"""Log files in buckets."""

from __future__ import annotations

import gzip
import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.local.aws import trail_delivery
from infra.local.aws.trail_delivery import TrailDelivery
from tests.infra.local.aws.trail_buckets import bucket_policy, make_bucket

LATER = 3_600.0  # seconds: nothing is delivered but by a flush


@pytest.fixture
def delivery() -> Iterator[TrailDelivery]:
    """A delivery that waits to be told."""
    delivery = TrailDelivery(interval=LATER)
    yield delivery
    delivery.close()


def record(aws: Any, number: int, **changes: Any) -> dict[str, Any]:
    """A numbered event of the account."""
    return {
        "eventID": str(number),
        "eventTime": "2099-01-01T00:00:00Z",
        "awsRegion": "us-east-1",
        "recipientAccountId": aws.id,
        "eventSource": "ec2.amazonaws.com",
        "eventName": "DescribeInstances",
        "readOnly": True,
        "managementEvent": True,
        "eventCategory": "Management",
        **changes,
    }


def start(aws: Any, name: str = "main", **settings: Any) -> Any:
    """A trail that logs; CloudTrail's client."""
    client = aws.client("cloudtrail")
    client.create_trail(**{"Name": name, "S3BucketName": make_bucket(aws), **settings})
    client.start_logging(Name=name)
    return client


def files(aws: Any, bucket: str = "") -> dict[str, list[dict[str, Any]]]:
    """The records of every log file, by its key."""
    s3, name = aws.client("s3"), bucket or f"logs-{aws.id}"
    keys = [item["Key"] for item in s3.list_objects_v2(Bucket=name).get("Contents", ())]
    return {
        key: json.loads(gzip.decompress(s3.get_object(Bucket=name, Key=key)["Body"].read()))["Records"] for key in keys
    }


def delivered(aws: Any) -> list[str]:
    """The ids of all events in the log files, in order of their ids."""
    return sorted(event["eventID"] for events in files(aws).values() for event in events)


def test_a_file_for_each_region_in_cloudtrails_folders(aws: Any, delivery: TrailDelivery) -> None:
    """Folders and names are CloudTrail's, times are those of the delivery, contents are gzipped JSON."""
    start(aws, IsMultiRegionTrail=True)
    one, two, three = record(aws, 1), record(aws, 2, awsRegion="eu-west-1"), record(aws, 3)
    delivery.take([one, two, three])
    assert files(aws) == {}
    before = datetime.now(UTC)
    delivery.flush()
    found = files(aws)
    assert sorted(found.values(), key=len) == [[two], [one, three]]
    for key, events in found.items():
        region = events[0]["awsRegion"]
        assert re.fullmatch(
            rf"AWSLogs/{aws.id}/CloudTrail/{region}/\d{{4}}/\d\d/\d\d/"
            rf"{aws.id}_CloudTrail_{region}_\d{{8}}T\d{{4}}Z_[A-Za-z0-9]{{16}}\.json\.gz",
            key,
        )
        moment = datetime.strptime(key.split("_")[3], "%Y%m%dT%H%MZ").replace(tzinfo=UTC)
        assert timedelta(0) <= before - moment < timedelta(minutes=2)
        assert f"/{moment:%Y/%m/%d}/" in key
        head = aws.client("s3").head_object(Bucket=f"logs-{aws.id}", Key=key)
        assert (head["ContentType"], head["ContentEncoding"]) == ("application/json", "gzip")


def test_only_what_the_trail_takes_while_it_logs(aws: Any, delivery: TrailDelivery) -> None:
    """Not before StartLogging, not after StopLogging, nothing of other regions, accounts, or that is not selected; what
    happened while it logged comes, however late it is known."""
    cloudtrail = aws.client("cloudtrail")
    cloudtrail.create_trail(Name="main", S3BucketName=make_bucket(aws))
    cloudtrail.put_event_selectors(TrailName="main", EventSelectors=[{"ReadWriteType": "ReadOnly"}])
    cloudtrail.start_logging(Name="main")
    cloudtrail.stop_logging(Name="main")
    status = cloudtrail.get_trail_status(Name="main")
    during = record(aws, 2, eventTime=status["TimeLoggingStarted"])
    delivery.take(
        [
            record(aws, 1, eventTime="2020-01-01T00:00:00Z"),
            during,
            {**during, "eventID": "3", "readOnly": False},
            {**during, "eventID": "4", "awsRegion": "eu-west-1"},
            {**during, "eventID": "5", "recipientAccountId": "999999999999"},
            record(aws, 6),
        ]
    )
    delivery.flush()
    assert delivered(aws) == ["2"]


def test_two_trails_deliver_both(aws: Any, delivery: TrailDelivery) -> None:
    """Each trail has files of its own, one under its prefix."""
    start(aws, "main")
    aws.client("s3").put_bucket_policy(
        Bucket=f"logs-{aws.id}", Policy=bucket_policy(f"logs-{aws.id}", aws.id, prefix="*", Condition={})
    )
    aws.client("cloudtrail").create_trail(Name="second", S3BucketName=f"logs-{aws.id}", S3KeyPrefix="pre/fix")
    aws.client("cloudtrail").start_logging(Name="second")
    delivery.take([record(aws, 1)])
    delivery.flush()
    assert sorted(key.partition("AWSLogs")[0] for key in files(aws)) == ["", "pre/fix/"]


def test_the_bucket_may_be_another_accounts(open_one: Any, delivery: TrailDelivery) -> None:
    """As organisations keep their logs: one bucket in one account."""
    one, other = open_one(), open_one()
    bucket = f"central-{other.id}"
    other.client("s3").create_bucket(Bucket=bucket)
    other.client("s3").put_bucket_policy(Bucket=bucket, Policy=bucket_policy(bucket, one.id))
    start(one, S3BucketName=bucket)
    event = record(one, 1)
    delivery.take([event])
    delivery.flush()
    assert list(files(other, bucket).values()) == [[event]]


def test_what_cannot_be_delivered_is_kept_and_told(aws: Any, delivery: TrailDelivery) -> None:
    """A bucket whose policy has gone: the status says so, and everything comes once it is mended, in its order."""
    cloudtrail, s3, bucket = start(aws), aws.client("s3"), f"logs-{aws.id}"
    s3.delete_bucket_policy(Bucket=bucket)
    delivery.take([record(aws, 1)])
    delivery.flush()
    status = cloudtrail.get_trail_status(Name="main")
    assert (status["LatestDeliveryError"], "LatestDeliveryTime" in status) == ("AccessDenied", False)
    s3.delete_bucket(Bucket=bucket)
    delivery.take([record(aws, 2)])
    delivery.flush()
    assert cloudtrail.get_trail_status(Name="main")["LatestDeliveryError"] == "NoSuchBucket"
    make_bucket(aws)
    delivery.flush()
    assert [[event["eventID"] for event in events] for events in files(aws).values()] == [["1", "2"]]
    status = cloudtrail.get_trail_status(Name="main")
    assert "LatestDeliveryError" not in status
    assert f"{status['LatestDeliveryTime']:%Y-%m-%dT%H:%M:%SZ}" == status["LatestDeliveryAttemptSucceeded"]


def test_a_deleted_trail_delivers_once_more_and_no_longer(aws: Any, delivery: TrailDelivery) -> None:
    """What it logged comes after its deletion too; what cannot be delivered then is given up."""
    cloudtrail, s3, bucket = start(aws), aws.client("s3"), f"logs-{aws.id}"
    delivery.take([record(aws, 1)])
    cloudtrail.delete_trail(Name="main")
    delivery.flush()
    assert delivered(aws) == ["1"]
    start(aws, "main")
    delivery.take([record(aws, 2)])
    cloudtrail.delete_trail(Name="main")
    s3.delete_bucket_policy(Bucket=bucket)
    delivery.flush()
    make_bucket(aws)
    delivery.flush()
    assert delivered(aws) == ["1"]


def test_many_records_are_several_files(aws: Any, delivery: TrailDelivery, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file holds more than so many."""
    monkeypatch.setattr(trail_delivery, "MOST_RECORDS", 10)
    start(aws)
    delivery.take([record(aws, number) for number in range(25)])
    delivery.flush()
    assert sorted(map(len, files(aws).values())) == [5, 10, 10]


def test_without_a_flush_it_comes_by_itself(aws: Any) -> None:
    """After its interval."""
    delivery = TrailDelivery(interval=0.01)
    try:
        start(aws)
        delivery.take([record(aws, 1)])
        deadline = time.monotonic() + 20
        while not files(aws) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert delivered(aws) == ["1"]
    finally:
        delivery.close()
