"""The page about scale."""

from __future__ import annotations

from tests.infra.event.scale import PAGE, page


def test_the_page_is_fresh() -> None:
    """docs/scale.md says what the limits say: `make scale` writes it."""
    assert PAGE.read_text("utf-8") == page()
