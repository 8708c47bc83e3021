"""Where Athena refuses a text for a time."""

from __future__ import annotations

import pytest

from infra.local.lake.grammar import parse
from infra.local.lake.refusal import UnsupportedError
from infra.local.lake.times import check_times


@pytest.mark.parametrize(
    ("condition", "operator"),
    [
        ("eventtime > '2026-01-01'", ">"),
        ("'2026-01-01' >= e.eventTime", ">="),
        ("useridentity.sessioncontext.attributes.creationdate = '2026-01-01'", "="),
        ("eventtime <> '2026-01-01'", "<>"),
        ("eventtime between '2026-01-01' and timestamp '2026-01-02 00:00:00'", "BETWEEN"),
        ("eventname = 'x' and not (eventtime < '2026-01-01')", "<"),
    ],
)
def test_a_time_meets_no_text(condition: str, operator: str) -> None:
    """The refusal says what would be right."""
    with pytest.raises(UnsupportedError) as refused:
        check_times(parse(f"select 1 from e where {condition}"))
    assert str(refused.value) == (
        f"Cannot apply operator: timestamp(3) {operator} varchar(10): a time is written timestamp '2026-01-01'"
    )


@pytest.mark.parametrize(
    "condition",
    [
        "eventtime > timestamp '2026-01-01 00:00:00'",
        "eventtime > date '2026-01-01'",
        "eventtime > now() - interval '1' hour",
        "cast(eventtime as varchar) > '2026-01-01'",
        "eventname = '2026-01-01'",
        "element_at(requestparameters, 'eventtime') = '2026-01-01'",
    ],
)
def test_what_is_no_time_or_no_text_may_be_compared(condition: str) -> None:
    """As may a time made a text, and whatever only looks like one."""
    check_times(parse(f"select 1 from e where {condition}"))
