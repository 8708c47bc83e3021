"""What a browser wants to see: the query parameters of every request of the view, checked.

| parameter | what it is |
|---|---|
| `by` | what the rows of the picture are: principal, call, service or region |
| `from`, `to` | the window, as ISO 8601, UTC unless they say otherwise; the lab's whole past by default |
| `since`, `until` | a part of the window, for the list alone |
| `principal`, `call`, `service`, `region` | one of each alone, spelled as the store spells it |
| `error` | 1 for calls alone that were refused or failed |
| `own` | 1 for the calls of the learner's and the grader's role as well |
| `order` | newest (default) or oldest first |
| `page` | of the list, from 1 |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType

DIMENSIONS = ("principal", "call", "service", "region")
ORDERS = ("newest", "oldest")
LONGEST = 512  # characters of a name
MOST_PAGES = 10_000
FIRST_YEAR, LAST_YEAR = 2006, 2100  # of AWS, and of any date that CloudTrail can have written


class NotAskableError(ValueError):
    """A parameter that cannot be used; the message says which, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for. Times are UTC, `only` holds the one value of each dimension that is wanted."""

    by: str = "principal"
    from_: datetime | None = None
    to: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    only: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    error: bool = False
    own: bool = False
    order: str = "newest"
    page: int = 1


def asked(query: Mapping[str, str]) -> Asked:
    """What these parameters ask for; empty ones ask for nothing. Raises NotAskableError."""
    given = {name: value for name, value in query.items() if value}
    found = Asked(
        by=_one_of(given, "by", DIMENSIONS),
        from_=_time(given, "from"),
        to=_time(given, "to"),
        since=_time(given, "since"),
        until=_time(given, "until"),
        only={name: _name(given, name) for name in DIMENSIONS if name in given},
        error=_one_of(given, "error", ("0", "1")) == "1",
        own=_one_of(given, "own", ("0", "1")) == "1",
        order=_one_of(given, "order", ORDERS),
        page=_page(given),
    )
    for first, last, named in ((found.from_, found.to, "from"), (found.since, found.until, "since")):
        if first and last and first >= last:
            raise NotAskableError(f"`{named}` has to be before the end of what is asked for")
    return found


def moment(text: str, name: str) -> datetime:
    """A time as text, in UTC. Raises NotAskableError."""
    try:
        time = datetime.fromisoformat(text)
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotAskableError(f"`{name}` is a time such as 2026-03-01T08:00:00Z, not {text[:40]!r}") from None
    if not FIRST_YEAR <= time.year <= LAST_YEAR:
        raise NotAskableError(f"`{name}` is a time between {FIRST_YEAR} and {LAST_YEAR}")
    return time


def _time(given: Mapping[str, str], name: str) -> datetime | None:
    return moment(given[name], name) if name in given else None


def _one_of(given: Mapping[str, str], name: str, values: tuple[str, ...]) -> str:
    value = given.get(name, values[0])
    if value not in values:
        raise NotAskableError(f"`{name}` is one of {', '.join(values)}, not {value[:40]!r}")
    return value


def _name(given: Mapping[str, str], name: str) -> str:
    value = given[name]
    if len(value) > LONGEST or "\0" in value:
        raise NotAskableError(f"`{name}` has at most {LONGEST} characters, none of them NUL")
    return value


def _page(given: Mapping[str, str]) -> int:
    value = given.get("page", "1")
    if not (value.isascii() and value.isdigit() and 1 <= len(value) <= 6 and 1 <= int(value) <= MOST_PAGES):
        raise NotAskableError(f"`page` is a number from 1 to {MOST_PAGES}, not {value[:40]!r}")
    return int(value)
