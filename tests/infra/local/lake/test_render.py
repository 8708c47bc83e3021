"""Values as Lake's text."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from infra.local.lake.render import render


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("as it is", "as it is"),
        (None, ""),
        (True, "true"),
        (False, "false"),
        (42, "42"),
        (Decimal("1.50"), "1.50"),
        (0.5, "0.5"),
        (1e7, "1.0E7"),
        (123456789.25, "1.2345678925E8"),
        (1e-5, "1.0E-5"),
        (float("inf"), "Infinity"),
        (float("nan"), "NaN"),
        (datetime(2023, 1, 22, 20, 25, 1), "2023-01-22 20:25:01.000"),  # noqa: DTZ001 - Lake's timestamps have no zone
        (datetime(2023, 1, 22, 20, 25, 1, 5000, tzinfo=UTC), "2023-01-22 20:25:01.005 UTC"),
        (date(2023, 1, 22), "2023-01-22"),
        (timedelta(days=1, hours=2, minutes=3, seconds=4), "1 02:03:04.000"),
        (b"\x01\xff", "01 ff"),
        ({"bucketName": "b", "key": None}, "{bucketName=b, key=null}"),
        ({}, "{}"),
        ([1, None, "x"], "[1, null, x]"),
        ({"a": {"b": True}, "c": [1]}, "{a={b=true}, c=[1]}"),
    ],
)
def test_a_value_as_text(value: Any, text: str) -> None:
    """Each kind of value has its text."""
    assert render(value) == text
