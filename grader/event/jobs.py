"""What the organiser's page lets the event's state machine do, and how far that is.

| pk | sk | what it is |
|---|---|---|
| `jobs` | `check`, `grade` | when the page last began it, and for how many accounts |

How far it is follows from the outcomes since then: nobody has to ask the state machine.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from grader.desk.event import utc_now
from grader.desk.organiser.jobs import Job, Kind
from grader.event.outcomes import Act, Outcomes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_stepfunctions.client import SFNClient

PARTITION = "jobs"
ACTS: dict[Kind, Act] = {Kind.CHECK: "check", Kind.GRADE: "grade"}
PATIENCE = timedelta(hours=2)  # after which an account without an outcome is not waited for any more


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineJobs:
    """The jobs of one event. Every method raises botocore's errors."""

    dynamodb: DynamoDBClient
    machine: SFNClient
    table: str
    machine_arn: str
    outcomes: Outcomes

    def all(self) -> Sequence[Job]:
        """The last of each kind, the latest first."""
        found = self.dynamodb.query(
            TableName=self.table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": PARTITION}},
        )
        jobs = [
            self._job(Kind(item["sk"]["S"]), datetime.fromisoformat(item["began"]["S"]), int(item["total"]["N"]))
            for item in found["Items"]
        ]
        return sorted(jobs, key=lambda job: job.began, reverse=True)

    def start(self, kind: Kind, roster: tuple[str, str], total: int) -> None:
        """Let the machine do it for all accounts of a roster (bucket, key), unless that goes on already."""
        last = next((job for job in self.all() if job.kind is kind), None)
        if last and last.running:
            return
        began = utc_now()
        bucket, key = roster
        asked = {"act": ACTS[kind], "roster": {"bucket": bucket, "key": key}}
        try:
            self.machine.start_execution(
                stateMachineArn=self.machine_arn, name=_name(kind, last, began), input=json.dumps(asked)
            )
        except self.machine.exceptions.ExecutionAlreadyExists:
            return  # another function was quicker, and its execution has ended already
        self.dynamodb.put_item(
            TableName=self.table,
            Item={
                "pk": {"S": PARTITION},
                "sk": {"S": str(kind)},
                "began": {"S": began.isoformat()},
                "total": {"N": str(total)},
            },
        )

    def _job(self, kind: Kind, began: datetime, total: int) -> Job:
        ended = sorted(outcome.at for outcome in self.outcomes.last(ACTS[kind]).values() if outcome.at >= began)
        job = Job(kind, "", total, began, done=min(len(ended), total))
        if len(ended) >= total:
            job.ended = max(ended, default=began)
        elif utc_now() >= began + PATIENCE:
            job.ended, job.failed = began + PATIENCE, True
        return job


def _name(kind: Kind, last: Job | None, now: datetime) -> str:
    """The same for all who ask within a minute: AWS begins one execution of a name, and gives it to whoever asks again.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
    """
    after = f"after-{last.began:%Y%m%dT%H%M%S}" if last else "first"
    return f"page-{kind}-{after}-{now:%Y%m%dT%H%M}"
