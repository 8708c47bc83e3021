from __future__ import annotations

import pytest

from grader.desk.work.chapters import blocks, chapters, inline, opened_queries, shown_query
from grader.notebook.write import OUTLINE
from scenario.language import LANGUAGES
from scenario.workshop import QUERIES, tasks
from scenario.workshop.guide import Question, guide


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_task_has_a_chapter_and_every_section_is_in_one(language: str) -> None:
    """In the order of the guide."""
    made = chapters(language)
    assert sorted(chapter.task for chapter in made) == sorted(task.id for task in tasks())
    shown = [section for chapter in made for section in (*chapter.before, chapter.section)]
    assert tuple(shown) == guide(language).sections
    assert all(Question(chapter.task) in chapter.section.blocks for chapter in made)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_but_the_questions_is_shown(language: str) -> None:
    """Prose as markup, the rest as it is; the questions are asked elsewhere on the page."""
    for section in guide(language).sections:
        kinds = [type(block).__name__.lower() for block in section.blocks if not isinstance(block, Question)]
        assert [block.kind for block in blocks(section, language, frozenset())] == kinds


def test_a_query_that_costs_is_an_outline_until_its_last_hint() -> None:
    """One that the module shows openly is there at once, with each line at the edge."""
    assert opened_queries({}) == {"list_buckets"}
    assert opened_queries({"primary_call": 3, "footprint": 2}) == {"list_buckets", "actions"}
    assert opened_queries({task.id: 3 for task in tasks()}) == set(QUERIES)
    shut, opened = shown_query("actions", frozenset()), shown_query("actions", frozenset({"actions"}))
    assert (shut.opened, shut.source) == (False, OUTLINE)
    assert opened.source.splitlines() == [
        "select eventname, count(*) as total",
        "from EDS_ID",
        "where useridentity.principalid like '%:<INSTANCE_ID>'",
        "group by eventname",
        "order by total desc",
    ]


def test_what_looks_like_markup_is_escaped() -> None:
    """Though nobody but the lab's authors writes it."""
    assert inline("`a` <img src=x onerror=alert(1)>") == "<code>a</code> &lt;img src=x onerror=alert(1)&gt;"
