"""The event history of an account: what LookupEvents finds, newest first.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from infra.local.call import AwsError
from infra.local.lake.lake import Lake
from infra.local.lake.resources import resources_of

USER_NAME = (
    "CASE useridentity.type WHEN 'Root' THEN 'root' "
    "WHEN 'AssumedRole' THEN split_part(useridentity.principalid, ':', 2) ELSE useridentity.username END"
)

# What each lookup attribute compares with its value; a resource is looked for in the raw text, then made sure of.
ATTRIBUTES: Mapping[str, str] = {
    "AccessKeyId": "useridentity.accesskeyid = ?",
    "EventId": "eventid = ?",
    "EventName": "eventname = ?",
    "EventSource": "eventsource = ?",
    "ReadOnly": "readonly = (lower(?) = 'true')",
    "ResourceName": "contains(raw, ?)",
    "ResourceType": "? <> '' AND (resources IS NOT NULL OR NOT readonly)",
    "Username": f"{USER_NAME} = ?",
}
HEX = re.compile(r"[0-9a-f]{8}-")
BATCH = 200  # events looked at together


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What is looked for. Times are UTC; `attribute` is (key, value)."""

    account_id: str
    region: str
    start: datetime
    end: datetime
    attribute: tuple[str, str] | None = None


def lookup(lake: Lake, wanted: Lookup, *, most: int, token: str | None) -> tuple[list[dict[str, Any]], str | None]:
    """Up to `most` events as LookupEvents shows them, and the token for more of them.

    Raises AwsError InvalidNextTokenException for a token of another lookup.
    """
    position = _position(wanted, token)
    found: list[dict[str, Any]] = []
    while True:
        batch = _batch(lake, wanted, position, most)
        for row in batch:
            position = (row[0], row[1])
            event = _event(row)
            if _fits(event, wanted.attribute):
                found.append(event)
            if len(found) == most:
                return found, _token(wanted, position)
        if len(batch) < max(most, BATCH):
            return found, None


def _batch(lake: Lake, wanted: Lookup, position: tuple[datetime, int] | None, most: int) -> list[tuple[Any, ...]]:
    # Two steps: the text of a background event is made on reading, and only these few are wanted.
    view = lake.history(wanted.account_id)
    where = ["awsregion = ?", "eventtime BETWEEN ? AND ?"]
    values: list[Any] = [wanted.region, _naive(wanted.start), _naive(wanted.end)]
    if wanted.attribute:
        if wanted.attribute[0] == "EventId" and HEX.match(wanted.attribute[1]):  # quicker, and so it goes first
            where.append("coalesce(head = ?, true)")
            values.append(int(wanted.attribute[1][:8], 16))
        where.append(ATTRIBUTES[wanted.attribute[0]])
        values.append(wanted.attribute[1])
    if position:
        where.append("(eventtime, seq) < (?, ?)")
        values += position
    cursor = lake.cursor()
    keys = cursor.execute(
        f"SELECT seq FROM {view} WHERE {' AND '.join(where)} "  # noqa: S608
        f"ORDER BY eventtime DESC, seq DESC LIMIT {max(most, BATCH)}",
        values,
    ).fetchall()
    places = ", ".join(str(key) for (key,) in keys) or "NULL"
    return cursor.execute(
        f"SELECT eventtime, seq, {USER_NAME}, eventjson FROM {view} WHERE seq IN ({places}) "  # noqa: S608
        "ORDER BY eventtime DESC, seq DESC"
    ).fetchall()


def _event(row: tuple[Any, ...]) -> dict[str, Any]:
    moment, _, user, text = row
    record = json.loads(text)
    event = {
        "EventId": record["eventID"],
        "EventName": record["eventName"],
        "ReadOnly": "true" if record.get("readOnly") else "false",
        "AccessKeyId": record["userIdentity"].get("accessKeyId"),
        "EventTime": moment.replace(tzinfo=UTC),
        "EventSource": record["eventSource"],
        "Username": user,
        "Resources": resources_of(record),
        "CloudTrailEvent": text,
    }
    return {key: value for key, value in event.items() if value is not None}


def _fits(event: Mapping[str, Any], attribute: tuple[str, str] | None) -> bool:
    if attribute is None or attribute[0] not in ("ResourceName", "ResourceType"):
        return True
    return any(resource[attribute[0]] == attribute[1] for resource in event["Resources"])


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _token(wanted: Lookup, position: tuple[datetime, int]) -> str:
    moment, seq = position
    content = [wanted.account_id, wanted.region, wanted.attribute, moment.isoformat(), seq]
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


def _position(wanted: Lookup, token: str | None) -> tuple[datetime, int] | None:
    if token is None:
        return None
    try:
        account_id, region, attribute, moment, seq = json.loads(base64.urlsafe_b64decode(token))
        position = (datetime.fromisoformat(moment), int(seq))
    except (ValueError, TypeError) as error:
        raise _bad_token() from error
    if (account_id, region, attribute) != (wanted.account_id, wanted.region, wanted.attribute and [*wanted.attribute]):
        raise _bad_token()
    return position


def _bad_token() -> AwsError:
    return AwsError("InvalidNextTokenException", "The next token is not valid for these parameters.")
