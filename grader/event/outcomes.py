"""What became of each account of an event, act by act: kept in the event's table, the last of each act alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

Act = Literal["check", "grade"]
State = Literal["done", "unknown", "failed"]

PARTITION = "outcomes"
"""The key of all outcomes in the table; they are sorted by act and account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an act ended for one account: "unknown" may still change by itself, "failed" says why in `cause`."""

    team: str
    account_id: str
    act: str  # an Act; a classroom and a teardown have others too
    state: State
    at: datetime  # UTC
    cause: str = ""  # what is missing, or what went wrong; "" where all is well
    score: float | None = None  # None where nobody was graded, like the next two
    max: int | None = None
    open: int | None = None  # points that nobody can give or refuse yet
    again_at: datetime | None = None  # UTC, when asking again may tell more; None where it would not


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The outcomes in the table of one event. Every method raises botocore's errors."""

    client: DynamoDBClient
    table: str

    def keep(self, outcome: Outcome) -> None:
        """Write an outcome, in place of the last one of the same act and account."""
        self.client.put_item(TableName=self.table, Item=_as_item(outcome))

    def last(self, act: Act) -> Mapping[str, Outcome]:
        """The last outcome of every account, by its id."""
        return {outcome.account_id: outcome for outcome in self._all(act)}

    def of(self, account_id: str, act: Act) -> Outcome | None:
        """The last outcome of one account; None where there is none."""
        return next(self._all(act, account_id), None)

    def _all(self, act: Act, account_id: str = "") -> Iterator[Outcome]:
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :act)",
            ExpressionAttributeValues={":pk": {"S": PARTITION}, ":act": {"S": f"{act}#{account_id}"}},
        )
        for page in pages:
            yield from map(_outcome, page["Items"])


def _as_item(outcome: Outcome) -> dict[str, Any]:
    texts = {
        "pk": PARTITION,
        "sk": f"{outcome.act}#{outcome.account_id}",
        "team": outcome.team,
        "account_id": outcome.account_id,
        "act": outcome.act,
        "state": outcome.state,
        "cause": outcome.cause,
        "at": outcome.at.isoformat(),
        "again_at": outcome.again_at.isoformat() if outcome.again_at else "",
    }
    numbers = {"score": outcome.score, "max": outcome.max, "open": outcome.open}
    held = {name: {"N": str(value)} for name, value in numbers.items() if value is not None}
    return {name: {"S": text} for name, text in texts.items()} | held


def _outcome(item: Mapping[str, Any]) -> Outcome:
    text: dict[str, Any] = {name: value["S"] for name, value in item.items() if "S" in value}
    number = {name: Decimal(value["N"]) for name, value in item.items() if "N" in value}
    return Outcome(
        team=text["team"],
        account_id=text["account_id"],
        act=text["act"],
        state=text["state"],
        at=datetime.fromisoformat(text["at"]),
        cause=text["cause"],
        score=float(number["score"]) if "score" in number else None,
        max=int(number["max"]) if "max" in number else None,
        open=int(number["open"]) if "open" in number else None,
        again_at=datetime.fromisoformat(text["again_at"]) if text["again_at"] else None,
    )
