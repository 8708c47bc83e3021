"""Statements that nobody wrote: none crashes, escapes, hangs, or fails without a word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.call import AwsError
from infra.local.lake import EventDataStore, Lake
from infra.local.lake.functions import NAMES
from infra.local.lake.queries import Queries, Query
from infra.local.lake.schema import COLUMNS
from tests.infra.local.lake.page import PAIRS
from tests.infra.local.lake.sample import ACCOUNT, CREATED, EVENTS, REGION, record
from tests.infra.local.lake.test_sql import HOSTILE

SECRET = "of-another-account"
ROOMY = settings(max_examples=150, derandomize=True, database=None)
SECONDS = 20

WORDS = re.compile(r"\s+|\w+|'(?:[^']|'')*'|.", re.DOTALL)
POOL = [word for line in [*HOSTILE, *(pair["sql"] for pair in PAIRS)] for word in WORDS.findall(line) if word.strip()]

NUMBERS = st.one_of(
    st.integers(-3, 12).map(str), st.sampled_from(["1e0", "0.5", "-9223372036854775808", "99999999999999999999"])
)
TEXTS = st.one_of(
    st.sampled_from(["%Y", "yyyy", "day", "$.a", "(", "a|b", "UTC", "2026-03-01", '{"a": [1]}', "i-0aaaaaaaaaaaaaaa1"]),
    st.text(max_size=5),
).map(lambda text: "'" + text.replace("'", "''") + "'")
NAMED = st.sampled_from(
    [
        *COLUMNS,
        "useridentity.arn",
        "resources[1].arn",
        "x",
        "y",
        "*",
        "null",
        "true",
        "interval '1' day",
        "current_date",
    ]
)
TYPES = st.sampled_from(
    ["varchar", "bigint", "json", "timestamp", "date", "array(varchar)", "map(varchar, json)", "row(a bigint)"]
)


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions around smaller ones."""
    arguments = st.lists(inner, max_size=4).map(", ".join)
    operators = st.sampled_from(["+", "-", "*", "/", "%", "=", "<>", "<", "and", "or", "||", "like"])
    return st.one_of(
        st.tuples(st.sampled_from(sorted(NAMES)), arguments).map("{0[0]}({0[1]})".format),
        st.tuples(inner, operators, inner).map(" ".join),
        st.tuples(inner, inner).map("{0[0]}[{0[1]}]".format),
        st.tuples(inner, TYPES).map("try_cast({0[0]} as {0[1]})".format),
        st.tuples(inner, inner).map("case when {0[0]} then {0[1]} end".format),
        inner.map("x -> {}".format),
        inner.map("(x, y) -> {}".format),
        inner.map("({})".format),
        inner.map("array[{}]".format),
        inner.map("(select {} from EDS limit 1)".format),
        inner.map("count(*) filter (where {})".format),
        inner.map("max({}) over (order by eventtime)".format),
        inner.map("{} at time zone 'Asia/Ho_Chi_Minh'".format),
    )


EXPRESSIONS = st.recursive(st.one_of(NUMBERS, TEXTS, NAMED), larger, max_leaves=8)
SELECTS = st.sampled_from(
    [
        "select {} from EDS",
        "select eventname from EDS where {}",
        "select {0}, count(*) from EDS group by 1 having {0} is not null",
        "select eventname from EDS order by {}",
        "select x from EDS cross join unnest({}) as t(x)",
        "with t as (select {} as x from EDS) select x, y.x from t cross join t as y",
        "select eventname from EDS where eventname in (select {} from EDS)",
    ]
)


@dataclass
class Bench:
    """A lake of two accounts, and what it held before anything was asked."""

    lake: Lake
    queries: Queries
    store: EventDataStore
    secret: EventDataStore

    def start(self, statement: str) -> Query | AwsError:
        """The query of a statement, or what refuses it."""
        try:
            return self.queries.start(ACCOUNT, REGION, statement.replace("EDS", self.store.id), created=CREATED)
        except AwsError as refused:
            return refused

    def ask(self, statement: str) -> None:
        """Ask one account's store, and see that all is as it has to be."""
        query = self.start(statement)
        if isinstance(query, AwsError):
            assert query.code in ("InvalidQueryStatementException", "EventDataStoreNotFoundException")
            assert query.message
            assert "INTERNAL" not in query.message
            return
        assert query.done.wait(SECONDS), "it hangs"
        assert query.status in ("FINISHED", "FAILED", "TIMED_OUT")
        assert query.status != "FAILED" or query.error
        assert "INTERNAL" not in (query.error or "")
        assert SECRET not in str(query.results.page(0, 1_000) if query.results.count else "")

    def held(self) -> tuple[int, int]:
        """How many events each store holds, counted by the database."""
        mine, theirs = (
            self.lake.cursor().execute(f'SELECT count(*) FROM lake.store."{store.id}"').fetchall()[0][0]
            for store in (self.store, self.secret)
        )
        return mine, theirs


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    """One lake for all statements: what one of them breaks, the next ones find broken."""
    lake = Lake()
    mine, theirs = (
        lake.create_store(account_id=account, region=REGION, name="lab", created=CREATED)
        for account in (ACCOUNT, "2" * 12)
    )
    lake.deliver([*EVENTS, record(recipientAccountId="2" * 12, eventName=SECRET)])
    yield Bench(lake=lake, queries=Queries(lake, timeout=1.0), store=mine, secret=theirs)
    lake.close()


@ROOMY
@given(shape=SELECTS, expression=EXPRESSIONS)
def test_statements_of_the_grammar(bench: Bench, shape: str, expression: str) -> None:
    """Functions with any arguments, in any place of a query."""
    bench.ask(shape.format(expression))


@ROOMY
@given(data=st.data())
def test_statements_in_disorder(bench: Bench, data: st.DataObject) -> None:
    """Tested and hostile statements with words left out, put in and exchanged."""
    words = WORDS.findall(data.draw(st.sampled_from([*HOSTILE, *(pair["sql"] for pair in PAIRS)])))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, max(0, len(words) - 1)))
        words[place : place + data.draw(st.integers(0, 2))] = data.draw(st.lists(st.sampled_from(POOL), max_size=2))
    bench.ask("".join(words))


@ROOMY
@given(st.text(max_size=40))
def test_any_text(bench: Bench, text: str) -> None:
    """Whatever is sent, alone and as the end of a good statement."""
    bench.ask(text)
    bench.ask(f"select eventname from EDS {text}")


def test_nothing_is_changed(bench: Bench) -> None:
    """After all of that the stores hold what they held."""
    assert bench.held() == (4, 1)
