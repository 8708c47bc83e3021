"""Kept results."""

from __future__ import annotations

from infra.local.lake.results import CHUNK, Results


def test_a_page_is_a_slice_of_all_rows() -> None:
    """Pages of any size begin anywhere, also across chunks, and each row is a list of one-key maps."""
    results = Results(["n", "text"])
    rows = [(n, f"row {n}") for n in range(CHUNK + 5)]
    results.add(rows[:CHUNK])
    results.add(rows[CHUNK:])
    expected = [[{"n": str(n)}, {"text": text}] for n, text in rows]
    assert results.count == CHUNK + 5
    assert results.page(0, 2) == expected[:2]
    assert results.page(CHUNK - 1, 3) == expected[CHUNK - 1 : CHUNK + 2]
    assert results.page(CHUNK, CHUNK) == expected[CHUNK:]


def test_columns_of_one_name_stay_apart() -> None:
    """Two columns may have the same name."""
    results = Results(["a", "a"])
    results.add([(1, 2)])
    assert results.page(0, 1) == [[{"a": "1"}, {"a": "2"}]]
