"""What the grader's queries scan: not more, the older the account is."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from grader.evidence import calls, log
from infra.account.template import template
from infra.deploy.listener import bind
from infra.deploy.stack import deploy
from infra.local.cloud import Cloud, serve_cloud
from infra.local.identity import open_account
from infra.local.lake.queries import EVENT_BYTES
from infra.local.recorder import record_of
from scenario.access import open_session
from scenario.query import open_store
from scenario.stage import Stage
from tests.infra.local.recorder.calls import OK, call, facts

ACCOUNTS = ("111111111111", "222222222222", "333333333333")
REGION = "us-east-1"
NOW = datetime.now(UTC).replace(microsecond=0)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
STATEMENTS = (log.statement, calls.statement)


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    """Local AWS with nothing in it."""
    with serve_cloud(bind("127.0.0.1", 0, option="")) as served:
        yield served
        for account_id in ACCOUNTS:
            served.close_account(account_id)


def opened(cloud: Cloud, account_id: str, store: str) -> tuple[Any, Any, Stage]:
    """The organiser today and twelve days ago, when the store was made, and a lab that is an hour old."""
    organiser = open_account(account_id)
    earlier, session = (open_session(organiser, region=REGION, endpoint=cloud.endpoint) for _ in range(2))
    cloud.timekeeper.lead(earlier, lambda: NOW - 12 * DAY)
    given = {"TeamId": "blue", "LabSeed": "a-seed", "Bystanders": "0", "Store": store}
    return session, earlier, replace(deploy(earlier, template(), given), created_at=NOW - HOUR)


def others(account_id: str, time: datetime, count: int) -> list[dict[str, Any]]:
    """Calls of somebody else."""
    made = call("ec2", "DescribeInstances", time=time)
    return [
        record_of(replace(made, caller=replace(made.caller, account_id=account_id)), OK, facts) for _ in range(count)
    ]


@pytest.mark.parametrize(("account_id", "days"), [(ACCOUNTS[0], 1), (ACCOUNTS[1], 10)])
def test_lake_scans_what_happened_since_the_lab_began(cloud: Cloud, account_id: str, days: int) -> None:
    """Days of others' events cost a question without a time its price, and the grader's nothing."""
    session, _, stage = opened(cloud, account_id, "lake")
    store, cloudtrail = open_store(session, stage), session.client("cloudtrail")

    def scanned(sql: str) -> int:
        store.run(sql)
        latest = cloudtrail.list_queries(EventDataStore=stage.store_id, MaxResults=1)["Queries"][0]["QueryId"]
        return int(cloudtrail.describe_query(QueryId=latest)["QueryStatistics"]["BytesScanned"])

    for day in range(days):
        cloud.lake.deliver(others(account_id, NOW - day * DAY, 100))
    cloudtrail.stop_event_data_store_ingestion(EventDataStore=stage.store_id)  # or the queries themselves are events
    cloud.recorder.flush()
    assert [scanned(statement(stage)) for statement in STATEMENTS] == [100 * EVENT_BYTES] * 2
    assert scanned(f"select count(*) as n from {stage.store_id}") > days * 100 * EVENT_BYTES


def test_athena_scans_no_more_than_seven_days(cloud: Cloud) -> None:
    """Whatever log files there are of earlier days."""
    session, earlier, stage = opened(cloud, ACCOUNTS[2], "athena")
    store, s3, athena = open_store(session, stage), session.client("s3"), session.client("athena")
    database = stage.store_id.partition(".")[0]
    earlier.client("cloudtrail").stop_logging(Name=database)  # or the queries themselves are logged
    (bucket,) = [one["Name"] for one in s3.list_buckets()["Buckets"] if "eventslogs" in one["Name"]]

    def scanned() -> int:
        for statement in STATEMENTS:
            store.run(statement(stage))
        latest = athena.list_query_executions(WorkGroup=database, MaxResults=1)["QueryExecutionIds"][0]
        shown = athena.get_query_execution(QueryExecutionId=latest)["QueryExecution"]
        return int(shown["Statistics"]["DataScannedInBytes"])

    def deliver(days: int) -> int:
        """A log file of that many days ago; its size."""
        day = NOW - days * DAY
        content = gzip.compress(json.dumps({"Records": others(stage.account_id, day, 100)}).encode())
        s3.put_object(
            Bucket=bucket,
            Key=f"AWSLogs/{stage.account_id}/CloudTrail/{REGION}/{day:%Y/%m/%d}/of-{days}.json.gz",
            Body=content,
        )
        return len(content)

    before = scanned()
    for days in range(9, 20):
        deliver(days)
    assert scanned() == before
    size = deliver(3)
    assert scanned() == before + size
