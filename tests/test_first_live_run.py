"""The list for the first run on AWS names what there is."""

from __future__ import annotations

import re
from pathlib import Path

from infra.cli import VERBS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "first-live-run.md").read_text("utf-8")


def test_every_file_that_may_have_to_change_is_there() -> None:
    """And every point of the list says something."""
    named = set(re.findall(r"(?:infra|grader|scenario|tests)/[\w./]+\w", PAGE))
    assert sorted(path for path in named if not (ROOT / path).exists()) == []
    assert len(named) > 30
    assert PAGE.count("- [ ] **") == PAGE.count("- [ ]")


def test_every_verb_is_one() -> None:
    """As it is written there."""
    assert set(re.findall(r"`lab (\w+)|^lab (\w+)", PAGE, re.MULTILINE)) <= {(verb, "") for verb in VERBS} | {
        ("", verb) for verb in VERBS
    }


def test_what_needs_an_account_is_on_the_list() -> None:
    """Every test that `make test` leaves out."""
    here = Path(__file__)
    marked = [
        path
        for path in (ROOT / "tests").rglob("test_*.py")
        if path != here and "mark.aws_live" in path.read_text("utf-8")
    ]
    assert [path for path in marked if str(path.relative_to(ROOT)) not in PAGE] == []
