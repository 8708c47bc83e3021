"""What the event's table knows of each account: its lab as it was last found, and its team's token.

| pk | sk | what it is |
|---|---|---|
| `account#ID` | `lab` | the roster's entry and the stage |
| `account#ID` | `gone` | when the compromised instance was first seen to be gone; "" where it is there |
| `account#ID` | `issue` | the number of the token's issue |
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from grader.event.roster import Entry
from grader.event.tokens import FIRST_ISSUE
from grader.evidence.bundle import stage_from_json
from scenario.stage import Stage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

GRADER_ROLE = "lab-event-grader"
"""The name of GraderRole in every account of an event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one account. `entry` and `stage` are None where its lab was never found."""

    entry: Entry | None = None
    stage: Stage | None = None
    gone_since: datetime | None = None  # UTC
    issue: int = FIRST_ISSUE


@dataclass(frozen=True, slots=True)
class Labs:
    """The labs in the table of one event. Every method raises botocore's errors."""

    client: DynamoDBClient
    table: str

    def known(self, account_id: str) -> Known:
        """All that is known of an account."""
        found = self.client.query(
            TableName=self.table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": _pk(account_id)}},
        )
        items: Mapping[str, Any] = {item["sk"]["S"]: item for item in found["Items"]}
        lab, gone, issue = items.get("lab"), items.get("gone"), items.get("issue")
        return Known(
            entry=Entry(**json.loads(lab["entry"]["S"])) if lab else None,
            stage=stage_from_json(json.loads(lab["stage"]["S"])) if lab else None,
            gone_since=datetime.fromisoformat(gone["at"]["S"]) if gone and gone["at"]["S"] else None,
            issue=int(issue["last"]["N"]) if issue else FIRST_ISSUE,
        )

    def found(self, entry: Entry, stage: Stage) -> None:
        """Keep where a team's lab is."""
        texts = {
            "entry": json.dumps(asdict(entry), ensure_ascii=False),
            "stage": json.dumps({**asdict(stage), "created_at": stage.created_at.isoformat()}),
        }
        self._put(entry.account_id, "lab", texts)

    def forget(self, account_id: str) -> None:
        """Let an account have no lab any more: its team's token is worthless until one is found again."""
        self.client.delete_item(TableName=self.table, Key=_key(account_id, "lab"))

    def gone(self, account_id: str, since: datetime | None) -> None:
        """Keep since when the compromised instance is gone; None where it is there."""
        self._put(account_id, "gone", {"at": since.isoformat() if since else ""})

    def reissue(self, account_id: str) -> int:
        """Let the team have another token; gives the number of its issue."""
        counted = self.client.update_item(
            TableName=self.table,
            Key=_key(account_id, "issue"),
            UpdateExpression="SET #last = if_not_exists(#last, :first) + :one",
            ExpressionAttributeNames={"#last": "last"},
            ExpressionAttributeValues={":first": {"N": str(FIRST_ISSUE)}, ":one": {"N": "1"}},
            ReturnValues="UPDATED_NEW",
        )
        return int(counted["Attributes"]["last"]["N"])

    def _put(self, account_id: str, sk: str, texts: Mapping[str, str]) -> None:
        values: dict[str, Any] = {name: {"S": text} for name, text in texts.items()}
        self.client.put_item(TableName=self.table, Item={**_key(account_id, sk), **values})


def _pk(account_id: str) -> str:
    return f"account#{account_id}"


def _key(account_id: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": _pk(account_id)}, "sk": {"S": sk}}
