"""Learners' SQL: what it gives, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.local.call import AwsError
from infra.local.lake.queries import Query
from infra.local.lake.schema import COLUMNS
from infra.local.lake.sql import translate
from infra.local.lake.store_ids import STORE_ID
from tests.infra.local.lake.page import PAIRS

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
    assert len(HOSTILE) >= 300


@pytest.mark.parametrize("store_id", IDS)
@pytest.mark.parametrize("spacing", ["select 1 as x from {}", "select 1 as x\nFROM\n  {}\n", "select 1 as x from({})"])
def test_a_bare_id_is_a_table(store_id: str, spacing: str) -> None:
    """Whatever an id begins with, it may follow FROM as it is."""
    assert translate(spacing.format(store_id)).stores == (store_id.lower(),)


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
    ("statement", "columns"),
    [
        ("select count(*) as n from EDS", ()),
        ("select EventName, t.useridentity.arn from EDS t where \"errorcode\" is null",
         ("useridentity", "eventname", "errorcode")),
        ("with a as (select eventid from EDS) select a.eventid from a join EDS b using (requestid)",
         ("requestid", "eventid")),
        ("select distinct * from EDS", COLUMNS),
        ("select t.*, 1 as one from EDS t", COLUMNS),
        ("select count(distinct t) as n from EDS t", COLUMNS),
        ("select a.eventid from EDS a natural join EDS b", COLUMNS),
    ],
)  # fmt: skip
def test_a_store_is_read_for_no_more_columns_than_are_named(statement: str, columns: tuple[str, ...]) -> None:
    """Where a statement means columns without naming them, it gets all."""
    assert translate(statement.replace("EDS", IDS[0])).columns == columns


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("select evntname from EDS", "line 1:8: Column 'evntname' cannot be resolved: did you mean eventname?"),
        (
            "select eventname\nfrom EDS\nwhere useridentity.principlid = 'x'",
            "line 3:20: Column 'principlid' cannot be resolved: did you mean principalid?",
        ),
        (
            "select eventname from EDS where eventname = ListUsers",
            "line 1:78: Column 'ListUsers' cannot be resolved: text stands in single quotes, 'ListUsers'",
        ),
        (
            'select eventname\nfrom EDS where eventname like "List%"',
            "line 2:64: Column 'List%' cannot be resolved: text stands in single quotes, 'List%'",
        ),
        ("select x.eventname from EDS e", "line 1:8: Column 'x' cannot be resolved"),
        ("select 'x from EDS", "line 1:8: A quote is not closed"),
        ("select eventname from EDS where eventname = ListUsers'", "line 1:87: A quote is not closed"),
        ("select eventname from EDS -- it's\nwhere eventname = 'x\n", "line 2:19: A quote is not closed"),
        ('select "eventname from EDS', "line 1:8: A double quote is not closed"),
        ("select eventname from EDS /* never", "line 1:60: A comment is not closed"),
        ("select eventname from EDS where", "line 1:60: Incomplete Where near 'where'"),
        ("select eventname form EDS", "line 1:23: Invalid expression / Unexpected token near 'EDS'"),
        ("select count(eventname from EDS", "line 1:24: Expecting ) near 'from'"),
        ("select nosuch(eventname) from EDS", "line 1:8: Function 'nosuch' not registered"),
        ("select 1,\n cout(*) from EDS", "line 2:2: Function 'cout' not registered: did you mean count?"),
        (
            "select split('a', ',', 2) from EDS",
            "line 1:8: Unexpected parameters (string, string, integer) for function split",
        ),
        ("select replace() from EDS", "line 1:8: Function 'replace' takes 2 or 3 arguments, not 0"),
        ("select eventname, from EDS", "line 1:17: mismatched input ','"),
        ("select eventname from EDS where eventname == 'x'", "line 1:76: mismatched input '=='"),
        (
            "select eventname from events",
            "line 1:23: events is not an event data store of this account: put the id after FROM",
        ),
        ("select eventname", "line 1:1: The statement names no event data store: put the id after FROM"),
        ("drop table EDS", "line 1:1: Only SELECT statements are allowed"),
        ("select eventname from EDS; select 1", "line 1:61: Only one SELECT statement is allowed"),
        ("select * from EDS tablesample system (1)", "line 1:72: Unsupported syntax: TABLESAMPLE SYSTEM (1)"),
        (
            "select eventname from EDS where requestparameters like '%x%'",
            "line 1:66: requestparameters is a map and compares with nothing: use element_at(requestparameters, 'key')",
        ),
        (
            "select eventname from EDS where 'x' = useridentity",
            "line 1:72: useridentity is a row and compares with nothing: compare one of its fields",
        ),
        (
            "select resources.arn from EDS",
            "line 1:8: resources is an array: use resources[1].arn, or UNNEST(resources)",
        ),
        ("select useridentity['arn'] from EDS", "line 1:8: useridentity is a row: write useridentity.arn"),
        (
            "select r.arn from EDS, unnest(resources) as t(r)",
            "r is no row and has no field arn: "
            "UNNEST(resources) gives four columns, AS t(accountid, type, arn, arnprefix)",
        ),
        (
            "select date_trunc('hours', eventtime) from EDS",
            "line 1:19: 'hours' is not a valid unit of time: "
            "one of day, hour, millisecond, minute, month, quarter, second, week, year",
        ),
        (
            "select regexp_like(eventname, 'a(?=b)') from EDS",
            "line 1:31: Lookahead and lookbehind are not supported in regular expressions",
        ),
        ("select x -> '*' from EDS", "line 1:8: Unsupported syntax: jsonextract"),
        (
            "with recursive x as ( 1 as n union all select n + 1 from x) select * from x, EDS",
            "line 1:16: Unsupported syntax: with",
        ),
        ("select eventname from EDS limit -1", "line 1:66: LIMIT/OFFSET cannot be negative"),
        ("select eventname\nfrom EDS where count(*) > 1", "line 2:49: WHERE clause cannot contain aggregations"),
        ("select eventname from EDS order by 7", "line 1:60: ORDER BY position is not in select list"),
        (
            "select eventname as x, awsregion from EDS group by 1",
            "line 1:24: 'awsregion' must be an aggregate expression or appear in GROUP BY clause",
        ),
        ("select eventname from EDS a, EDS b", "line 1:8: Column 'eventname' is ambiguous"),
        (
            "select 1 from EDS a join EDS b using (nosuch)",
            "line 1:105: Column 'nosuch' is missing from left side of join",
        ),
        ("select eventname from EDS union select 1, 2", "line 1:60: The queries have different numbers of columns"),
        ("select (select 1, 2) from EDS", "line 1:8: A subquery must return one column. Found 2"),
        (
            "with a as (select 1), a as (select 2) select 1 from a, EDS",
            "line 1:6: WITH query name 'a' specified more than once",
        ),
        ("select 1 from EDS where eventname + 1 = 2", "line 1:68: Cannot apply operator: varchar + integer"),
        ("select -eventname from EDS", "line 1:8: Cannot apply operator: - varchar"),
        (
            "select date_diff('day', eventname, 1) from EDS",
            "line 1:8: Unexpected parameters (string, varchar, integer) for function date_diff",
        ),
        ("select regexp_like(eventname, '(') from EDS", "Invalid regular expression: missing ): ("),
    ],
)
def test_what_a_refusal_says(start: Callable[[str], Query], statement: str, message: str) -> None:
    """A refusal says what is wrong, where, and what may have been meant; places are those of the statement as sent."""
    with pytest.raises(AwsError) as refused:
        start(statement)
    assert re.sub(STORE_ID, "EDS", refused.value.message) == message


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


@pytest.mark.parametrize(
    ("expression", "error"),
    [
        ("requestparameters['bucketName']", "Key not present in map: bucketName"),
        ("map(array[1], array['x'])[2]", "Key not present in map: 2"),
        ("array['a', 'b'][3]", "Array subscript must be less than or equal to array length: 3 > 2"),
        ("1 / 0", "Division by zero"),
        ("json_parse('x')", "Malformed JSON at byte 0: wrap json_parse in TRY to get NULL"),
        ("sequence(1, 100000)", "result of sequence function must not have more than 10000 entries"),
    ],
)
def test_what_fails_while_it_runs(start: Callable[[str], Query], expression: str, error: str) -> None:
    """A query that fails in the middle says why."""
    query = start(f"select {expression} from EDS")
    assert (query.status, query.error) == ("FAILED", error)
