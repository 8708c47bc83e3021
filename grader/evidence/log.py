"""The events of a stage: from its event data store, or from CloudTrail's event history."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from grader.evidence.event import Event, get
from scenario.query import Rows
from scenario.stage import Stage

if TYPE_CHECKING:
    from mypy_boto3_cloudtrail import CloudTrailClient

NAMES = (
    "AttachNetworkInterface",
    "AttachVolume",
    "AuthorizeSecurityGroupEgress",
    "AuthorizeSecurityGroupIngress",
    "CopySnapshot",
    "CreateImage",
    "CreateSecurityGroup",
    "CreateSnapshot",
    "CreateSnapshots",
    "DeleteSecurityGroup",
    "DeleteSnapshot",
    "DetachNetworkInterface",
    "ModifyInstanceAttribute",
    "ModifyNetworkInterfaceAttribute",
    "ModifySecurityGroupRules",
    "ModifySnapshotAttribute",
    "RevokeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
    "StartInstances",
    "StopInstances",
    "TerminateInstances",
)
"""EC2's calls that can bear on containment, whoever made them."""

SERVICES = ("cloudtrail.amazonaws.com", "iam.amazonaws.com", "s3.amazonaws.com")
"""Other services: of them whatever the learner changed can bear on it."""


def statement(stage: Stage) -> str:
    """The SQL that gives the raw records of these calls since the stage was created."""
    return (  # every part is ours: Lake takes no parameters for table names
        f"SELECT eventjson FROM {stage.store_id} "  # noqa: S608
        f"WHERE eventtime >= timestamp '{stage.created_at:%Y-%m-%d %H:%M:%S}' "
        f"AND ((eventsource = 'ec2.amazonaws.com' AND eventname IN ({_listed(NAMES)})) "
        f"OR (readonly = false AND eventsource IN ({_listed(SERVICES)}) "
        f"AND useridentity.sessioncontext.sessionissuer.arn = '{stage.learner_role_arn}'))"
    )


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(f"'{text}'" for text in texts)


def records(rows: Rows) -> list[Mapping[str, Any]]:
    """The raw records in the answer to `statement`."""
    return [json.loads(text) for text in rows.column("eventjson") if text]


def history(cloudtrail: CloudTrailClient, stage: Stage) -> list[Mapping[str, Any]]:
    """The raw records of what changed anything since the stage was created.

    LookupEvents takes one attribute, two requests a second and gives 50 events a page: one walk over all that is not
    read-only costs less than one for each name. It shows management events of 90 days.
    """
    pages = cloudtrail.get_paginator("lookup_events").paginate(
        LookupAttributes=[{"AttributeKey": "ReadOnly", "AttributeValue": "false"}],
        StartTime=stage.created_at,
    )
    return [json.loads(event["CloudTrailEvent"]) for page in pages for event in page["Events"]]


def relevant(records: Iterable[Mapping[str, Any]], stage: Stage) -> tuple[Event, ...]:
    """Those that can bear on containment of this stage, each once, by time; ties by id."""
    events = {record["eventID"]: Event(record) for record in records if _bears(record, stage)}
    ours = (e for e in events.values() if e.time >= stage.created_at.replace(microsecond=0))
    return tuple(sorted(ours, key=lambda e: (e.time, e.id)))


def _bears(record: Mapping[str, Any], stage: Stage) -> bool:
    """The condition of `statement`, for records that came another way."""
    if record["eventSource"] == "ec2.amazonaws.com":
        return record["eventName"] in NAMES
    changed = record["eventSource"] in SERVICES and record.get("readOnly") is False
    return changed and Event(record).role_arn == stage.learner_role_arn


def volume_ids(stage: Stage, events: Sequence[Event], instance: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Every volume that the compromised instance has or had since the stage was created, the root volume first."""
    mapped = [m["Ebs"]["VolumeId"] for m in (instance or {}).get("BlockDeviceMappings", []) if "Ebs" in m]
    attached = [
        str(get(e.asked, "volumeId"))
        for e in events
        if e.name == "AttachVolume" and e.succeeded and get(e.asked, "instanceId") == stage.instance_id
    ]
    return tuple(dict.fromkeys([stage.volume_id, *mapped, *attached]))
