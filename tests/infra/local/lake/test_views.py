"""Stores of what views show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from infra.local.lake import Lake
from infra.local.lake.views import BATCH, StaleViewError, View, Views
from tests.infra.local.lake.sample import ACCOUNT, REGION

VIEW = View(
    name="lab.words",
    sql="SELECT upper(word) AS word, CAST(n AS integer) AS n, day FROM files CROSS JOIN UNNEST(split(line, ' ')) "
    "WITH ORDINALITY AS t (word, n)",
    columns={"word": "varchar", "n": "integer", "day": "varchar"},
)
TABLE = ("line", "day")


def shown(lake: Lake, store_id: str) -> list[tuple[Any, ...]]:
    """What the store holds."""
    return lake.cursor().execute(f'SELECT * FROM lake.store."{store_id}" ORDER BY day, n').fetchall()


def test_a_store_shows_what_the_view_makes_of_each_line(lake: Lake) -> None:
    """Line by line, the values of a partition beside it; nothing at first."""
    views = Views(lake)
    opened = views.open(ACCOUNT, REGION, VIEW, TABLE)
    assert (opened.table, shown(lake, opened.store.id)) == ("files", [])
    views.add(opened, [("a b", "1st")])
    views.add(opened, [("c", "2nd")])
    assert shown(lake, opened.store.id) == [("A", 1, "1st"), ("B", 2, "1st"), ("C", 1, "2nd")]
    assert lake.count(opened.store) == 3


def test_lines_of_several_batches_are_all_shown(lake: Lake) -> None:
    """However many there are."""
    views = Views(lake)
    opened = views.open(ACCOUNT, REGION, VIEW, TABLE)
    views.add(opened, [("word", f"{number:04}") for number in range(BATCH + 1)])
    assert [row[2] for row in shown(lake, opened.store.id)] == [f"{number:04}" for number in range(BATCH + 1)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"sql": "SELEC 1"}, "View 'lab.words' cannot be read: "),
        ({"sql": "SELECT 1 AS a FROM one, two"}, "View 'lab.words' cannot be read: "),
        ({"sql": "SELECT nowhere AS word FROM files"}, "View 'lab.words' is stale or in invalid state: "),
        (
            {"columns": {**VIEW.columns, "n": "bigint", "more": "varchar"}},
            "View 'lab.words' is stale or in invalid state: its columns differ from what its SQL gives: n, more",
        ),
    ],
)
def test_a_view_that_cannot_be_shown_leaves_nothing(lake: Lake, change: dict[str, Any], reason: str) -> None:
    """Its store is given up, and the reason is said."""
    with pytest.raises(StaleViewError) as stale:
        Views(lake).open(ACCOUNT, REGION, replace(VIEW, **change), TABLE)
    assert str(stale.value).startswith(reason)
    assert {store.status for store in lake.stores(ACCOUNT, REGION)} <= {"PENDING_DELETION"}


def test_the_table_of_a_view_is_told_before_it_is_opened(lake: Lake) -> None:
    """Its name, as the SQL has it."""
    assert Views(lake).table_of(VIEW) == "files"
