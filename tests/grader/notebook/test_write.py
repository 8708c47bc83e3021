from __future__ import annotations

import re

import pytest

from grader.notebook.words import words
from grader.notebook.write import notebook
from scenario.language import LANGUAGES
from scenario.workshop import query, tasks
from scenario.workshop.guide import Guide, Section, guide
from tests import notebooks


def written(language: str) -> str:
    return notebook(guide(language), team="blue", language=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notebook_is_valid_and_the_same_each_time(language: str) -> None:
    """Valid by nbformat's schema, cells by ids that tell what they are, nothing run yet."""
    document = written(language)
    assert document == written(language)
    cells = notebooks.cells(notebooks.read(document))
    questions = [f"answer-{task.id}" for task in tasks()]
    assert [id_ for id_ in cells if id_.startswith("answer-")] == sorted(questions, key=list(cells).index)
    assert next(iter(cells)) == "set-up"
    assert 'set_up(team="blue", language="' + language + '")' in cells["set-up"].source
    assert {cell.execution_count for cell in cells.values()} == {None}


def test_any_editor_knows_what_to_open_it_with() -> None:
    """VS Code takes a cell's language from these two, and its kernel from the first; nothing names a place on disk."""
    document = notebooks.read(written("en"))
    assert document.metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert (document.nbformat, document.nbformat_minor) == (4, 5)
    for cell in notebooks.cells(document).values():
        assert not re.search(r"""["'](/|~|[A-Z]:\\)|^[%!]""", cell.source, flags=re.MULTILINE), cell.source


def test_both_languages_have_the_same_cells() -> None:
    """The same in the same order; code differs in its comments and the language only."""
    english, vietnamese = (notebooks.read(written(language)) for language in LANGUAGES)
    assert [(cell.id, cell.cell_type) for cell in english.cells] == [
        (cell.id, cell.cell_type) for cell in vietnamese.cells
    ]
    for one, other in zip(notebooks.cells(english).values(), notebooks.cells(vietnamese).values(), strict=True):
        assert without_comments(one.source) == without_comments(other.source).replace('"vi"', '"en"')


def without_comments(source: str) -> str:
    return re.sub(r"^#.*\n", "", source, flags=re.MULTILINE)


def test_no_query_that_hints_charge_for_is_given_away() -> None:
    """Those that the guide shows are there as they are, the others as an outline with its blanks."""
    document = notebooks.read(written("en"))
    whole = "\n".join(cell.source for cell in document.cells)
    for task in tasks():
        if task.query:
            sql = query(task.query, store_id="EDS_ID").strip()
            assert (sql in whole) == task.opens_query(0), task.id
            blanks = {
                name
                for name in words()["blanks"]
                if f"<{name}>" in notebooks.cells(document)[f"query-{task.query}"].source
            }
            assert blanks == (set() if task.opens_query(0) else {"COLUMNS", "INSTANCE_ID"}), task.id


def test_every_section_and_every_word_of_the_guide_is_there() -> None:
    """Prose as it is; what is for a terminal as text."""
    for language in LANGUAGES:
        whole = "\n\n".join(cell.source for cell in notebooks.read(written(language)).cells)
        for section in guide(language).sections:
            assert f"{'#' * section.level} {section.title}" in whole
            assert all(getattr(block, "markdown", "") in whole for block in section.blocks)
        assert '```sh\neval "$(lab env)"' in whole


def test_a_block_that_has_no_cell_is_a_fault() -> None:
    """Nothing of a guide is passed over in silence."""
    strange = Guide("x", (Section("x", 2, "x", ("strange",)),))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="no cell for 'strange'"):
        notebook(strange, team="blue", language="en")
