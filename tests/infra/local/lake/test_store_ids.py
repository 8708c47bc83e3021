"""Bare event data store ids in SQL."""

from __future__ import annotations

import pytest

from infra.local.lake.store_ids import as_ids, as_names

IDS = [
    "12345678-1234-4123-8123-123456789012",
    "1e512345-1234-4123-8123-123456789012",
    "abcdef12-1234-4123-8123-123456789012",
    "00000000-0000-0000-0000-000000000000",
]


@pytest.mark.parametrize("store_id", IDS)
def test_a_name_stands_for_an_id(store_id: str) -> None:
    """It is as long, it is a name, and it can be read back; capitals are small ones."""
    name = as_names(store_id.upper())
    assert name.isidentifier()
    assert len(name) == len(store_id)
    assert as_ids(f"near '{name}'") == f"near '{store_id}'"


def test_an_id_within_text_stays() -> None:
    """Strings, quoted names and comments are left alone; so is what only looks like an id."""
    one = IDS[1]
    statement = f"""select '{one}', 'it''s {one}' as "{one}" -- {one}
        /* {one} */ from {{}} where x = 'a-{one}' and {one}-7 = 1"""
    assert as_names(statement.format(one)) == statement.format("he512345_1234_4123_8123_123456789012")
