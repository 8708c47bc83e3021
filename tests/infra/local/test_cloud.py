"""Local AWS as a whole: one call, and everywhere that its event arrives."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.deploy.listener import bind
from infra.local.cloud import Cloud, serve_cloud
from infra.local.identity import open_account
from scenario.access import open_session
from scenario.query import Lake
from tests.infra.local.aws.trail_buckets import bucket_policy
from tests.infra.local.conftest import ACCOUNT, REGION, reset_cloud


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    """Local AWS with nothing in it."""
    with serve_cloud(bind("127.0.0.1", 0, option="")) as served:
        yield served
    reset_cloud()


def test_a_call_is_the_same_record_in_store_history_and_bucket(cloud: Cloud) -> None:
    """Event data store, event history and the trail's log file hold it to the letter, management and data alike."""
    session: Any = open_session(open_account(ACCOUNT), region=REGION, endpoint=cloud.endpoint)
    s3, cloudtrail = session.client("s3"), session.client("cloudtrail")
    s3.create_bucket(Bucket="logs")
    s3.create_bucket(Bucket="drop")
    s3.put_bucket_policy(Bucket="logs", Policy=bucket_policy("logs", ACCOUNT))
    objects = [
        {"Field": "eventCategory", "Equals": ["Data"]},
        {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
        {"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::drop/"]},
    ]
    management = [{"Field": "eventCategory", "Equals": ["Management"]}]
    selectors = [{"FieldSelectors": objects}, {"FieldSelectors": management}]
    store = cloudtrail.create_event_data_store(Name="lab", AdvancedEventSelectors=selectors)["EventDataStoreArn"]
    cloudtrail.create_trail(Name="main", S3BucketName="logs")
    cloudtrail.put_event_selectors(TrailName="main", AdvancedEventSelectors=selectors)
    cloudtrail.start_logging(Name="main")
    s3.list_buckets()
    s3.put_object(Bucket="drop", Key="a", Body=b"a")
    s3.put_object(Bucket="logs", Key="not-selected", Body=b"a")
    cloud.recorder.flush()
    cloud.trails.flush()
    keys = [item["Key"] for item in s3.list_objects_v2(Bucket="logs", Prefix="AWSLogs/")["Contents"]]
    (content,) = [gzip.decompress(s3.get_object(Bucket="logs", Key=key)["Body"].read()) for key in keys]
    logged = {record["eventID"]: record for record in json.loads(content)["Records"]}
    names = [record["eventName"] for record in logged.values()]
    assert names == ["StartLogging", "ListBuckets", "PutObject"]
    sql = f"select eventid, eventjson from {store.rpartition('/')[2]}"
    stored = {event: json.loads(text or "") for event, text in Lake(session).run(sql).rows}
    assert {event: stored[event] for event in logged} == logged
    history = {event["EventId"]: json.loads(event["CloudTrailEvent"]) for event in cloudtrail.lookup_events()["Events"]}
    managed = {event: record for event, record in logged.items() if record["managementEvent"]}
    assert {event: history[event] for event in managed} == managed
