"""Event data stores and what they hold."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from infra.local.call import AwsError
from infra.local.lake import EventDataStore, Lake
from tests.infra.local.lake.sample import ACCOUNT, CREATED, EVENTS, REGION, SELECTORS, record

OTHER = "222222222222"


def create(lake: Lake, **settings: Any) -> EventDataStore:
    """A store with these settings."""
    usual = {"account_id": ACCOUNT, "region": REGION, "name": "lab", "created": CREATED}
    return lake.create_store(**{**usual, **settings})


def events_of(lake: Lake, store: EventDataStore) -> list[str]:
    """The names of a store's events, in order."""
    rows = lake.cursor().execute(f'SELECT eventname FROM lake.store."{store.id}" ORDER BY eventtime').fetchall()
    return [name for (name,) in rows]


def code_of(action: Callable[[], Any]) -> str:
    """The error code that an action raises."""
    with pytest.raises(AwsError) as raised:
        action()
    return raised.value.code


def test_a_new_store(lake: Lake) -> None:
    """A store has an id of its own, an ARN that ends in it, and AWS's defaults."""
    store = create(lake)
    assert store.arn == f"arn:aws:cloudtrail:us-east-1:111111111111:eventdatastore/{store.id}"
    assert (store.status, store.multi_region, store.retention_days, store.termination_protection) == (
        "ENABLED",
        True,
        366,
        True,
    )
    assert lake.store(ACCOUNT, REGION, store.id) == lake.store(ACCOUNT, REGION, store.arn) == store
    assert lake.stores(ACCOUNT, REGION) == [store]


def test_each_store_takes_what_its_selectors_say(lake: Lake) -> None:
    """One delivery reaches several stores, each by its own selectors."""
    management, both = create(lake), create(lake, name="both", selectors=SELECTORS)
    lake.deliver(EVENTS)
    assert events_of(lake, management) == ["ListBuckets", "TerminateInstances", "ListUsers", "AssumeRole"]
    assert events_of(lake, both) == ["ListBuckets", "PutObject", "TerminateInstances", "ListUsers", "AssumeRole"]
    assert (lake.count(management), lake.count(both)) == (4, 5)


def test_what_came_before_a_store_is_not_in_it(lake: Lake) -> None:
    """Neither events delivered earlier nor late ones of an earlier time are; those of the same second are."""
    lake.deliver([record(eventName="Delivered")])
    store = create(lake, created=datetime.fromisoformat("2026-03-01T09:15:30.500+00:00"))
    lake.deliver([record(eventName="Late", eventTime="2026-03-01T09:15:29Z"), record(eventName="Same")])
    assert events_of(lake, store) == ["Same"]


def test_a_store_of_one_region(lake: Lake) -> None:
    """Without MultiRegionEnabled only the store's own region counts."""
    store = create(lake, multi_region=False)
    lake.deliver([record(), record(eventName="Elsewhere", awsRegion="eu-west-1")])
    assert events_of(lake, store) == ["ListBuckets"]


def test_accounts_are_apart(lake: Lake) -> None:
    """An event belongs to the account that received it, and a store to its own account and region."""
    mine, theirs = create(lake), create(lake, account_id=OTHER)
    lake.deliver([record(), record(eventName="Theirs", recipientAccountId=OTHER)])
    assert (events_of(lake, mine), events_of(lake, theirs)) == (["ListBuckets"], ["Theirs"])
    assert code_of(lambda: lake.store(ACCOUNT, REGION, theirs.id)) == "EventDataStoreNotFoundException"
    assert code_of(lambda: lake.store(ACCOUNT, REGION, theirs.arn)) == "EventDataStoreNotFoundException"
    assert code_of(lambda: lake.store(ACCOUNT, "eu-west-1", mine.id)) == "EventDataStoreNotFoundException"


def test_deletion(lake: Lake) -> None:
    """Protected stores stay; a deleted one is pending, takes nothing more, counts, and frees its name."""
    store = create(lake)

    def delete() -> None:
        lake.delete_store(ACCOUNT, REGION, store.id)

    assert code_of(delete) == "EventDataStoreTerminationProtectedException"
    lake.change_store(store, termination_protection=False)
    delete()
    assert code_of(delete) == "InactiveEventDataStoreException"
    lake.deliver([record()])
    assert events_of(lake, store) == []
    again = create(lake)
    assert [one.status for one in lake.stores(ACCOUNT, REGION)] == ["PENDING_DELETION", "ENABLED"]
    assert again.id != store.id


def test_limits_of_an_account(lake: Lake) -> None:
    """A name is used once, and there are ten stores in a region."""
    create(lake)
    assert code_of(lambda: create(lake)) == "EventDataStoreAlreadyExistsException"
    for number in range(9):
        create(lake, name=f"lab-{number}")
    assert code_of(lambda: create(lake, name="eleventh")) == "EventDataStoreMaxLimitExceededException"
    create(lake, region="eu-west-1")
    create(lake, account_id=OTHER)


def test_changed_selectors_apply_from_now_on(lake: Lake) -> None:
    """What a store already holds stays."""
    store = create(lake)
    lake.deliver([record(eventName="Before")])
    rule = {"FieldSelectors": [*SELECTORS[0]["FieldSelectors"], {"Field": "eventName", "Equals": ["Wanted"]}]}
    lake.change_store(store, selectors=[rule], updated=CREATED + timedelta(days=1))
    lake.deliver([record(eventName="Unwanted"), record(eventName="Wanted", eventTime="2026-03-01T09:16:00Z")])
    assert events_of(lake, store) == ["Before", "Wanted"]


def test_a_whole_record_comes_back(lake: Lake, store: EventDataStore) -> None:
    """`eventjson` is the record, text outside ASCII included."""
    rows = lake.cursor().execute(f'SELECT eventjson::JSON FROM lake.store."{store.id}" ORDER BY eventtime')
    assert [json.loads(text) for (text,) in rows.fetchall()] == EVENTS


def test_a_delivery_that_fails_takes_nothing(
    lake: Lake, store: EventDataStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever tries again delivers each record once, also those that waited for the database before."""
    before, records = lake.count(store), [record(eventName=f"Call{number}") for number in range(600)]

    def full(rows: Sequence[object]) -> None:
        raise RuntimeError("full")

    lake.deliver(records[:1])
    with monkeypatch.context() as patched:
        patched.setattr(lake.database, "insert_events", full)
        with pytest.raises(RuntimeError):
            lake.deliver(records[1:])
    assert lake.count(store) == before + 1
    lake.deliver(records[1:])
    assert lake.count(store) == before + 600
    asked = f"select count(*), count(distinct eventname) from lake.store.\"{store.id}\" where eventname like 'Call%'"
    assert lake.cursor().execute(asked).fetchall() == [(600, 600)]


def test_whoever_delivers_waits_for_no_write(
    lake: Lake, store: EventDataStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Queries wait together: what was delivered while one of them had it written is written once, for all others."""
    insert, begun, go_on, writes = lake.database.insert_events, Event(), Event(), []

    def slow(rows: Sequence[dict[str, Any]]) -> None:
        writes.append([row["record"]["eventName"] for row in rows])
        begun.set()
        assert go_on.wait(10)
        insert(rows)

    def seen(name: str) -> int:
        asked = f"select count(*) from lake.store.\"{store.id}\" where eventname = '{name}'"
        return int(lake.cursor().execute(asked).fetchall()[0][0])

    lake.cursor()
    monkeypatch.setattr(lake.database, "insert_events", slow)
    with ThreadPoolExecutor() as pool:
        lake.deliver([record(eventName="First")])
        first = pool.submit(seen, "First")
        assert begun.wait(10)
        lake.deliver([record(eventName="Second")])
        lake.deliver([record(eventName="Third")])
        others = [pool.submit(seen, "Second"), pool.submit(seen, "Third")]
        assert lake.count(store) == len(EVENTS) + 3
        go_on.set()
        assert [asked.result(10) for asked in (first, *others)] == [1, 1, 1]
    assert writes == [["First"], ["Second", "Third"]]


def test_a_lake_in_a_file(tmp_path: Path) -> None:
    """With a path the events are on disk."""
    lake = Lake(tmp_path / "it's.duckdb")
    store = create(lake)
    lake.deliver(EVENTS)
    assert len(events_of(lake, store)) == 4
    lake.close()
    assert (tmp_path / "it's.duckdb").stat().st_size > 0


def test_the_database_is_locked(lake: Lake) -> None:
    """Even SQL that got past the translation reaches no file and changes no setting."""
    cursor = lake.cursor()
    for statement in (
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM '/etc/hostname'",
        "COPY (SELECT 1) TO '/srv/never'",
        "ATTACH '/srv/never.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
        "SELECT * FROM lake_of_python",
    ):
        lake_of_python = [1]
        with pytest.raises(Exception, match=r"Permission|Configuration|locked|disabled|does not exist|Catalog"):
            cursor.execute(statement)
        assert lake_of_python


def test_an_interpreter_ends_quietly() -> None:
    """A lake that nobody closed does not keep the process, and nothing is printed at its end."""
    program = (
        "from infra.local.lake import Lake; from infra.local.lake.queries import Queries; "
        "from datetime import datetime, UTC; lake = Lake(); queries = Queries(lake); "
        "store = lake.create_store(account_id='1', region='r', name='n'); "
        "queries.start('1', 'r', f'select 1 from {store.id}', created=datetime.now(UTC))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
