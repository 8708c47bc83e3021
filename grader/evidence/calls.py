"""What the compromised instance called, as its event data store sums it up: the answers' other witness."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scenario.query import Rows
from scenario.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One kind of call of the instance, with how often; each upload is one of its own."""

    name: str  # as CloudTrail writes it, like all of these
    source: str
    region: str
    read_only: bool
    key: str  # of the object, where the call has one; else ""
    total: int
    event_id: str  # of one of them


def statement(stage: Stage) -> str:
    """The SQL that sums up all calls of every instance's sessions since the stage was created.

    A learner can read what the grader asks: it must not tell which instance is the compromised one.
    """
    key = "element_at(requestparameters, 'key')"
    return (  # every part is ours: Lake takes no parameters for table names
        "SELECT useridentity.principalid AS principal, eventname, eventsource, awsregion, readonly, "  # noqa: S608
        f"{key} AS objectkey, count(*) AS total, min(eventid) AS eventid FROM {stage.store_id} "
        f"WHERE eventtime >= timestamp '{stage.created_at:%Y-%m-%d %H:%M:%S}' "
        "AND useridentity.principalid LIKE '%:i-%' "
        f"GROUP BY useridentity.principalid, eventname, eventsource, awsregion, readonly, {key}, "
        "CASE WHEN eventname = 'PutObject' THEN eventid END"
    )


def calls(rows: Rows, stage: Stage) -> tuple[Call, ...]:
    """The compromised instance's part of the answer to `statement`, in an order of its own: the store gives none."""
    found = _calls(rows, stage)
    return tuple(sorted(found, key=lambda call: (call.source, call.name, call.region, call.key, call.event_id)))


def _calls(rows: Rows, stage: Stage) -> Iterator[Call]:
    columns = ("principal", "eventname", "eventsource", "awsregion", "readonly", "objectkey", "total", "eventid")
    for principal, name, source, region, read_only, key, total, event_id in zip(
        *map(rows.column, columns), strict=True
    ):
        if not str(principal).endswith(f":{stage.instance_id}"):
            continue
        yield Call(
            name=str(name),
            source=str(source),
            region=str(region),
            read_only=read_only == "true",
            key=key or "",
            total=int(total or 0),
            event_id=str(event_id),
        )
