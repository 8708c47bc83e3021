"""Background: what a working company did in the hours before the lab, made in bulk inside the lake."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate

from infra.local.company import templates
from infra.local.lake import Lake

HOURS = 24  # a whole day, so that there are office hours in it whenever the lab is deployed
SLOTS = 2_000  # in each hour, shared by the templates after their weights
UTC_OFFSET = timedelta(hours=7)  # where the company has its office

Kind = tuple[float, str, int, int]  # a template's weight, hours, part, parts

# How busy an actor is at an hour of the company's day, against its busiest.
ACTIVITY: Mapping[str, Callable[[int], float]] = {
    "always": lambda hour: 1.0,
    "office": lambda hour: 1.0 if 9 <= hour < 18 else 0.3 if hour in (8, 18, 19) else 0.02,
    "night": lambda hour: 1.0 if 1 <= hour < 5 else 0.05,
}

_HOUR = '[{"place": "BIGINT", "first": "BIGINT", "count": "BIGINT", "start": "TIMESTAMP"}]'

# Events of one hour are in order of time, a random moment each within its share of the hour.
_FILL = f"""
WITH hours AS (
    SELECT unnest(from_json(?, '{_HOUR}'), recursive := true)
), slots AS (
    SELECT unnest(slots) AS template, generate_subscripts(slots, 1) - 1 AS place
    FROM (SELECT ?::JSON::UINTEGER[] AS slots)
), numbers AS (
    SELECT *, "first" + i AS n FROM hours, LATERAL (SELECT unnest(range("count")) AS i)
), events AS (
    SELECT *, md5_number_lower(concat(?, n)) AS dice FROM numbers
)
SELECT template, date_trunc('second', "start" + to_microseconds(
           ((i + (dice >> 32) / 4294967296.0) * 3600000000 / "count")::BIGINT)), n
FROM events JOIN slots ON slots.place = events.place * {SLOTS} + dice % {SLOTS}
"""  # noqa: S608 - only a constant


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What there is of it in one account: the same gives the same events."""

    region: str
    count: int
    seed: str
    until: datetime

    def load(self, lake: Lake, account_id: str) -> int:
        """As `load_background`; none cost nothing."""
        if not self.count:
            return 0
        return load_background(lake, account_id, region=self.region, count=self.count, seed=self.seed, until=self.until)


def load_background(
    lake: Lake, account_id: str, *, region: str, count: int, seed: str, until: datetime | None = None
) -> int:
    """Add `count` events of others over the `HOURS` before `until` (UTC, now by default) to the account's event history
    and to those of its stores that take them. Returns how many there are.

    The same arguments give the same events. None is of an instance of the lab, and no
    instance among them lists buckets, so that they change no answer.
    """
    end = until or datetime.now(UTC)
    start = end - timedelta(hours=HOURS)
    drawn = templates(account_id, region, seed, start, end)
    kept = [template for template in drawn if template.management or lake.wants(account_id, template.record)]
    kinds = tuple((template.weight, template.hours, template.part, template.parts) for template in kept)
    sums, slots = _day(kinds, (start + UTC_OFFSET).hour)
    counts = _shares(count, sums)
    hours = [
        {"place": place, "first": sum(counts[:place]), "count": counts[place], "start": _text(start, place)}
        for place in range(HOURS)
    ]
    salt = hashlib.sha256(f"background:{seed}:{account_id}".encode()).hexdigest()
    return lake.load_background(
        account_id,
        lambda place: kept[place].record,
        salt=salt,
        fill=_FILL,
        parameters=[json.dumps(hours), slots, salt],
    )


@lru_cache(maxsize=4)  # what differs from account to account is drawn by others
def _day(kinds: tuple[Kind, ...], first: int) -> tuple[list[float], str]:
    """How busy each hour of a day is that begins at this hour of the company's; the slots of all its hours, as JSON.

    DuckDB reads them from JSON in half the time that a list takes.
    """
    weights = [_weights(kinds, place, (first + place) % 24) for place in range(HOURS)]
    return [sum(row) for row in weights], json.dumps([kind for row in weights for kind in _slots(row)])


def _weights(kinds: Sequence[Kind], place: int, hour: int) -> list[float]:
    busy = {hours: activity(hour) for hours, activity in ACTIVITY.items()}
    return [weight * busy[hours] if place * parts // HOURS == part else 0.0 for weight, hours, part, parts in kinds]


def _slots(weights: Sequence[float]) -> Iterable[int]:
    bounds = list(accumulate(weights))
    return (bisect(bounds, (slot + 0.5) * bounds[-1] / SLOTS) for slot in range(SLOTS))


def _shares(count: int, weights: Sequence[float]) -> list[int]:
    bounds = [round(count * bound / sum(weights)) for bound in accumulate(weights)]
    return [bound - before for before, bound in zip([0, *bounds], bounds, strict=False)]


def _text(start: datetime, place: int) -> str:
    return (start + timedelta(hours=place)).strftime("%Y-%m-%d %H:%M:%S")
