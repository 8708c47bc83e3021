"""How many events a query scans."""

from __future__ import annotations

import pytest

from infra.local.lake.scanned import Hours, Span
from infra.local.lake.sql import translate

ONE, OTHER = "12345678-1234-4123-8123-123456789012", "abcdef12-1234-4123-8123-123456789012"


@pytest.mark.parametrize(
    ("condition", "since", "until"),
    [
        ("", "", "~"),
        ("where eventtime >= timestamp '2026-11-24 10:20:30'", "2026-11-24T10", "~"),
        ("where eventname = 'x' and eventtime > '2026-11-24 10:20:30' and (readonly or true)", "2026-11-24T10", "~"),
        (
            "where eventtime < timestamp '2026-11-25 00:00:00' and eventtime > '2026-11-24'",
            "2026-11-24",
            "2026-11-25T00",
        ),
        ("where t.eventtime between timestamp '2026-11-24 10:00:00' and now()", "2026-11-24T10", "~"),
        ("where eventtime > '2026-11-24 10:00:00' or eventname = 'x'", "", "~"),
        ("where eventtime > now() - interval '1' hour", "", "~"),
        ("where eventname > '2026-11-24 10:00:00'", "", "~"),
    ],
)
def test_conditions_that_hold_together_bound_the_time(condition: str, since: str, until: str) -> None:
    """Literals alone: whatever else it says, everything may have to be read for it."""
    translation = translate(f"select count(*) from {ONE} as t {condition}")
    assert translation.spans == (Span(ONE, since, until),)


def test_every_table_has_its_own_bounds() -> None:
    """In subqueries, joins and unions, each time that a store is named; a WITH is read where it is made."""
    translation = translate(
        f"with a as (select * from {ONE} where eventtime >= timestamp '2026-11-24 10:00:00') "
        f"select 1 from a join {OTHER} as o using (eventid) where o.eventtime < timestamp '2026-11-24 12:00:00' "
        f"union all select 2 from {ONE}"
    )
    assert set(translation.spans) == {
        Span(ONE, "2026-11-24T10"),
        Span(OTHER, until="2026-11-24T12"),
        Span(ONE),
    }


def test_hours_are_scanned_whole() -> None:
    """Both ends belong to it, and so does what nobody knows the hour of."""
    hours = Hours()
    hours.add(ONE, {"2026-11-24T09": 1, "2026-11-24T10": 10, "2026-11-24T11": 100, "": 1_000})
    hours.add(ONE, {"2026-11-24T11": 100})
    assert hours.all(ONE) == 1_211
    assert hours.within([Span(ONE, "2026-11-24T10")]) == 1_210
    assert hours.within([Span(ONE, "2026-11-24T10", "2026-11-24T10"), Span(ONE)]) == 1_010 + 1_211
    assert hours.within([Span(OTHER)]) == 0


def test_background_is_counted_once() -> None:
    """However often it is looked at; beside what was delivered."""
    hours = Hours()
    hours.add(ONE, {"2026-11-24T09": 1})
    for number in (10, 20):
        hours.set_background(ONE, {"2026-11-24T09": number, "2026-11-24T10": number})
    assert (hours.all(ONE), hours.within([Span(ONE, "2026-11-24T10")])) == (41, 20)
