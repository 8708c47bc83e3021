"""Labs in accounts in which others have been at work for days, and how much the grader's queries scan there."""

from __future__ import annotations

import gzip
import json
from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from grader.evidence import calls, log
from infra.account.template import template
from infra.deploy.stack import deploy
from infra.local.cloud import Cloud
from infra.local.identity import open_account
from infra.local.lake.queries import EVENT_BYTES
from infra.local.recorder import record_of
from scenario.access import open_session
from scenario.query import open_store
from tests.infra.local.recorder.calls import OK, call, facts

REGION = "us-east-1"
A_DAY = 100  # events of others
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class Aged(ABC):
    """A lab that is an hour old, whose store is twelve days old. `seal` comes before the first question."""

    store: str  # its kind

    def __init__(self, cloud: Cloud, account_id: str) -> None:
        organiser = open_account(account_id)
        self.now = datetime.now(UTC).replace(microsecond=0)
        earlier, session = (open_session(organiser, region=REGION, endpoint=cloud.endpoint) for _ in range(2))
        cloud.timekeeper.lead(earlier, lambda: self.now - 12 * DAY)
        given = {"TeamId": "blue", "LabSeed": "a-seed", "Bystanders": "0", "Store": self.store}
        self.stage = replace(deploy(earlier, template(), given), created_at=self.now - HOUR)
        self.cloud = cloud
        self.earlier: Any = earlier
        self.session: Any = session
        self._asked = open_store(session, self.stage)

    def graded(self) -> list[int]:
        """The bytes that each of the grader's queries scans."""
        return [self.scanned(statement(self.stage)) for statement in (log.statement, calls.statement)]

    def scanned(self, sql: str) -> int:
        """The bytes that a query scans."""
        self._asked.run(sql)
        return self._of_latest()

    def others(self, days: int) -> list[dict[str, Any]]:
        """What somebody else called so many days ago."""
        made = call("ec2", "DescribeInstances", time=self.now - days * DAY)
        made = replace(made, caller=replace(made.caller, account_id=self.stage.account_id))
        return [record_of(made, OK, facts) for _ in range(A_DAY)]

    @abstractmethod
    def deliver(self, days: int) -> int:
        """Have in the store what others did so many days ago; its bytes."""

    @abstractmethod
    def seal(self) -> None:
        """From now on nothing more comes: the questions themselves would be events."""

    @abstractmethod
    def _of_latest(self) -> int:
        """The bytes of the latest query."""


class AgedLake(Aged):
    """In CloudTrail Lake."""

    store = "lake"

    def deliver(self, days: int) -> int:
        """Deliver events. Their bytes are an estimate."""
        self.cloud.lake.deliver(self.others(days))
        return A_DAY * EVENT_BYTES

    def seal(self) -> None:
        """Stop taking events."""
        self.session.client("cloudtrail").stop_event_data_store_ingestion(EventDataStore=self.stage.store_id)
        self.cloud.recorder.flush()

    def _of_latest(self) -> int:
        cloudtrail = self.session.client("cloudtrail")
        query = cloudtrail.list_queries(EventDataStore=self.stage.store_id, MaxResults=1)["Queries"][0]["QueryId"]
        return int(cloudtrail.describe_query(QueryId=query)["QueryStatistics"]["BytesScanned"])


class AgedAthena(Aged):
    """In Athena."""

    store = "athena"

    def deliver(self, days: int) -> int:
        """Put a log file of that day into the trail's bucket."""
        s3, account_id, day = self.session.client("s3"), self.stage.account_id, self.now - days * DAY
        (bucket,) = [one["Name"] for one in s3.list_buckets()["Buckets"] if "eventslogs" in one["Name"]]
        key = f"AWSLogs/{account_id}/CloudTrail/{REGION}/{day:%Y/%m/%d}/of-{days}.json.gz"
        content = gzip.compress(json.dumps({"Records": self.others(days)}).encode())
        s3.put_object(Bucket=bucket, Key=key, Body=content)
        return len(content)

    def seal(self) -> None:
        """Stop the trail, as of the day when it was made."""
        self.earlier.client("cloudtrail").stop_logging(Name=self.stage.store_id.partition(".")[0])

    def _of_latest(self) -> int:
        athena, group = self.session.client("athena"), self.stage.store_id.partition(".")[0]
        latest = athena.list_query_executions(WorkGroup=group, MaxResults=1)["QueryExecutionIds"][0]
        shown = athena.get_query_execution(QueryExecutionId=latest)["QueryExecution"]
        return int(shown["Statistics"]["DataScannedInBytes"])
