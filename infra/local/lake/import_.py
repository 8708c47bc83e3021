# ruff: noqa: S608 - what stands in these statements is ours: learners' SQL goes through infra.local.lake.sql
"""Event data stores of logs from elsewhere: each is a table of its own.

Nothing of the lab's own is written there, and nothing in there is seen by an event history or by another store, so that
whatever is imported changes no answer of the lab. Records are kept as they came, foreign account ids and all.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
from msgspec import Struct

from infra.local.call import AwsError
from infra.local.lake import schema
from infra.local.lake.lake import Lake
from infra.local.lake.store import PENDING_DELETION, EventDataStore

TAG = {"Key": "lab:content", "Value": "imported"}

_KEPT = ", ".join(
    f'"{name}" {schema.COLUMN_TYPES[name]}' + (" USING COMPRESSION zstd" if name == "eventjson" else "")
    for name in schema.COLUMNS
    if name != "eventjsonchecksum"
)
_READ = ", ".join(f'r."{key}"' for key in schema.RECORD)


class Line(Struct, array_like=True, frozen=True, gc=False):
    """One record: its eventID, and its JSON on one line."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What became of a batch, by eventID: the store had it already, or DuckDB could not read it, and why not."""

    known: frozenset[str]
    refused: Mapping[str, str]


class Imports:
    """The import stores of one lake. Every method may be called from any thread."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._lock = threading.Lock()
        self._coming: dict[str, set[str]] = defaultdict(set)  # by store, what is being inserted just now

    def open(self, account_id: str, region: str, name: str) -> EventDataStore:
        """The account's import store of this name, made if there is none.

        Raises AwsError: EventDataStoreAlreadyExistsException for a store that is no import store,
        EventDataStoreMaxLimitExceededException.
        """
        with self._lock:
            for store in self._lake.stores(account_id, region):
                if store.name == name and TAG in store.tags and store.status != PENDING_DELETION:
                    return store
            store = self._lake.create_store(
                account_id=account_id,
                region=region,
                name=name,
                termination_protection=False,
                ingestion=False,  # it takes no event of the lab
                elsewhere=True,
                tags=(TAG,),
            )
            self._give_table(store)
            return store

    def add(self, store: EventDataStore, lines: Sequence[Line]) -> Added:
        """Add records, none of them twice in `lines`; what the store has already is left out.

        Raises AwsError: InactiveEventDataStoreException; InsufficientStorageException, when memory or disk is full.
        """
        if self._lake.store(store.account_id, store.region, store.id).status == PENDING_DELETION:
            raise AwsError("InactiveEventDataStoreException", "The event data store is inactive.")
        cursor = self._lake.database.cursor()
        with self._lock:
            brought = {line.id for line in lines}
            known = self._known(cursor, store, lines) | (brought & self._coming[store.id])
            fresh = [line for line in lines if line.id not in known] if known else lines
            self._coming[store.id] |= brought - known
        try:
            refused = dict(self._insert(cursor, store, fresh))
        finally:
            with self._lock:
                self._coming[store.id] -= brought - known
        self._lake.count_more(store, len(fresh) - len(refused))
        return Added(known=frozenset(known), refused=refused)

    def _give_table(self, store: EventDataStore) -> None:
        cursor = self._lake.database.cursor()
        cursor.execute(f'CREATE TABLE imports.main."{store.id}" ({_KEPT})')
        cursor.execute(
            f'CREATE OR REPLACE VIEW lake.store."{store.id}" AS '
            f'SELECT *, sha256(eventjson) AS eventjsonchecksum FROM imports.main."{store.id}"'
        )

    def _known(self, cursor: duckdb.DuckDBPyConnection, store: EventDataStore, lines: Sequence[Line]) -> frozenset[str]:
        query = f'SELECT eventid FROM imports.main."{store.id}" WHERE eventid IN (SELECT unnest(?::VARCHAR[]))'
        rows: list[tuple[Any]] = cursor.execute(query, [[line.id for line in lines]]).fetchall()
        return frozenset(row[0] for row in rows)

    def _insert(
        self, cursor: duckdb.DuckDBPyConnection, store: EventDataStore, lines: Sequence[Line]
    ) -> Iterator[tuple[str, str]]:
        """Insert all lines, or find out by halves which one keeps the others from it: (eventID, why)."""
        if not lines:
            return
        try:
            cursor.execute(
                f'INSERT INTO imports.main."{store.id}" SELECT {_READ}, x FROM ('
                f"SELECT x, json_transform(x, '{schema.STRUCTURE}') AS r "
                "FROM (SELECT unnest(?::VARCHAR[]) AS x))",
                [[line.text for line in lines]],
            )
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            raise AwsError(
                "InsufficientStorageException", "The lab's memory or disk is full: no more events can be imported."
            ) from error
        except duckdb.Error as error:
            if len(lines) == 1:
                yield lines[0].id, str(error).partition("\n")[0]
                return
            middle = len(lines) // 2
            yield from self._insert(cursor, store, lines[:middle])
            yield from self._insert(cursor, store, lines[middle:])
