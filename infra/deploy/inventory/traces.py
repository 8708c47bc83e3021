"""What learners have made in an account, from CloudTrail's event history: by their role, wherever and however named.

Most of it would be found in EC2 by the lab's own ids too; a copy of a snapshot, or a group in another VPC, would not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from grader.evidence.event import Event, get, items

if TYPE_CHECKING:
    from infra.deploy.account import Account

HISTORY: Final = timedelta(days=89)  # of the 90 that there are; an earlier time may be refused

IDS: Final[Mapping[str, Callable[[Mapping[str, Any]], list[Any]]]] = {
    "CopySnapshot": lambda answer: [get(answer, "snapshotId")],
    "CreateImage": lambda answer: [get(answer, "imageId")],
    "CreateNetworkAcl": lambda answer: [get(get(answer, "networkAcl") or {}, "networkAclId")],
    "CreateSecurityGroup": lambda answer: [get(answer, "groupId")],
    "CreateSnapshot": lambda answer: [get(answer, "snapshotId")],
    "CreateSnapshots": lambda answer: [get(snapshot, "snapshotId") for snapshot in items(answer, "snapshotSet")],
}
"""The calls by which LearnerRole makes anything that lasts, and the ids in their answers."""


def traces(account: Account, roles: Iterable[str], since: datetime) -> frozenset[str]:
    """The ids of what sessions of these roles (names) have made since then (UTC), whether it is still there or not.

    The event history shows a call some minutes after it was made. LookupEvents takes one attribute and two requests a
    second: one walk for each name. Raises botocore's ClientError.
    """
    now = datetime.now(UTC)
    named, begin = set(roles), min(max(since, now - HISTORY), now)  # a stack is younger than now where clocks differ
    pages = account.client("cloudtrail").get_paginator("lookup_events")
    return frozenset(
        str(id_)
        for name in IDS
        for page in pages.paginate(
            LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": name}], StartTime=begin
        )
        for event in (Event(json.loads(shown["CloudTrailEvent"])) for shown in page["Events"])
        if event.succeeded and event.role_arn.rpartition("/")[2] in named
        for id_ in IDS[name](event.answered)
        if id_
    )
