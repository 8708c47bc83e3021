"""Condition operators."""

from __future__ import annotations

import pytest

from infra.local.authoriser.conditions import UnknownElementError, as_values, holds

PRESENT = [
    ("StringEquals", ["a", "b"], ("b",), True),
    ("StringEquals", ["a"], ("A",), False),
    ("StringNotEquals", ["a", "b"], ("b",), False),
    ("StringNotEquals", ["a", "b"], ("c",), True),
    ("StringEqualsIgnoreCase", ["a"], ("A",), True),
    ("StringNotEqualsIgnoreCase", ["a"], ("A",), False),
    ("StringLike", ["drop-*/?"], ("drop-1/a",), True),
    ("StringLike", ["drop-*/?"], ("drop-1/ab",), False),
    ("StringNotLike", ["drop-*"], ("drop-1",), False),
    ("ArnLike", ["arn:aws:iam::*:role/*"], ("arn:aws:iam::1:role/a/b",), True),
    ("ArnLike", ["arn:aws:*:role/a"], ("arn:aws:iam::1:role/a",), False),
    ("ArnEquals", ["arn:aws:iam::1:role/*"], ("arn:aws:iam::1:role/a",), True),
    ("ArnNotLike", ["arn:aws:iam::1:role/*"], ("arn:aws:iam::1:role/a",), False),
    ("ArnNotEquals", ["arn:aws:iam::1:role/*"], ("arn:aws:iam::2:role/a",), True),
    ("Bool", ["true"], ("true",), True),
    ("Bool", ["False"], ("true",), False),
    ("BinaryEquals", ["aGk="], ("aGk=",), True),
    ("NumericEquals", ["10"], ("10.0",), True),
    ("NumericNotEquals", ["10"], ("10",), False),
    ("NumericLessThan", ["10"], ("9",), True),
    ("NumericLessThanEquals", ["10"], ("10",), True),
    ("NumericGreaterThan", ["10"], ("10",), False),
    ("NumericGreaterThanEquals", ["10"], ("10",), True),
    ("NumericEquals", ["ten"], ("10",), False),
    ("DateLessThan", ["2026-02-01T00:00:00Z"], ("2026-01-31T23:59:59+00:00",), True),
    ("DateLessThanEquals", ["2026-02-01"], ("2026-02-01T00:00:00Z",), True),
    ("DateGreaterThan", ["1769904000"], ("2026-02-01T00:00:01Z",), True),
    ("DateGreaterThanEquals", ["2026-02-01T00:00:00Z"], ("2026-01-31T23:59:59Z",), False),
    ("DateEquals", ["2026-02-01T00:00:00Z"], ("2026-02-01T01:00:00+01:00",), True),
    ("DateNotEquals", ["2026-02-01T00:00:00Z"], ("2026-02-01T00:00:00Z",), False),
    ("IpAddress", ["10.0.0.0/8", "192.0.2.1"], ("192.0.2.1",), True),
    ("IpAddress", ["2001:db8::/32"], ("10.0.0.1",), False),
    ("NotIpAddress", ["10.0.0.0/8"], ("10.0.0.1",), False),
    ("Null", ["true"], ("a",), False),
    ("Null", ["false"], ("a",), True),
    ("ForAllValues:StringEquals", ["a", "b"], ("a", "b"), True),
    ("ForAllValues:StringEquals", ["a"], ("a", "b"), False),
    ("ForAnyValue:StringEquals", ["a"], ("a", "b"), True),
    ("ForAnyValue:StringEquals", ["c"], ("a", "b"), False),
    ("ForAnyValue:StringNotEquals", ["a"], ("a", "b"), True),
    ("ForAllValues:StringNotEquals", ["a"], ("a", "b"), False),
    ("StringEqualsIfExists", ["a"], ("b",), False),
]
ABSENT = [
    ("StringEquals", False),
    ("StringNotEquals", True),
    ("StringEqualsIfExists", True),
    ("StringNotEqualsIfExists", True),
    ("Bool", False),
    ("NotIpAddress", True),
    ("ForAllValues:StringEquals", True),
    ("ForAnyValue:StringEquals", False),
    ("ForAnyValue:StringNotEquals", False),
]


@pytest.mark.parametrize(("name", "wanted", "found", "expected"), PRESENT)
def test_an_operator_compares_what_the_request_has(
    name: str, wanted: list[str], found: tuple[str, ...], expected: bool
) -> None:
    """Each operator, with values that fit and values that do not."""
    assert holds(name, wanted, found) is expected


@pytest.mark.parametrize(("name", "expected"), ABSENT)
def test_an_absent_key_fails_all_but_the_negated_and_the_lenient(name: str, expected: bool) -> None:
    """What AWS documents for keys that a request lacks."""
    assert holds(name, ["true"], None) is expected


def test_null_asks_whether_the_key_is_there() -> None:
    """`Null: true` holds for an absent key."""
    assert holds("Null", ["true"], None)
    assert not holds("Null", ["false"], None)


@pytest.mark.parametrize("name", ["StringSounds", "ForSomeValues:StringEquals", "stringequals", "IfExists"])
def test_an_unknown_operator_is_an_error(name: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(UnknownElementError, match="condition operator"):
        holds(name, ["a"], ("a",))


def test_values_may_be_written_without_quotes() -> None:
    """true and 3 mean "true" and "3"."""
    assert as_values([True, 3, "x"]) == ("true", "3", "x")
    assert as_values(False) == ("false",)
