from __future__ import annotations

import boto3
import pytest

from scenario.query import Athena, Lake, Place, open_store

SESSION = boto3.Session("testing", "testing", region_name="us-east-1")


@pytest.mark.parametrize(
    ("place", "sibling"),
    [(Place("lake", "1e5f0000-0000-4000-8000-000000000000"), Lake), (Place("athena", "lab_0a1b2c3d.events"), Athena)],
)
def test_the_kind_of_a_store_chooses_the_sibling(place: Place, sibling: type[object]) -> None:
    """Nobody else has to know."""
    assert type(open_store(SESSION, place)) is sibling


def test_a_kind_that_nobody_knows_is_an_error() -> None:
    """It comes from a lab of another version."""
    with pytest.raises(KeyError, match="iceberg"):
        open_store(SESSION, Place("iceberg", "x"))
