# ruff: noqa: S608 - what stands in these statements is ours: learners' SQL goes through infra.local.lake.sql
"""DuckDB underneath the lake: each event once, in a table of all accounts, and a view for each event data store.

An event's `stores` is a bit mask of the stores of its account that took it, so that several stores and the event
history share one copy. Background events are kept as (template, time, number) and become whole events in the views:
14 bytes an event instead of 1,700, and queries as fast. Imported logs are the catalog `imports`, a file that ends with
the lab: in a file DuckDB compresses long texts best, and quickest when a whole row group comes at once.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb

from infra.local.lake import schema

# Learners' SQL runs on this database, so it is locked before any of it is seen: no file, network, extension, setting.
SETTINGS = {
    "integer_division": "true",  # as Trino divides integers
    "TimeZone": "'UTC'",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",  # or a table name could reach a variable of ours
    "enable_external_access": "false",
    "lock_configuration": "true",  # last: nothing can be set after it
}

MOST_SPILLED = "4GB"  # of events and running queries that find no room in memory
ROW_GROUP = 4096  # imported records that are compressed together

# What stands in a background template for what differs from event to event.
EVENT_ID, REQUEST_ID, EVENT_TIME = "~eventID~", "~requestID~", "~eventTime~"
SHORT_REQUEST_ID = "~s3RequestID~"  # 16 capitals and digits, as S3 has them

HISTORY_OFFSET = 1 << 40  # background events come before all others in the event history


def _uuid(kind: str, head: str = "") -> str:
    """A UUID of version 4, as all of AWS's ids are; `head` gives its first eight digits."""
    digits = f"md5(concat('{kind}', t.salt, b.n))"
    variant = "substr('89ab', 1 + b.n % 4, 1)"
    return (
        f"concat({head or f'left({digits}, 8)'}, '-', substr({digits}, 9, 4), '-4', substr({digits}, 14, 3), '-', "
        f"{variant}, substr({digits}, 18, 3), '-', right({digits}, 12))"
    )


# The first eight digits of an event's id are sums and products of its number: looking an id up takes no checksum of
# each event.
_STIRRED = "((b.n + t.shift) % 4294967296 * 2654435761 % 4294967296)"
_HEAD = f"(xor({_STIRRED}, {_STIRRED} >> 15) * 2246822519 % 4294967296)"
_TEMPLATE = "*, ('0x' || left(md5(salt), 8))::UBIGINT AS shift"

# What a background event has for each mark: worked out below the columns that need it.
_MADE = {
    EVENT_ID: ("made_event_id", _uuid("event", f"printf('%08x', {_HEAD})")),
    REQUEST_ID: ("made_request_id", _uuid("request")),
    SHORT_REQUEST_ID: ("made_short_id", "upper(left(md5(concat('request', t.salt, b.n)), 16))"),
    EVENT_TIME: ("made_time", "strftime(b.eventtime, '%Y-%m-%dT%H:%M:%SZ')"),
}


def _filled(text: str, marks: Iterable[str] = _MADE) -> str:
    for mark in marks:
        text = f"replace({text}, '{mark}', {_MADE[mark][0]})"
    return text


# EC2 repeats the request id in its answers. Only the answers of marked templates are made anew: a map costs a
# microsecond an event.
_ANSWER_VALUES = f"list_transform(map_values(responseelements), lambda v: {_filled('v', [REQUEST_ID])})"
_ANSWER = f"CASE WHEN marked THEN map(map_keys(responseelements), {_ANSWER_VALUES}) ELSE responseelements END"
_FROM_TEMPLATE = {
    "eventtime": "made_at",
    "eventid": "made_event_id",
    "requestid": f"CASE requestid WHEN '{REQUEST_ID}' THEN made_request_id ELSE made_short_id END",
    "responseelements": _ANSWER,
    "eventjson": _filled("eventjson"),
    "eventjsonchecksum": f"sha256({_filled('eventjson')})",
}


class Database:
    """One DuckDB database. Every method may be called from any thread."""

    def __init__(self, path: Path | None, *, memory_limit: str, threads: int) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="lake-")
        self._root = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": memory_limit,
                "threads": str(threads),
                "temp_directory": str(Path(self._folder.name, "spilled")),
                "max_temp_directory_size": MOST_SPILLED,
                "zstd_min_string_length": "0",
            },
        )
        if path is None:
            # Small blocks: a table has some 60 physical columns, and each takes a block at least.
            self._root.execute("ATTACH ':memory:' AS lake (COMPRESS, BLOCK_SIZE 16384)")
        else:
            self._root.execute(f"ATTACH {_quoted(path)} AS lake (BLOCK_SIZE 16384)")
        self._root.execute(
            f"ATTACH {_quoted(Path(self._folder.name, 'imports'))} AS imports "
            f"(STORAGE_VERSION 'latest', ROW_GROUP_SIZE {ROW_GROUP})"
        )
        for statement in _TABLES:
            self._root.execute(statement)
        for setting, value in SETTINGS.items():
            self._root.execute(f"SET GLOBAL {setting} = {value}")

    def close(self) -> None:
        """Forget everything that is not in a file."""
        self._root.close()
        self._folder.cleanup()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own to the same data, for one thread."""
        return self._root.cursor()

    def insert_events(self, rows: Sequence[dict[str, Any]]) -> None:
        """Add records, each {"account", "stores", "seq", "record"}, in one statement."""
        self.cursor().execute(_INSERT_EVENTS, [json.dumps(rows, ensure_ascii=False, separators=(",", ":"))])

    def insert_templates(self, rows: Sequence[dict[str, Any]]) -> None:
        """Add background templates, each {"id", "account", "stores", "salt", "marked", "record"}."""
        self.cursor().execute(_INSERT_TEMPLATES, [json.dumps(rows, ensure_ascii=False, separators=(",", ":"))])

    def load_background(self, template: Callable[[int], dict[str, Any]], fill: str, parameters: Sequence[Any]) -> int:
        """Add background events of one account, of which a query gives (number of the template, time, number).

        `template` gives what `insert_templates` takes, but the id; it is asked for those of which there is an event.
        """
        cursor = self.cursor()
        first = cursor.execute("SELECT coalesce(max(id) + 1, 0) FROM lake.main.template").fetchall()[0][0]
        count: int = cursor.execute(
            f"INSERT INTO lake.main.background SELECT template + {first}, eventtime, n "
            f"FROM ({fill}) AS events (template, eventtime, n)",
            parameters,
        ).fetchall()[0][0]
        used = cursor.execute(
            f"SELECT DISTINCT template FROM lake.main.background WHERE template >= {first}"
        ).fetchall()
        self.insert_templates([{**template(id_ - first), "id": id_} for (id_,) in sorted(used)])
        cursor.execute("CHECKPOINT lake")  # compress
        return count

    def forget(self, account_id: str, store_ids: Sequence[str]) -> None:
        """Drop every event of an account, and its stores."""
        cursor = self.cursor()
        cursor.execute(
            "DELETE FROM lake.main.background WHERE template IN (SELECT id FROM lake.main.template WHERE account = ?)",
            [account_id],
        )
        for table in ("template", "event"):
            cursor.execute(f"DELETE FROM lake.main.{table} WHERE account = ?", [account_id])
        for store_id in store_ids:
            cursor.execute(f'DROP VIEW lake.store."{store_id}"')
            cursor.execute(f'DROP TABLE IF EXISTS imports.main."{store_id}"')

    def hours(self, bit: int, account_id: str) -> dict[str, int]:
        """How many background events of the account carry this bit, by the hour."""
        query = (
            "SELECT strftime(date_trunc('hour', b.eventtime), '%Y-%m-%dT%H'), count(*) "
            "FROM lake.main.background b JOIN lake.main.template t ON b.template = t.id "
            f"WHERE t.account = ? AND t.stores & {1 << bit}::UBIGINT <> 0 GROUP BY 1"
        )
        return dict(self.cursor().execute(query, [account_id]).fetchall())

    def create_history(self, account_id: str) -> None:
        """Make the account's management events the view lake.history."<account id>".

        Besides the columns it has `seq`, the order of arrival, `raw`, which holds every name in eventjson, and `head`:
        the number that a background event's id begins with, NULL for others.
        """
        where = f"account = '{account_id}' AND managementevent"
        view = _view(where, "seq, eventjson AS raw, NULL AS head, ", f"n - {HISTORY_OFFSET}, eventjson, head, ")
        self.cursor().execute(f'CREATE VIEW IF NOT EXISTS lake.history."{account_id}" AS {view}')

    def create_store(self, account_id: str, store_id: str, bit: int) -> None:
        """Make the account's events with this bit in `stores` the view lake.store."<store id>"."""
        view = _view(_held(account_id, bit))
        self.cursor().execute(f'CREATE VIEW lake.store."{store_id}" AS {view}')

    def store_source(self, account_id: str, bit: int, columns: Sequence[str]) -> str:
        """What `create_store` makes a view of, with these columns alone: DuckDB binds all that a view has."""
        return f"({_view(_held(account_id, bit), columns=columns)})"


def _held(account_id: str, bit: int) -> str:
    return f"account = '{account_id}' AND stores & {1 << bit}::UBIGINT <> 0"


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _view(
    where: str, event_prefix: str = "", background_prefix: str = "", columns: Sequence[str] = schema.COLUMNS
) -> str:
    named = columns or schema.COLUMNS[:1]  # who counts events names none
    whole = ", ".join(f'"{name}"' for name in named)
    made = ", ".join(f'{_FROM_TEMPLATE.get(name, name)} AS "{name}"' for name in named)
    marks = "".join(f", {value} AS {name}" for name, value in _MADE.values() if name in background_prefix + made)
    return (
        f"SELECT {event_prefix}{whole} FROM lake.main.event WHERE {where} UNION ALL "
        f"SELECT {background_prefix}{made} FROM "
        f"(SELECT t.*, b.n, b.eventtime AS made_at, {_HEAD} AS head{marks} FROM lake.main.background b "
        f"JOIN (SELECT {_TEMPLATE} FROM lake.main.template WHERE {where}) t ON b.template = t.id)"
    )


_TABLES = (
    "CREATE SCHEMA lake.store",
    "CREATE SCHEMA lake.history",
    f"CREATE TABLE lake.main.event (account VARCHAR, stores UBIGINT, seq BIGINT, {schema.COLUMN_DEFINITIONS})",
    "CREATE TABLE lake.main.template "
    f"(id UINTEGER, account VARCHAR, stores UBIGINT, salt VARCHAR, marked BOOLEAN, {schema.COLUMN_DEFINITIONS})",
    "CREATE TABLE lake.main.background (template UINTEGER, eventtime TIMESTAMP, n UINTEGER)",
)


def _insert(table: str, columns: dict[str, str]) -> str:
    structure = json.dumps([{**columns, "record": "JSON"}])
    own = ", ".join(f"x.{name}" for name in columns)
    return (
        f"INSERT INTO lake.main.{table} SELECT {own}, {schema.from_record('x.record')} FROM ("
        f"SELECT x, json_transform(x.record, '{schema.STRUCTURE}') AS r "
        f"FROM (SELECT unnest(from_json(?, '{structure}')) AS x))"
    )


_INSERT_EVENTS = _insert("event", {"account": "VARCHAR", "stores": "UBIGINT", "seq": "BIGINT"})
_INSERT_TEMPLATES = _insert(
    "template",
    {"id": "UINTEGER", "account": "VARCHAR", "stores": "UBIGINT", "salt": "VARCHAR", "marked": "BOOLEAN"},
)
