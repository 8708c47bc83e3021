"""What was last seen of each account, in brief: all that the organiser's page shows of every team at once.

| pk | sk | what it is |
|---|---|---|
| `seen` | the account's id | the lab, its last checkup, and its last report without words, with the lab that it is of |

One query gives all accounts, about a thousand of them with each answer of AWS (1 MB).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from grader.desk.checkup import Checkup
from grader.report import Finding, Report, Verdict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

PARTITION = "seen"
_IN_BRIEF = ("id", "verdict", "points", "max", "attempts", "hints", "cost")  # of a finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One account. The report's findings are without words, and it is without its signature."""

    lab: str  # the id of the event data store
    checkup: Checkup | None = None  # None where nobody has looked yet, or graded
    report: Report | None = None  # None where this lab has none


@dataclass(frozen=True, slots=True)
class Sights:
    """What was seen of the accounts of one event. Every method raises botocore's errors."""

    client: DynamoDBClient
    table: str

    def keep(self, account_id: str, lab: str, checkup: Checkup, report: Report | None = None) -> None:
        """Keep how a lab is, and the report that its team was just given."""
        texts = {"lab": lab, "checkup": json.dumps(asdict(checkup), default=datetime.isoformat)}
        if report:
            texts |= {"report": json.dumps(_brief(report)), "report_of": lab}
        self.client.update_item(
            TableName=self.table,
            Key={"pk": {"S": PARTITION}, "sk": {"S": account_id}},
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in texts),
            ExpressionAttributeNames={f"#{name}": name for name in texts},
            ExpressionAttributeValues={f":{name}": {"S": text} for name, text in texts.items()},
        )

    def all(self) -> Mapping[str, Seen]:
        """By account, of those whose lab was ever found."""
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": PARTITION}},
        )
        return {item["sk"]["S"]: _seen(item) for page in pages for item in page["Items"]}

    def of(self, account_id: str) -> Seen | None:
        """One account; None where its lab was never found."""
        found = self.client.query(
            TableName=self.table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND sk = :sk",
            ExpressionAttributeValues={":pk": {"S": PARTITION}, ":sk": {"S": account_id}},
        )
        return next(map(_seen, found["Items"]), None)


def _seen(item: Mapping[str, Any]) -> Seen:
    text = {name: value["S"] for name, value in item.items()}
    return Seen(
        lab=text["lab"],
        checkup=_checkup(json.loads(text["checkup"])),
        report=_report(json.loads(text["report"])) if text.get("report_of") == text["lab"] else None,
    )


def _checkup(held: Mapping[str, Any]) -> Checkup:
    return Checkup(**{**held, "at": datetime.fromisoformat(held["at"]), "trouble": tuple(held["trouble"])})


def _brief(report: Report) -> dict[str, Any]:
    return {
        "team": report.team,
        "graded_at": report.graded_at.isoformat(),
        "findings": [[getattr(finding, name) for name in _IN_BRIEF] for finding in report.findings],
    }


def _report(held: Mapping[str, Any]) -> Report:
    findings = (dict(zip(_IN_BRIEF, finding, strict=True)) for finding in held["findings"])
    return Report(
        team=held["team"],
        graded_at=datetime.fromisoformat(held["graded_at"]),
        findings=tuple(Finding(**{**one, "verdict": Verdict(one["verdict"]), "message": ""}) for one in findings),
    )
