from __future__ import annotations

from datetime import UTC, datetime

import pytest

from grader.desk.see.asked import Asked, NotAskableError, asked


def test_nothing_asks_for_the_whole_picture() -> None:
    """Empty parameters are as none."""
    assert asked({"from": "", "principal": "", "page": "", "by": ""}) == Asked()


def test_every_parameter_is_read() -> None:
    """Times in UTC, whatever their zone; names as they are."""
    query = {
        "by": "call",
        "from": "2026-03-01T08:00:00Z",
        "to": "2026-03-01 17:00:00+07:00",
        "since": "2026-03-01 08:30",
        "until": "2026-03-01",
        "principal": "AROA:i-0a1' or '1'='1",
        "region": "eu-west-1",
        "error": "1",
        "own": "1",
        "order": "oldest",
        "page": "3",
    }
    with pytest.raises(NotAskableError, match="`since` has to be before"):
        asked(query)
    assert asked({**query, "until": "2026-03-01T09:00"}) == Asked(
        by="call",
        from_=datetime(2026, 3, 1, 8, tzinfo=UTC),
        to=datetime(2026, 3, 1, 10, tzinfo=UTC),
        since=datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
        until=datetime(2026, 3, 1, 9, tzinfo=UTC),
        only={"principal": "AROA:i-0a1' or '1'='1", "region": "eu-west-1"},
        error=True,
        own=True,
        order="oldest",
        page=3,
    )


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"by": "weather"}, "`by` is one of principal, call, service, region, not 'weather'"),
        ({"from": "yesterday"}, "`from` is a time such as 2026-03-01T08:00:00Z, not 'yesterday'"),
        (
            {"to": "0001-01-01T00:00:00+14:00"},
            "`to` is a time such as 2026-03-01T08:00:00Z, not '0001-01-01T00:00:00+14:00'",
        ),
        ({"to": "1999-01-01"}, "`to` is a time between 2006 and 2100"),
        ({"call": "x" * 513}, "`call` has at most 512 characters, none of them NUL"),
        ({"call": "a\0b"}, "`call` has at most 512 characters, none of them NUL"),
        ({"error": "yes"}, "`error` is one of 0, 1, not 'yes'"),
        ({"order": "random()"}, "`order` is one of newest, oldest, not 'random()'"),
        ({"page": "0"}, "`page` is a number from 1 to 10000, not '0'"),
        ({"page": "10001"}, "`page` is a number from 1 to 10000, not '10001'"),
        ({"page": "\u0663"}, "`page` is a number from 1 to 10000, not '\u0663'"),
        ({"page": "9" * 5_000}, f"`page` is a number from 1 to 10000, not '{'9' * 40}'"),
    ],
)
def test_what_cannot_be_asked_is_named(query: dict[str, str], sentence: str) -> None:
    """One sentence says which parameter, and what it takes."""
    with pytest.raises(NotAskableError) as error:
        asked(query)
    assert str(error.value) == sentence
