"""What may be wrong with one line of a roster, column by column."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache

from infra.account.template import template
from scenario.language import LANGUAGES

Row = Mapping[str, str]
"""One line by column, without spaces around what it says."""

Fault = tuple[int, str]
"""A line's number, and what is wrong there."""


def faults_of(row: Row) -> Iterator[str]:
    """What is wrong with one line."""
    return (f"{column} {fault}" for column, check in CHECKS.items() for fault in check(row))


def emails(row: Row) -> tuple[str, ...]:
    """The addresses, which have spaces or semicolons between them."""
    return tuple(filter(None, re.split(r"[;\s]+", row["emails"])))


def _team(row: Row) -> Iterator[str]:
    """As the account template takes it; empty for the account's id."""
    rule = _team_rule()
    if row["team"] and not re.fullmatch(rule["AllowedPattern"], row["team"]):
        yield f"{row['team']!r} is no name of a team, it takes {rule['ConstraintDescription']}"


def _account_id(row: Row) -> Iterator[str]:
    value = row["account_id"]
    if not re.fullmatch(r"[0-9]+", value):
        yield f"{value!r} is no account id, it takes 12 digits"
    elif len(value) != 12:
        yield f"{value!r} has {len(value)} digit{'s' * (len(value) != 1)}, it takes 12"


def _region(row: Row) -> Iterator[str]:
    value = row["region"]
    if value not in _regions():
        near = get_close_matches(value.lower(), _regions(), n=1) or ["eu-west-1"]
        yield f"{value!r} is no region that has EC2, it takes one like {near[0]}"


def _emails(row: Row) -> Iterator[str]:
    wrong = (mail for mail in emails(row) if not re.fullmatch(r"[^@,]+@[^@,]+", mail))
    yield from (f"{mail!r} is no e-mail address; spaces or semicolons stand between two" for mail in wrong)


def _language(row: Row) -> Iterator[str]:
    if row["language"] and row["language"] not in LANGUAGES:
        yield f"{row['language']!r} is not there, it takes {' or '.join(LANGUAGES)}"


CHECKS: Mapping[str, Callable[[Row], Iterator[str]]] = {
    "team": _team,
    "account_id": _account_id,
    "region": _region,
    "emails": _emails,
    "language": _language,
}
"""What looks at each column."""


@cache
def _team_rule() -> Mapping[str, str]:
    rule: Mapping[str, str] = json.loads(template())["Parameters"]["TeamId"]
    return rule


@cache
def _regions() -> tuple[str, ...]:
    """The regions of AWS's public partition in which botocore knows EC2."""
    from botocore.session import Session  # slow to import

    return tuple(sorted(Session().get_available_regions("ec2")))
