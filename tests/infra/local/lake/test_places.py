"""Places in a learner's statement that DuckDB points at in its own."""

from __future__ import annotations

import pytest

from infra.local.lake.places import pointed_at

SQL = 'SELECT "a" AS "a", COUNT(*) AS "_col1" FROM "t" WHERE "b" = \'a\' AND "a" = 1'
STATEMENT = "select a, count(*)\nfrom t where b = 'a' and A = 1"


@pytest.mark.parametrize(
    ("error", "place"),
    [
        (f"wrong\n\nLINE 1: {SQL[:40]}...\n{' ' * 8}{' ' * 7}^^^", 7),
        (f"wrong\n\nLINE 1: {SQL[:40]}...\n{' ' * 8}{' ' * 19}^^^^^", 10),
        (f"wrong\n\nLINE 1: ...{SQL[50:]}\n{' ' * 8}   {' ' * 4}^", 32),
        (f"wrong\n\nLINE 1: ...{SQL[50:]}\n{' ' * 8}   {' ' * 18}^", 44),
        (f"wrong\n\nLINE 1: {SQL}\n{' ' * 8}{' ' * 31}^", None),
        ("wrong", None),
    ],
)
def test_what_duckdb_points_at(error: str, place: int | None) -> None:
    """The same word, and of several the one with as many before it; nothing for what only DuckDB's SQL has."""
    assert pointed_at(error, SQL, STATEMENT) == place
