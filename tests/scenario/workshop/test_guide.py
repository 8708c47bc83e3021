"""The guide: one source for page and notebook, the same in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
from markdown_it import MarkdownIt

from scenario import workshop
from scenario.language import LANGUAGES, UnknownLanguageError
from scenario.workshop.guide import Block, Code, Guide, Prose, Query, Question, Section, guide, parsed
from tests.scenario.texts import is_vietnamese, missing_terms

ENGLISH, VIETNAMESE = (guide(language) for language in LANGUAGES)
FOLDER = Path(workshop.__file__).parent
PAIRS = list(zip(ENGLISH.sections, VIETNAMESE.sections, strict=True))
BLANK = re.compile(r"<[A-Z_]+>")


def prose(section: Section) -> str:
    """The section's own words."""
    return "\n".join(block.markdown for block in section.blocks if isinstance(block, Prose))


def shape(block: Block) -> object:
    """What has to be the same in every language."""
    match block:
        case Prose(markdown):
            tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
            return [token.type for token in tokens], sorted(re.findall(r"`[^`]+`", markdown))
        case Code(language, text):
            return (language, re.sub(r"(^|\s)#.*", "", text))
        case _:
            return block


def test_a_guide_is_read_from_its_markdown() -> None:
    """Sections with their level and id; prose, code, queries and questions in turn."""
    text = """# Title

## First {#first}

Some prose,
# not a heading

```query actions
```
```question primary_call
```

### Second {#second_one}

```sh
aws  sts

# who
```

The end
"""
    assert parsed(text) == Guide(
        "Title",
        (
            Section(
                "first",
                2,
                "First",
                (Prose("Some prose,\n# not a heading"), Query("actions"), Question("primary_call")),
            ),
            Section("second_one", 3, "Second", (Code("sh", "aws  sts\n\n# who"), Prose("The end"))),
        ),
    )


def test_a_language_without_a_guide_is_an_error() -> None:
    """It says which there are."""
    with pytest.raises(UnknownLanguageError, match="en, vi"):
        guide("fr")


def test_the_sections_are_those_of_the_module() -> None:
    """In its order: set-up, the five queries, containment, the notebook, the end."""
    headings = [(section.level, section.id) for section in ENGLISH.sections]
    assert headings == [
        (2, "introduction"),
        (2, "setup"),
        (2, "investigation"),
        *((3, name) for name in workshop.QUERIES),
        (2, "containment"),
        (3, "snapshotted"),
        (3, "isolated"),
        (3, "terminated"),
        (2, "notebook"),
        (2, "conclusion"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_task_is_asked_once_and_every_query_comes_in_its_section(language: str) -> None:
    """A query stands before the question that it answers."""
    asked: dict[str, int] = {}
    for section in guide(language).sections:
        kinds = [block for block in section.blocks if isinstance(block, Query | Question)]
        for block in kinds:
            if isinstance(block, Query):
                assert (section.id, kinds[1:]) == (
                    block.name,
                    [Question(t.id) for t in workshop.tasks() if t.query == block.name],
                )
            else:
                asked[block.task] = asked.get(block.task, 0) + 1
    assert asked == dict.fromkeys((task.id for task in workshop.tasks()), 1)


def test_both_languages_have_the_same_headings_and_blocks() -> None:
    """Ids, levels, kinds of blocks, code but for comments; paragraphs, lists, tables and code in prose."""
    assert [(s.id, s.level) for s in ENGLISH.sections] == [(s.id, s.level) for s in VIETNAMESE.sections]
    for english, vietnamese in PAIRS:
        assert [shape(block) for block in english.blocks] == [shape(block) for block in vietnamese.blocks], english.id


def test_both_languages_have_the_same_blanks() -> None:
    """What learners fill in; no other than the three, and the store."""
    blanks = [BLANK.findall((FOLDER / f"guide/{language}.md").read_text("utf-8")) for language in LANGUAGES]
    assert blanks[0] == blanks[1]
    assert set(blanks[0]) == {"<INSTANCE_ID>", "<VPC_ID>", "<GROUP_ID>"}


def test_the_vietnamese_guide_is_vietnamese() -> None:
    """Every title and every piece of prose has Vietnamese letters, and the lab's terms."""
    assert is_vietnamese(VIETNAMESE.title)
    for english, vietnamese in PAIRS:
        assert is_vietnamese(vietnamese.title)
        assert all(is_vietnamese(block.markdown) for block in vietnamese.blocks if isinstance(block, Prose))
        assert missing_terms(prose(english), prose(vietnamese)) == [], english.id


def test_the_guide_gives_no_query_away() -> None:
    """Queries have their own blocks, which are shown when their hint is taken."""
    for language in LANGUAGES:
        text = (FOLDER / f"guide/{language}.md").read_text("utf-8").lower()
        assert re.findall(r"\bselect\b|\bfrom eds_id\b|group by", text) == []


def test_the_terms_follow_their_schema_and_each_is_there_once() -> None:
    """terms.json is what terms.schema.json says."""
    schema, terms = (json.loads((FOLDER / name).read_text("utf-8")) for name in ("terms.schema.json", "terms.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(terms)] == []
    english = [term["en"] for term in terms["terms"]]
    assert english == sorted(set(english))
