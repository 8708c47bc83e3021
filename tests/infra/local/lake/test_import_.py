"""Import stores, by the lake's own door."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from infra.local.call import AwsError
from infra.local.lake import EventDataStore, Lake
from infra.local.lake.database import ROW_GROUP
from infra.local.lake.import_ import Added, Imports, Line
from tests.infra.local.lake.sample import ACCOUNT, CREATED, EVENTS, REGION, SELECTORS, record


def lines(first: int, count: int, **changes: Any) -> list[Line]:
    """Numbered records."""
    ids = [f"event-{number}" for number in range(first, first + count)]
    return [Line(id=i, text=json.dumps(record(eventID=i, **changes))) for i in ids]


def held(lake: Lake, store: EventDataStore) -> list[Any]:
    """The ids of a store's events, in order."""
    rows = lake.cursor().execute(f'SELECT eventid FROM lake.store."{store.id}" ORDER BY ALL').fetchall()
    return [row[0] for row in rows]


def test_columns_are_those_of_every_store(lake: Lake) -> None:
    """A record reads the same in an import store and in one that took it from the recorder."""
    imports = Imports(lake)
    imported = imports.open(ACCOUNT, REGION, "imported")
    texts = {e["eventID"]: json.dumps(e, ensure_ascii=False, separators=(",", ":")) for e in EVENTS}
    imports.add(imported, [Line(id=event_id, text=text) for event_id, text in texts.items()])
    recorded = lake.create_store(account_id=ACCOUNT, region=REGION, name="lab", selectors=SELECTORS, created=CREATED)
    lake.deliver(EVENTS)
    tables = [
        lake.cursor().execute(f'SELECT * FROM lake.store."{s.id}" ORDER BY eventid') for s in (imported, recorded)
    ]
    assert tables[0].description == tables[1].description
    assert tables[0].fetchall() == tables[1].fetchall()


def test_an_event_is_kept_once_whoever_brings_it(lake: Lake) -> None:
    """Imports at the same time do not add the same event twice."""
    imports = Imports(lake)
    store = imports.open(ACCOUNT, REGION, "imported")
    with ThreadPoolExecutor(4) as pool:
        added = list(pool.map(lambda _: imports.add(store, lines(0, 50)), range(4)))
    assert sorted(len(one.known) for one in added) == [0, 50, 50, 50]
    assert len(held(lake, store)) == lake.count(store) == 50


@pytest.mark.parametrize("bad", [0, 3, 6])
def test_a_record_that_cannot_be_read_costs_no_other(lake: Lake, bad: int) -> None:
    """Wherever it stands in the batch, the others are added."""
    imports = Imports(lake)
    store = imports.open(ACCOUNT, REGION, "imported")
    batch = lines(0, 7)
    batch[bad] = Line(id=batch[bad].id, text='{"annotation": "\\ud800"}')
    added = imports.add(store, batch)
    assert (added.known, list(added.refused)) == (frozenset(), [f"event-{bad}"])
    assert held(lake, store) == [line.id for line in batch if line.id != f"event-{bad}"]


def test_batches_of_a_row_group_are_compressed_at_once(lake: Lake) -> None:
    """Smaller ones wait, uncompressed, until enough have come; nothing is lost between the two."""
    imports = Imports(lake)
    store = imports.open(ACCOUNT, REGION, "imported")
    for first, count in ((0, 100), (100, ROW_GROUP), (100 + ROW_GROUP, 100)):
        assert imports.add(store, lines(first, count)) == Added(known=frozenset(), refused={})
    kept = lake.cursor().execute(
        f"SELECT sum(count) FROM pragma_storage_info('imports.main.\"{store.id}\"') "
        "WHERE column_name = 'eventjson' AND compression = 'ZSTD'"
    )
    assert kept.fetchall() == [(ROW_GROUP,)]
    assert len(held(lake, store)) == lake.count(store) == ROW_GROUP + 200


def test_a_full_memory_is_said() -> None:
    """What was added before stays, the rest is refused in one sentence."""
    lake = Lake(memory_limit="24MB")
    try:
        imports = Imports(lake)
        store = imports.open(ACCOUNT, REGION, "imported")
        imports.add(store, lines(0, 10))
        with pytest.raises(AwsError, match="memory or disk is full: no more events can be imported"):
            imports.add(store, lines(10, 10, annotation="x" * 5_000_000))
        assert len(held(lake, store)) == 10
    finally:
        lake.close()


def test_names_are_for_one_import_store_each(lake: Lake) -> None:
    """The same name is the same store until it is deleted; a name that another store has is refused."""
    imports = Imports(lake)
    first = imports.open(ACCOUNT, REGION, "imported")
    assert imports.open(ACCOUNT, REGION, "imported") == first
    lake.delete_store(ACCOUNT, REGION, first.id)
    with pytest.raises(AwsError, match="inactive"):
        imports.add(first, lines(0, 1))
    assert imports.open(ACCOUNT, REGION, "imported").id != first.id
    lake.create_store(account_id=ACCOUNT, region=REGION, name="lab")
    with pytest.raises(AwsError, match="EventDataStoreAlreadyExistsException"):
        imports.open(ACCOUNT, REGION, "lab")
