"""The picture: rows of bins, as the page draws them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from grader.desk.see.asked import Asked
from grader.desk.see.plain import plain, short_principal
from grader.desk.see.sql import MOST_ROWS, Window
from scenario.query import Rows

Cell = tuple[int, int, int, int]
"""A bin's place from 0, its events, how many of them were refused or failed, and how much of a burst there is in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the picture; without a `key` it is all the rows together for which there was no room."""

    key: str | None
    label: str
    detail: str  # the role of a principal, else ""
    keys: int  # how many are together here
    calls: int  # different ones
    events: int
    errors: int
    burst: int
    cells: tuple[Cell, ...]

    def as_json(self) -> dict[str, Any]:
        """As the page gets it."""
        return {name: getattr(self, name) for name in self.__slots__}


def rows_of(found: Rows) -> list[Row]:
    """What `sql.picture` found."""
    return [_row(row) for row in found.rows]


def picture_as_json(by: str, shown: Window, rows: list[Row], period: tuple[datetime, datetime]) -> dict[str, Any]:
    """The whole picture, with the period that there are events of."""
    return {
        "by": by,
        "from": iso(shown.begin),
        "to": iso(shown.end),
        "minutes": shown.minutes,
        "bins": shown.count,
        "period": [iso(moment) for moment in period],
        "rows": [row.as_json() for row in rows],
    }


def values_as_json(found: Rows) -> dict[str, list[dict[str, Any]]]:
    """What `sql.values` found: by dimension, its values with how they are called and how many events they have."""
    values: dict[str, list[dict[str, Any]]] = {}
    for dimension, key, arn, events in found.rows:
        assert dimension is not None
        label, detail = short_principal(key or "", arn or "")
        values.setdefault(dimension, []).append(
            {"key": key or "", "label": label, "detail": detail, "events": int(events or 0)}
        )
    return values


def iso(time: datetime) -> str:
    """A time as browsers read it."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def time_of(text: str | None) -> datetime | None:
    """A time as Lake writes it, in UTC; None for none."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def named(asked: Asked) -> dict[str, str]:
    """The values of the dimensions that are wanted alone, as they may be shown."""
    return {name: plain(value) for name, value in asked.only.items()}


def _row(row: tuple[str | None, ...]) -> Row:
    place, key, keys, arn, calls, events, errors, burst, cells = (value or "" for value in row)
    rest = int(place) > MOST_ROWS
    label, detail = short_principal(key, arn)
    return Row(
        key=None if rest else key,
        label="" if rest else label,
        detail="" if rest else detail,
        keys=int(keys),
        calls=int(calls or 0),
        events=int(events),
        errors=int(errors),
        burst=round(float(burst)),
        cells=tuple(sorted(_cell(cell) for cell in cells.split(","))),
    )


def _cell(text: str) -> Cell:
    place, events, errors, burst = map(int, text.split())
    return place, events, errors, burst
