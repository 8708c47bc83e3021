"""Learners' SQL: what it gives, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.local.call import AwsError
from infra.local.lake.queries import Query
from infra.local.lake.sql import quote_store_ids, translate

PAIRS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("pairs.json").read_text("utf-8"))
HOSTILE = [
    line
    for line in Path(__file__).with_name("hostile.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("# ")
]
IDS = [
    "12345678-1234-4123-8123-123456789012",
    "1e512345-1234-4123-8123-123456789012",
    "1E512345-ABCD-4123-8123-123456789ABC",
    "abcdef12-1234-4123-8123-123456789012",
    "e1234567-1e10-4123-8123-123456789012",
    "00000000-0000-0000-0000-000000000000",
]


def test_every_pair_of_query_and_rows(ask: Callable[[str], Any]) -> None:
    """Each query of the pairs gives the columns and rows that stand beside it."""
    given = [(pair["sql"], answer.columns, answer.rows) for pair in PAIRS for answer in [ask(pair["sql"])]]
    assert given == [(pair["sql"], pair["columns"], pair["rows"]) for pair in PAIRS]


def test_every_hostile_statement_is_refused(start: Callable[[str], Query]) -> None:
    """None of the hostile statements starts: each is an invalid query statement, whatever else it is."""
    codes = {}
    for statement in HOSTILE:
        with pytest.raises(AwsError) as refused:
            start(statement)
        codes[statement] = refused.value.code
    assert codes == dict.fromkeys(HOSTILE, "InvalidQueryStatementException")
    assert len(HOSTILE) > 250


@pytest.mark.parametrize("store_id", IDS)
@pytest.mark.parametrize("spacing", ["select 1 as x from {}", "select 1 as x\nFROM\n  {}\n", "select 1 as x from({})"])
def test_a_bare_id_is_a_table(store_id: str, spacing: str) -> None:
    """Whatever an id begins with, it may follow FROM as it is."""
    assert translate(spacing.format(store_id)).stores == (store_id.lower(),)


def test_an_id_within_text_stays() -> None:
    """Strings, quoted names and comments are left alone; so is what only looks like an id."""
    one = IDS[1]
    statement = f"""select '{one}', 'it''s {one}' as "{one}" -- {one}
        /* {one} */ from {one} where x = 'a-{one}' and {one}-7 = 1"""
    quoted = f"""select '{one}', 'it''s {one}' as "{one}" -- {one}
        /* {one} */ from "{one}" where x = 'a-{one}' and {one}-7 = 1"""
    assert quote_store_ids(statement) == quoted


def test_every_store_of_a_query_is_named() -> None:
    """Stores are found in joins, subqueries, unions and WITH, each once."""
    statement = (
        f"with a as (select eventid from {IDS[0]}) select eventid from a join {IDS[1]} using (eventid) "
        f"where eventid in (select eventid from {IDS[3]}) union all select eventid from {IDS[0]}"
    )
    assert sorted(translate(statement).stores) == sorted([IDS[0], IDS[1], IDS[3]])


def test_names_are_quoted_in_what_duckdb_gets() -> None:
    """Nothing that a learner calls a column can become more than a column."""
    statement = f'select t."a""b" from {IDS[0]} as t'
    assert translate(statement).sql == (f'SELECT "t"."a""b" AS "a""b" FROM "lake"."store"."{IDS[0]}" AS "t"')


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("select evntname from EDS", "line 1:8: Column 'evntname' cannot be resolved: did you mean eventname?"),
        (
            "select eventname\nfrom EDS\nwhere useridentity.principlid = 'x'",
            "line 3:20: Column 'principlid' cannot be resolved: did you mean principalid?",
        ),
        ("select 'x from EDS", "A quote or a comment is not closed"),
        ("select eventname from EDS where", "line 1:66: Incomplete Where near 'where'"),
        ("select nosuch(eventname) from EDS", "Function 'nosuch' not registered"),
        ("select eventname, from EDS", "line 1:17: mismatched input ','"),
        ("select eventname from events", "events is not an event data store of this account: put the id after FROM"),
        ("select eventname", "The statement names no event data store: put the id after FROM"),
        ("drop table EDS", "Only SELECT statements are allowed"),
        ("select eventname from EDS; select 1", "Only one SELECT statement is allowed"),
        (
            "select eventname from EDS where requestparameters like '%x%'",
            "requestparameters is a map and compares with nothing: use element_at(requestparameters, 'key')",
        ),
    ],
)
def test_what_a_refusal_says(start: Callable[[str], Query], statement: str, message: str) -> None:
    """A refusal says what is wrong, where, and what may have been meant."""
    with pytest.raises(AwsError) as refused:
        start(statement)
    assert refused.value.message == message


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 3_000 + "1" + ")" * 3_000,
        "not " * 2_000 + "true",
        "array[" * 1_000 + "1" + "]" * 1_000,
        "regexp_extract(" * 60 + "'a'" + ", 'a')" * 60,
        "case when true then " * 400 + "1" + " end" * 400,
    ],
)
def test_a_nest_that_is_too_deep_is_refused(expression: str) -> None:
    """Neither recursion nor arguments that double at each level get through."""
    with pytest.raises(AwsError) as refused:
        translate(f"select {expression} from {IDS[0]}")
    assert refused.value.message == "The query is too deeply nested"


def test_a_missing_key_fails_the_query(start: Callable[[str], Query]) -> None:
    """`map['key']` fails where the key is not there, as in Trino; element_at gives NULL."""
    query = start("select requestparameters['bucketName'] from EDS")
    assert (query.status, query.error) == ("FAILED", "Key not present in map: bucketName")
