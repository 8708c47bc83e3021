"""The page about SQL."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from infra.local.call import AwsError
from infra.local.lake.functions import NAMES
from infra.local.lake.store_ids import STORE_ID
from tests.infra.local.lake.page import PAGE, PAIRS, REFUSED, page


def test_the_page_is_fresh() -> None:
    """docs/sql.md says what the tested queries say: `python -m tests.infra.local.lake.page` writes it."""
    assert PAGE.read_text("utf-8") == page()


def test_what_is_refused_gives_the_error_beside_it(start: Callable[[str], Any]) -> None:
    """Each statement that the page calls refused is refused, in those words."""
    given = {}
    for refusal in REFUSED:
        with pytest.raises(AwsError) as refused:
            start(refusal["sql"])
        given[refusal["sql"]] = re.sub(STORE_ID, "EDS", refused.value.message)
    assert given == {refusal["sql"]: refusal["error"] for refusal in REFUSED}


def test_every_function_is_used_in_a_pair() -> None:
    """A function that is offered is shown, with what it gives."""
    used = {name.lower() for pair in PAIRS for name in re.findall(r"(\w+)\s*\(", pair["sql"])}
    assert sorted(NAMES - used) == []
