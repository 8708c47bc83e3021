"""The event data stores of all accounts of one local AWS: what they hold and who may ask them."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from infra.local import chance, clock
from infra.local.call import AwsError
from infra.local.lake import selectors as event_selectors
from infra.local.lake.database import REQUEST_ID, Database
from infra.local.lake.scanned import Hours, Span, hour_of
from infra.local.lake.store import ENABLED, PENDING_DELETION, STOPPED, EventDataStore

MOST_STORES = 10  # in one account and region, those pending deletion included
MOST_BITS = 64  # in one account: the width of an event's mask
BATCH = 500  # events written to the database together: one alone costs as much as fifty


class Lake:
    """All event data stores and event histories. Every method may be called from any thread.

    `path` is a new database file; without one everything stays in memory. `memory_limit` is DuckDB's, for events and
    running queries together; a query that needs more fails alone.
    """

    def __init__(self, path: Path | None = None, *, memory_limit: str = "400MB", threads: int = 2) -> None:
        self.database = Database(path, memory_limit=memory_limit, threads=threads)
        self._closing = ExitStack()
        self._closing.callback(self.database.close)
        self._writing = threading.Lock()  # taken before the other one: who only delivers or counts waits for no write
        self._lock = threading.Lock()
        self._stores: dict[str, list[EventDataStore]] = defaultdict(list)  # by account, in order of creation
        self._histories: set[str] = set()
        self._hours = Hours()
        self._next_seq = 1
        self._written = 1  # of what is numbered below, nothing waits any more
        self._pending: list[dict[str, Any]] = []  # delivered, and not in the database yet

    def close(self) -> None:
        """Stop every query, and forget everything that is not in a file."""
        self._closing.close()

    def before_close(self, callback: Callable[[], None]) -> None:
        """Call this when the lake is closed, before its database is."""
        self._closing.callback(callback)

    def create_store(
        self,
        *,
        account_id: str,
        region: str,
        name: str,
        selectors: Sequence[event_selectors.Selector] = event_selectors.MANAGEMENT,
        retention_days: int = 366,
        multi_region: bool = True,
        organization: bool = False,
        termination_protection: bool = True,
        billing_mode: str = "EXTENDABLE_RETENTION_PRICING",
        ingestion: bool = True,
        elsewhere: bool = False,
        tags: Sequence[Mapping[str, str]] = (),
        created: datetime | None = None,
    ) -> EventDataStore:
        """Create an event data store, which holds what is delivered from now on.

        The caller makes the view of one whose events are `elsewhere`.
        `created` is the lab's time, now by default. Raises AwsError: InvalidEventSelectorsException,
        EventDataStoreAlreadyExistsException (the name), EventDataStoreMaxLimitExceededException.
        """
        event_selectors.check(selectors)
        moment = created or clock.now()
        with self._lock:
            self._check_room(account_id, region, name)
            store = EventDataStore(
                id=chance.uuid4(),
                account_id=account_id,
                region=region,
                name=name,
                selectors=tuple(selectors),
                retention_days=retention_days,
                multi_region=multi_region,
                organization=organization,
                termination_protection=termination_protection,
                billing_mode=billing_mode,
                tags=tuple(tags),
                created=moment,
                updated=moment,
                status=ENABLED if ingestion else STOPPED,
                bit=len(self._stores[account_id]),
                elsewhere=elsewhere,
            )
            self.database.create_store(account_id, store.id, store.bit)
            self._stores[account_id].append(store)
        return store

    def store(self, account_id: str, region: str, id_or_arn: str) -> EventDataStore:
        """The account's store of this id or ARN. Raises AwsError EventDataStoreNotFoundException."""
        store_id = id_or_arn.rpartition("/")[2].lower()
        for store in self.stores(account_id, region):
            if store_id == store.id and id_or_arn in (store.arn, id_or_arn.rpartition("/")[2]):
                return store
        raise AwsError("EventDataStoreNotFoundException", "The specified event data store was not found.")

    def stores(self, account_id: str, region: str) -> list[EventDataStore]:
        """The account's stores in a region, oldest first, those pending deletion included."""
        return [store for store in self._stores.get(account_id, ()) if store.region == region]

    def change_store(self, store: EventDataStore, **changes: Any) -> EventDataStore:
        """Replace fields of a store; selectors apply to what is delivered from now on."""
        event_selectors.check(changes.get("selectors", ()))
        changed = replace(store, updated=changes.pop("updated", clock.now()), **changes)
        with self._lock:
            self._stores[store.account_id][store.bit] = changed
        return changed

    def delete_store(self, account_id: str, region: str, id_or_arn: str) -> None:
        """Put a store into PENDING_DELETION, where nothing can be asked of it and it still counts.

        Raises AwsError: EventDataStoreNotFoundException, EventDataStoreTerminationProtectedException,
        InactiveEventDataStoreException (already pending).
        """
        store = self.store(account_id, region, id_or_arn)
        if store.status == PENDING_DELETION:
            raise inactive()
        if store.termination_protection:
            raise AwsError(
                "EventDataStoreTerminationProtectedException",
                "The event data store cannot be deleted because termination protection is enabled for it.",
            )
        self.change_store(store, status=PENDING_DELETION)

    def deliver(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Add CloudTrail records, each to its account's event history and to every store that takes it.

        Whoever reads through `cursor` sees them from now on. Raises what goes wrong, and then has taken none of them.
        """
        with self._lock:
            rows = [row for record in records if (row := self._row(record))]
            waits = len(self._pending) + len(rows) < BATCH
            if waits:
                self._pending += rows
                self._count(rows)
        if not waits:
            with self._writing:
                self._write(rows)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of the caller's own that sees everything delivered until now."""
        with self._lock:
            wanted = self._next_seq
        with self._writing:
            if self._written < wanted:  # who waited here meanwhile may have written it along
                self._write()
        return self.database.cursor()

    def history(self, account_id: str) -> str:
        """The view of the account's management events."""
        with self._lock:
            if account_id not in self._histories:
                self.database.create_history(account_id)
                self._histories.add(account_id)
        return f'lake.history."{account_id}"'

    def source(self, store: EventDataStore, columns: Sequence[str]) -> str:
        """What a query of these columns of a store reads: an expression that may stand after FROM."""
        if store.elsewhere:
            return f'lake.store."{store.id}"'
        return self.database.store_source(store.account_id, store.bit, columns)

    def wants(self, account_id: str, record: Mapping[str, Any]) -> bool:
        """Would a record be kept: by the account's event history, or by a store that exists now?"""
        return bool(record.get("managementEvent")) or any(
            store.takes(record, ever=True) for store in self._stores.get(account_id, ())
        )

    def load_background(
        self,
        account_id: str,
        template: Callable[[int], Mapping[str, Any]],
        *,
        salt: str,
        fill: str,
        parameters: Sequence[Any],
    ) -> int:
        """Add background events, also to stores that were created after them; returns how many.

        `fill` is a query that gives (number of the template, time, number of the event) rows; `template` gives a
        template by its number: a record with the marks of `infra.local.lake.database` where events differ. Events
        count from 0 without a gap; with `salt` their numbers make their ids.
        """

        def row(number: int) -> dict[str, Any]:
            record = template(number)
            return {
                "account": account_id,
                "stores": mask(store for store in stores if store.takes(record, ever=True)),
                "salt": salt,
                "marked": REQUEST_ID in json.dumps(record.get("responseElements")),
                "record": record,
            }

        with self._lock:
            stores = self._stores[account_id]
            count = self.database.load_background(row, fill, parameters)
            for store in stores:
                self._hours.set_background(store.id, self.database.hours(store.bit, account_id))
            return count

    def background(self, account_id: str) -> list[str]:
        """The background events of an account's history, each as JSON."""
        query = f"SELECT eventjson FROM {self.history(account_id)} WHERE head IS NOT NULL ORDER BY eventtime"  # noqa: S608
        rows: list[tuple[str]] = self.cursor().execute(query).fetchall()
        return [row[0] for row in rows]

    def all_stores(self, account_id: str) -> list[EventDataStore]:
        """The account's stores in all regions, in order of creation."""
        return list(self._stores.get(account_id, ()))

    def open_again(self, account_id: str, stores: Sequence[EventDataStore]) -> None:
        """Have these stores in an account that has none, without events."""
        with self._lock:
            for store in stores:
                self.database.create_store(account_id, store.id, store.bit)
            self._stores[account_id] = list(stores)

    def events(self, account_id: str) -> list[str]:
        """All events of an account but for background events, as JSON, in the order in which they came."""
        query = "SELECT eventjson FROM lake.main.event WHERE account = ? ORDER BY seq"
        return [row[0] for row in self.cursor().execute(query, [account_id]).fetchall()]

    def forget(self, account_id: str) -> None:
        """Drop all that an account holds: the next one of this number begins with nothing."""
        with self._writing:
            self._write()
            with self._lock:
                self.database.forget(account_id, [store.id for store in self._stores.pop(account_id, ())])

    def count(self, store: EventDataStore) -> int:
        """How many events a store holds."""
        return self._hours.all(store.id)

    def scanned(self, spans: Iterable[Span]) -> int:
        """How many events are in these spans of stores."""
        with self._lock:
            return self._hours.within(spans)

    def count_more(self, store: EventDataStore, number: int) -> None:
        """Count events that went into a store by another way than `deliver`."""
        with self._lock:
            self._hours.add(store.id, {"": number})

    def _write(self, rows: Sequence[dict[str, Any]] = ()) -> None:
        """Have all that was delivered in the database, and these rows with it, or none of them. Wants `_writing`."""
        with self._lock:
            taken, self._pending, wanted = self._pending, [], self._next_seq
        try:
            if taken or rows:
                self.database.insert_events([*taken, *rows])
        except Exception:
            with self._lock:
                self._pending = taken + self._pending
            raise
        self._written = wanted
        with self._lock:
            self._count(rows)

    def _count(self, rows: Sequence[dict[str, Any]]) -> None:
        for row in rows:
            for store_id in self._holders(row):
                self._hours.add(store_id, {hour_of(row["record"]["eventTime"]): 1})

    def _check_room(self, account_id: str, region: str, name: str) -> None:
        stores = self.stores(account_id, region)
        if any(store.name == name and store.status != PENDING_DELETION for store in stores):
            raise AwsError("EventDataStoreAlreadyExistsException", "An event data store with that name already exists.")
        if len(stores) >= MOST_STORES or len(self._stores[account_id]) >= MOST_BITS:
            raise AwsError(
                "EventDataStoreMaxLimitExceededException",
                f"The account already has the maximum of {MOST_STORES} event data stores in this Region.",
            )

    def _holders(self, row: Mapping[str, Any]) -> list[str]:
        return [store.id for store in self._stores.get(row["account"], ()) if row["stores"] >> store.bit & 1]

    def _row(self, record: Mapping[str, Any]) -> dict[str, Any] | None:
        account_id = record["recipientAccountId"]
        stores = [store for store in self._stores.get(account_id, ()) if store.takes(record)]
        if not stores and not record.get("managementEvent"):
            return None
        self._next_seq += 1
        return {"account": account_id, "stores": mask(stores), "seq": self._next_seq, "record": record}


def mask(stores: Iterable[EventDataStore]) -> int:
    """The bits of these stores, as an event carries them."""
    return sum(1 << store.bit for store in stores)


def inactive() -> AwsError:
    """What is asked of a store that is pending deletion."""
    return AwsError("InactiveEventDataStoreException", "The event data store is inactive.")
