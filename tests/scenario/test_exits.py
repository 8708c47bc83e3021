from __future__ import annotations

from scenario.exits import Exit


def test_the_table_of_exit_codes_is_the_one_that_is_promised() -> None:
    """Scripts depend on these numbers."""
    assert {exit_.name: exit_.value for exit_ in Exit} == {"DONE": 0, "FAILED": 1, "USAGE": 2, "NOT_READY": 3, "AWS": 4}
