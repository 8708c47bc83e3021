"""The guide as pages."""

from __future__ import annotations

import pytest
import yaml

from infra.bundle.content import as_files, pages
from scenario.language import LANGUAGES, text
from scenario.workshop import query, tasks
from scenario.workshop.guide import Code, Prose, guide

PARTS = ["", "access", "setup", "investigation", "containment", "notebook", "conclusion"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_of_the_guide_is_a_page(language: str) -> None:
    """In its order, with all of its prose and code, and every question."""
    made = list(pages(language))
    assert [page.name for page in made] == PARTS
    whole = "\n".join(page.body for page in made)
    for section in guide(language).sections:
        for block in section.blocks:
            if isinstance(block, (Prose, Code)):
                assert (block.markdown if isinstance(block, Prose) else block.text) in whole
    assert all(text(task.question, language) in whole for task in tasks())


def test_no_page_gives_away_what_a_hint_charges_for() -> None:
    """Queries are there as outlines, where the module's own costs points."""
    whole = "\n".join(as_files().values())
    for task in tasks():
        if task.query and task.hints[-1].cost:
            assert query(task.query, store_id="EDS_ID").strip() not in whole


def test_pages_are_where_workshop_studio_looks_for_them() -> None:
    """A folder for each, a file for each language, with title and weight in front."""
    files = as_files()
    assert set(files) == {
        f"content/{f'{name}/' if name else ''}index.{language}.md" for name in PARTS for language in LANGUAGES
    }
    _, front, _ = files["content/containment/index.vi.md"].split("---\n", 2)
    assert yaml.safe_load(front) == {"title": "3. Ngăn chặn", "weight": 40}
