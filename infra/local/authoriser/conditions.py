"""Condition operators.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import base64
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import Any

from infra.local.authoriser.glob import arn_matches, matches

Values = tuple[str, ...]
# (what the policy says, what the request has)
Compare = Callable[[str, str], bool]


class UnknownElementError(Exception):
    """A policy says something that this evaluator does not know; whatever it answered would be a guess."""


@dataclass(frozen=True, slots=True)
class Operator:
    """How one operator compares. A negated one holds when no value matches, and when the key is absent."""

    compare: Compare
    negated: bool = False


def _number(compare: Callable[[float, float], bool]) -> Compare:
    return lambda wanted, found: compare(float(found), float(wanted))


def _date(compare: Callable[[datetime, datetime], bool]) -> Compare:
    return lambda wanted, found: compare(_moment(found), _moment(wanted))


def _moment(text: str) -> datetime:
    """An ISO 8601 date or time, or seconds since 1970."""
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except ValueError:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _address(wanted: str, found: str) -> bool:
    return ip_address(found) in ip_network(wanted, strict=False)


OPERATORS = {
    "StringEquals": Operator(operator.eq),
    "StringNotEquals": Operator(operator.eq, negated=True),
    "StringEqualsIgnoreCase": Operator(lambda wanted, found: wanted.lower() == found.lower()),
    "StringNotEqualsIgnoreCase": Operator(lambda wanted, found: wanted.lower() == found.lower(), negated=True),
    "StringLike": Operator(matches),
    "StringNotLike": Operator(matches, negated=True),
    "ArnEquals": Operator(arn_matches),  # AWS lets ArnEquals and ArnLike behave the same
    "ArnNotEquals": Operator(arn_matches, negated=True),
    "ArnLike": Operator(arn_matches),
    "ArnNotLike": Operator(arn_matches, negated=True),
    "Bool": Operator(lambda wanted, found: wanted.lower() == found.lower()),
    "BinaryEquals": Operator(lambda wanted, found: base64.b64decode(wanted) == base64.b64decode(found)),
    "NumericEquals": Operator(_number(operator.eq)),
    "NumericNotEquals": Operator(_number(operator.eq), negated=True),
    "NumericLessThan": Operator(_number(operator.lt)),
    "NumericLessThanEquals": Operator(_number(operator.le)),
    "NumericGreaterThan": Operator(_number(operator.gt)),
    "NumericGreaterThanEquals": Operator(_number(operator.ge)),
    "DateEquals": Operator(_date(operator.eq)),
    "DateNotEquals": Operator(_date(operator.eq), negated=True),
    "DateLessThan": Operator(_date(operator.lt)),
    "DateLessThanEquals": Operator(_date(operator.le)),
    "DateGreaterThan": Operator(_date(operator.gt)),
    "DateGreaterThanEquals": Operator(_date(operator.ge)),
    "IpAddress": Operator(_address),
    "NotIpAddress": Operator(_address, negated=True),
}


def holds(name: str, wanted: Sequence[str], found: Values | None) -> bool:
    """Whether one condition holds.

    `name` is the operator as the policy has it ("ForAnyValue:StringLikeIfExists"), `wanted` the policy's values,
    `found` those of the request, None when it lacks the key. Raises UnknownElementError for an operator not known.
    """
    quantifier, _, plain = name.rpartition(":")
    if plain == "Null":
        return (found is None) == (wanted[0].lower() == "true")
    if_exists = plain.endswith("IfExists")
    known = OPERATORS.get(plain.removesuffix("IfExists"))
    if known is None or quantifier not in ("", "ForAllValues", "ForAnyValue"):
        raise UnknownElementError(f"condition operator {name}")
    if found is None:
        return if_exists or (known.negated if not quantifier else quantifier == "ForAllValues")
    results = [_holds_for(known, wanted, value) for value in found]
    # A negated operator without a quantifier must hold for each value, any other for one.
    if quantifier == "ForAllValues" or (known.negated and not quantifier):
        return all(results)
    return any(results)


def _holds_for(known: Operator, wanted: Sequence[str], found: str) -> bool:
    return any(_compare(known.compare, value, found) for value in wanted) is not known.negated


def _compare(compare: Compare, wanted: str, found: str) -> bool:
    try:
        return compare(wanted, found)
    except ValueError:  # a word where a number, a date or an address belongs matches nothing
        return False


def as_values(value: Any) -> Values:
    """A policy's value or list of values as strings: `true` and `3` may be written without quotes."""
    values = value if isinstance(value, list) else [value]
    return tuple(str(v).lower() if isinstance(v, bool) else str(v) for v in values)
