"""How many events a query scans: CloudTrail Lake reads only those between the times that a query names.

AWS: whoever wants to pay less constrains queries "by adding starting and ending eventTime timestamps" (CloudTrail user
guide, CloudTrail Lake queries). Here events are counted by the hour, and an hour is scanned as a whole.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

TIME = "eventtime"
HOUR = len("2026-11-24T10")
BEGIN, END = "", "~"  # before and after every hour


@dataclass(frozen=True, slots=True)
class Span:
    """The hours of a store that a query reads, both included, as "2026-11-24T10"."""

    store_id: str
    since: str = BEGIN
    until: str = END


class Hours:
    """How many events each store has, by the hour. Not for several threads at once."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = defaultdict(Counter)
        self._background: dict[str, Counter[str]] = defaultdict(Counter)

    def add(self, store_id: str, hours: Mapping[str, int]) -> None:
        """Count more; those of the hour "" are always scanned."""
        self._counts[store_id].update(hours)

    def set_background(self, store_id: str, hours: Mapping[str, int]) -> None:
        """Count these as all the background events that there are."""
        self._background[store_id] = Counter(hours)

    def all(self, store_id: str) -> int:
        """How many events a store has."""
        return self._counts[store_id].total() + self._background[store_id].total()

    def within(self, spans: Iterable[Span]) -> int:
        """How many events these spans hold together."""
        return sum(
            number
            for span in spans
            for counts in (self._counts, self._background)
            for hour, number in counts[span.store_id].items()
            if not hour or span.since <= hour <= span.until
        )


def hour_of(time: str) -> str:
    """The hour of a time as CloudTrail or SQL writes it.

    >>> hour_of("2026-11-24 10:20:30")
    '2026-11-24T10'
    """
    return time[:HOUR].replace(" ", "T")


def spans_of(tables: Iterable[exp.Table]) -> tuple[Span, ...]:
    """What is read of these tables, each of which is a store, by the conditions that stand beside it."""
    return tuple(_span(table) for table in tables)


def _span(table: exp.Table) -> Span:
    select = table.find_ancestor(exp.Select)
    where = select.args.get("where") if select else None
    since, until = [BEGIN], [END]
    for condition in _all_of(where.this) if where else ():
        if isinstance(condition, exp.Between) and _is_time(condition.this, table):
            since.append(_hour(condition.args["low"], BEGIN))
            until.append(_hour(condition.args["high"], END))
        elif isinstance(condition, (exp.GT, exp.GTE)) and _is_time(condition.this, table):
            since.append(_hour(condition.expression, BEGIN))
        elif isinstance(condition, (exp.LT, exp.LTE)) and _is_time(condition.this, table):
            until.append(_hour(condition.expression, END))
    return Span(table.name, max(since), min(until))


def _all_of(condition: exp.Expr) -> Iterator[exp.Expr]:
    """The conditions that hold together."""
    yield from condition.flatten() if isinstance(condition, exp.And) else (condition,)


def _is_time(column: exp.Expr, table: exp.Table) -> bool:
    return isinstance(column, exp.Column) and column.name.lower() == TIME and column.table in ("", table.alias)


def _hour(value: exp.Expr, otherwise: str) -> str:
    """The hour of a literal; what else it may be is not looked at."""
    literal = value.this if isinstance(value, exp.Cast) else value
    return hour_of(literal.this) if isinstance(literal, exp.Literal) and literal.is_string else otherwise
