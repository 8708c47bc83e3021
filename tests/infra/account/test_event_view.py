from __future__ import annotations

import json
import re

import duckdb
from sqlglot import exp

from infra.account import event_view
from infra.local.lake import schema


def duckdb_type(form: str, dialect: str) -> str:
    """DuckDB's name of a type, however it is spelled."""
    plain = exp.DataType.build(form, dialect=dialect).sql(dialect="duckdb")
    described = duckdb.execute(f"SELECT NULL::{plain}").description or []
    return str(described[0][1])


def test_columns_are_those_of_cloudtrail_lake() -> None:
    """The same names in the same order, of the same types."""
    ours = {name: duckdb_type(form, "trino") for name, form in event_view.COLUMNS.items()}
    assert ours == {name: duckdb_type(schema.COLUMN_TYPES[name], "duckdb") for name in schema.COLUMNS}
    assert list(ours) == list(schema.COLUMNS)


def test_the_catalog_shows_the_same_types() -> None:
    """Glue's names for them are Hive's."""
    for form in event_view.COLUMNS.values():
        hive = re.sub(r"(\w+):", r"\1: ", event_view.hive_type(form))
        assert duckdb_type(hive, "hive") == duckdb_type(form, "trino")


def test_the_definition_is_what_athena_keeps() -> None:
    """The SQL names the table alone: the definition's schema says in which database."""
    definition = json.loads(event_view.definition("lab", "files"))
    assert definition == {
        "originalSql": event_view.select("files"),
        "catalog": "awsdatacatalog",
        "schema": "lab",
        "columns": [{"name": name, "type": form} for name, form in event_view.COLUMNS.items()],
    }


def test_phrases_stand_for_themselves() -> None:
    """Filled in as `Fn::Sub` fills in, what was abbreviated is what it was; each phrase saves room."""
    text = event_view.definition("lab", "files")
    short = event_view.abbreviated(text)
    assert re.sub(r"\$\{(\w+)\}", lambda match: event_view.PHRASES[match[1]], short) == text
    for name, phrase in event_view.PHRASES.items():
        assert len(phrase) * short.count(f"${{{name}}}") > len(phrase) + len(name) * 2
