"""The list of events, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from grader.desk.see.plain import plain, short_principal
from grader.desk.see.timeline import time_of
from scenario.query import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One event in the list; every text may be shown as it is."""

    id: str
    time: datetime  # UTC
    principal: str
    role: str
    call: str
    service: str
    region: str
    error: str
    source: str  # the address, or the service, that it came from
    read_only: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What the events of a Region, or of all, come to."""

    region: str
    events: int
    errors: int
    calls: int  # different ones
    principals: int
    first: datetime | None
    last: datetime | None


def listed(found: Rows) -> list[Listed]:
    """What `sql.listed` found."""
    events = []
    for row in found.rows:
        time, event_id, key, arn, call, service, region, error, source, read_only = (value or "" for value in row)
        principal, role = short_principal(key, arn)
        moment = time_of(time)
        assert moment is not None
        events.append(
            Listed(
                id=event_id,
                time=moment,
                principal=principal,
                role=role,
                call=plain(call),
                service=plain(service.removesuffix(".amazonaws.com")),
                region=plain(region),
                error=plain(error),
                source=plain(source),
                read_only=read_only == "true",
            )
        )
    return events


NOTHING = Sum(region="", events=0, errors=0, calls=0, principals=0, first=None, last=None)


def sums(found: Rows) -> tuple[Sum, list[Sum]]:
    """What `sql.sums` found: all together, and Region by Region, the most called first."""
    every = [
        Sum(
            region=plain(region or ""),
            events=int(events or 0),
            errors=int(errors or 0),
            calls=int(calls or 0),
            principals=int(principals or 0),
            first=time_of(first),
            last=time_of(last),
        )
        for region, events, errors, calls, principals, first, last in found.rows
    ]
    return sum_of("", every), [each for each in every if each.region]


def sum_of(region: str, among: list[Sum]) -> Sum:
    """The one of a Region, NOTHING where there is none."""
    return next((each for each in among if each.region == region), NOTHING)
