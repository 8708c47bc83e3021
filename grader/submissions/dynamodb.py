"""The submission log in one DynamoDB table, with a bucket for what is too large for an item (400 KB).

| pk | sk | what it is |
|---|---|---|
| `lab#LAB` | `sheet#N`, `report#N`, `query#N`, `notebook#N`, `act#N` | one of them; N has leading zeros, to sort them |
| `lab#LAB` | `hint#TASK#STEP` | a hint that was shown |
| `active` | `LAB` | when the team last did something |
| `graded` | `LAB` | the number of the lab's last report |
| `numbers` | `sheet`, `report` | the last number, over all labs |
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from grader.report import Notebook, Report
from grader.sheet.parse import Sheet
from grader.submissions.log import Act, Asked, Submission

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_s3.client import S3Client

Item = Mapping[str, Any]
"""As the client shows it: each attribute with its type."""

INLINE = 300_000  # bytes of a document that an item holds beside its other attributes; larger ones are objects
DIGITS = 12
_NEW = "attribute_not_exists(pk)"
_NO_END = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class TableLog:
    """`grader.submissions.log.Submissions` in a table and a bucket; any number of processes may share them.

    Every read is consistent: it sees whatever was acknowledged before. Raises botocore's errors.
    """

    dynamodb: DynamoDBClient
    s3: S3Client
    table: str
    bucket: str

    def add_sheet(self, lab: str, sheet: Sheet, at: datetime) -> int:
        """Keep a sheet; gives its number."""
        number = self._add(lab, "sheet", at, _json(sheet))
        self._active(lab, at)
        return number

    def sheets(self, lab: str) -> Sequence[Submission]:
        """Every sheet of one lab, the oldest first."""
        return [
            Submission(number=_number_of(item), lab=lab, at=_at(item), sheet=json.loads(self._read(item)))
            for item in self._items(lab, "sheet#")
        ]

    def add_report(self, lab: str, report: Report, at: datetime) -> int:
        """Keep a report; gives its number."""
        number = self._add(lab, "report", at, _json(report.as_json()))
        self._rise("graded", lab, {"N": str(number)})
        return number

    def reports(self, lab: str) -> Sequence[Report]:
        """Every report of one lab, the oldest first."""
        return [self._report(item) for item in self._items(lab, "report#")]

    def last_report(self, lab: str, until: datetime | None = None) -> Report | None:
        """The last report of one lab, kept at that time or before; None where there is none."""
        item = next(self._items(lab, "report#", newest_first=True, until=until or _NO_END), None)
        return self._report(item) if item else None

    def graded(self) -> Sequence[str]:
        """Every lab that has a report, by the time of its last one."""
        items = self._query("graded", "")
        return [item["sk"]["S"] for item in sorted(items, key=lambda item: int(item["last"]["N"]))]

    def add_hints(self, lab: str, task: str, steps: int, at: datetime) -> None:
        """Keep that the first so many hints of a task were shown; what is kept already stays as it is."""
        for step in range(1, steps + 1):
            if self._put(lab, f"hint#{task}#{step}", at=at):
                self._active(lab, at)

    def hints(self, lab: str) -> Mapping[str, int]:
        """By task: how many hints were shown; tasks without any are not in it."""
        return Counter(item["sk"]["S"].split("#")[1] for item in self._items(lab, "hint#"))

    def add_query(self, lab: str, asked: Asked) -> None:
        """Keep a query that was run."""
        more = {"sql": {"S": asked.sql}, "outcome": {"S": asked.outcome}, "rows": {"N": str(asked.rows)}}
        self._append(lab, "query", asked.at, more)
        self._active(lab, asked.at)

    def queries(self, lab: str) -> Sequence[Asked]:
        """Every query of one lab, the oldest first."""
        return [
            Asked(at=_at(item), sql=item["sql"]["S"], outcome=item["outcome"]["S"], rows=int(item["rows"]["N"]))
            for item in self._items(lab, "query#")
        ]

    def active(self, lab: str) -> datetime | None:
        """When a team last handed something in, took a hint or ran a query on the page; None where it never did."""
        return self.last_active(lab).get(lab)

    def last_active(self, prefix: str = "") -> Mapping[str, datetime]:
        """The same of every lab whose id begins so, in one query; teams that never did anything are not in it."""
        items = self._query("active", prefix)
        return {item["sk"]["S"]: datetime.fromisoformat(item["last"]["S"]) for item in items}

    def add_notebook(self, lab: str, document: bytes, at: datetime) -> Notebook:
        """Keep an executed notebook as it is. The same file as the last one is not kept again: the first time stays."""
        sha256 = hashlib.sha256(document).hexdigest()
        more = {"sha256": {"S": sha256}, **self._document(lab, document)}
        kept = self._append(lab, "notebook", at, more, unless_last_has="sha256")
        if _at(kept) == at:
            self._active(lab, at)
        return _notebook(kept)

    def notebooks(self, lab: str) -> Sequence[Notebook]:
        """Every notebook of one lab, the oldest first."""
        return [_notebook(item) for item in self._items(lab, "notebook#")]

    def notebook(self, lab: str, sha256: str) -> bytes:
        """The file of a notebook. Raises KeyError where there is none of that hash."""
        for item in self._items(lab, "notebook#"):
            if item["sha256"]["S"] == sha256:
                return self._read(item)
        raise KeyError(sha256)

    def add_act(self, act: Act) -> None:
        """Keep what an organiser did."""
        self._append(act.of, "act", act.at, {"kind": {"S": act.kind}, "detail": {"S": act.detail}})

    def acts(self, of: str) -> Sequence[Act]:
        """All that was done to one event or lab, the oldest first."""
        return [
            Act(of=of, kind=item["kind"]["S"], at=_at(item), detail=item["detail"]["S"])
            for item in self._items(of, "act#")
        ]

    def _add(self, lab: str, kind: str, at: datetime, document: bytes) -> int:
        """Keep a document under the next number of its kind, over all labs."""
        held = self._document(lab, document)
        while True:  # a number that is taken already is passed over
            number = self._number(kind)
            if self._put(lab, f"{kind}#{number:0{DIGITS}}", at=at, **held):
                return number

    def _number(self, kind: str) -> int:
        """The next number of all labs."""
        counted = self.dynamodb.update_item(
            TableName=self.table,
            Key={"pk": {"S": "numbers"}, "sk": {"S": kind}},
            UpdateExpression="ADD #last :one",
            ExpressionAttributeNames={"#last": "last"},
            ExpressionAttributeValues={":one": {"N": "1"}},
            ReturnValues="UPDATED_NEW",
        )
        return int(counted["Attributes"]["last"]["N"])

    def _append(self, lab: str, kind: str, at: datetime, more: Item, *, unless_last_has: str = "") -> Item:
        """Keep something after all others of its kind in the lab, and give it.

        Nothing is kept, and the last one given, where that has the same attribute of this name.
        """
        while True:  # whoever comes second finds another last one, and tries again
            last = next(self._items(lab, f"{kind}#", newest_first=True), None)
            if last and unless_last_has and last[unless_last_has] == more[unless_last_has]:
                return last
            number = _number_of(last) + 1 if last else 1
            if self._put(lab, f"{kind}#{number:0{DIGITS}}", at=at, **more):
                return {"at": {"S": at.isoformat()}, **more}

    def _put(self, lab: str, sk: str, *, at: datetime, **more: Any) -> bool:
        """Write an item where there is none; gives whether there was none."""
        item = {"pk": {"S": f"lab#{lab}"}, "sk": {"S": sk}, "at": {"S": at.isoformat()}, **more}
        with _Unless() as unless:
            self.dynamodb.put_item(TableName=self.table, Item=item, ConditionExpression=_NEW)
        return not unless.failed

    def _active(self, lab: str, at: datetime) -> None:
        self._rise("active", lab, {"S": at.isoformat()})

    def _rise(self, pk: str, sk: str, value: Item) -> None:
        """Let an item's `last` be this, unless it is higher."""
        with _Unless():
            self.dynamodb.update_item(
                TableName=self.table,
                Key={"pk": {"S": pk}, "sk": {"S": sk}},
                UpdateExpression="SET #last = :value",
                ConditionExpression=f"{_NEW} OR #last < :value",
                ExpressionAttributeNames={"#last": "last"},
                ExpressionAttributeValues={":value": value},
            )

    def _items(
        self, lab: str, prefix: str, *, newest_first: bool = False, until: datetime | None = None
    ) -> Iterator[Item]:
        more: dict[str, Any] = {"ScanIndexForward": not newest_first}
        if newest_first:
            more["PaginationConfig"] = {"PageSize": 5}  # the first is wanted
        return self._query(f"lab#{lab}", prefix, until=until, **more)

    def _query(self, pk: str, prefix: str, *, until: datetime | None = None, **more: Any) -> Iterator[Item]:
        values = {":pk": {"S": pk}}
        condition = "pk = :pk"
        if prefix:
            condition += " AND begins_with(sk, :prefix)"
            values[":prefix"] = {"S": prefix}
        if until:
            values[":until"] = {"S": until.isoformat()}
            more |= {"FilterExpression": "#at <= :until", "ExpressionAttributeNames": {"#at": "at"}}
        pages = self.dynamodb.get_paginator("query").paginate(
            TableName=self.table,
            ConsistentRead=True,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            **more,
        )
        for page in pages:
            yield from page["Items"]

    def _document(self, lab: str, document: bytes) -> dict[str, Any]:
        """The attribute that holds a document, or the key of its object."""
        if len(document) <= INLINE:
            return {"document": {"B": document}}
        key = f"submissions/{lab}/{hashlib.sha256(document).hexdigest()}"
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=document)
        return {"object": {"S": key}}

    def _read(self, item: Item) -> bytes:
        if "document" in item:
            held: bytes = item["document"]["B"]
            return held
        return self.s3.get_object(Bucket=self.bucket, Key=item["object"]["S"])["Body"].read()

    def _report(self, item: Item) -> Report:
        return Report.from_json(json.loads(self._read(item)))


class _Unless:
    """A block whose condition may not hold: `failed` says so."""

    failed = False

    def __enter__(self) -> _Unless:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
        self.failed = code == "ConditionalCheckFailedException"
        return self.failed


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _number_of(item: Item) -> int:
    return int(item["sk"]["S"].rpartition("#")[2])


def _at(item: Item) -> datetime:
    return datetime.fromisoformat(item["at"]["S"])


def _notebook(item: Item) -> Notebook:
    return Notebook(sha256=item["sha256"]["S"], at=_at(item))
