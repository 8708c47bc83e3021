"""The workshop's data files, each against its schema, and the accessors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from scenario import workshop
from scenario.language import LANGUAGES
from tests.scenario.texts import is_vietnamese, missing_terms

FOLDER = Path(workshop.__file__).parent
POINTS = {
    "instance_id": 10,
    "primary_call": 10,
    "read_only_calls": 10,
    "uploaded_files": 15,
    "footprint": 10,
    "prevention": 5,
    "snapshotted": 15,
    "isolated": 15,
    "terminated": 5,
    "no_collateral_damage": 5,
}
SHEET = {
    "instance_id": "i-0123456789abcdef0",
    "primary_call": "DescribeInstances",
    "read_only_calls": ["DescribeInstances", "ListBuckets"],
    "uploaded_files": ["tmp/.cache/nhân sự-0001.csv"],
    "footprint": [{"action": "ListBuckets", "service": "s3.amazonaws.com", "region": "eu-west-1"}],
    "prevention": ["session_manager"],
}


def load(name: str) -> object:
    return json.loads((FOLDER / name).read_text("utf-8"))


def texts(value: object) -> Iterator[dict[str, str]]:
    """Every text of a document, as its languages."""
    if isinstance(value, dict) and "en" in value:
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts(item)


def test_the_tasks_follow_their_schema_and_both_schemas_are_sound() -> None:
    """tasks.json is what tasks.schema.json says; the schemas are draft 2020-12."""
    for name in ("tasks.schema.json", "sheet.schema.json"):
        jsonschema.Draft202012Validator.check_schema(load(name))
    errors = jsonschema.Draft202012Validator(load("tasks.schema.json")).iter_errors(load("tasks.json"))
    assert [error.message for error in errors] == []


def test_every_text_of_a_task_is_there_in_both_languages() -> None:
    """Another text in each language, with Vietnamese letters and the lab's terms in the one of them."""
    pairs = list(texts(load("tasks.json")))
    assert {tuple(pair) for pair in pairs} == {LANGUAGES}
    for pair in pairs:
        assert is_vietnamese(pair["vi"]), pair
        assert missing_terms(pair["en"], pair["vi"]) == [], pair


def test_commands_and_blanks_are_the_same_in_both_languages() -> None:
    """Only the words around them are translated."""
    for pair in texts(load("tasks.json")):
        code, blanks = (
            [sorted(pattern.findall(pair[language])) for language in LANGUAGES]
            for pattern in (re.compile(r"`[^`]+`"), re.compile(r"<[A-Z_]+>"))
        )
        assert (code[0], blanks[0]) == (code[1], blanks[1])


def test_ten_tasks_bring_a_hundred_points() -> None:
    """Ids, points and order are the workshop's."""
    assert [(task.id, task.points) for task in workshop.tasks()] == list(POINTS.items())
    assert sum(POINTS.values()) == 100


def test_every_answer_is_a_field_of_the_sheet() -> None:
    """The sheet asks for the tasks that are answered, and for nothing else."""
    asked = [task.id for task in workshop.tasks() if task.kind == "answer"]
    assert list(workshop.sheet_schema()["properties"]) == asked


def test_the_module_says_what_prevents_unwanted_access() -> None:
    """The right choices are the three of the module's closing answer, among as many that only sound right."""
    choices = workshop.task("prevention").choices
    right = [choice.id for choice in choices if choice.correct]
    assert right == ["session_manager", "restrict_network", "patch_or_replace"]
    assert len(choices) > 2 * len(right)


def test_learners_do_not_see_which_choices_are_right() -> None:
    """The public form of a task gives the choices and keeps the answer."""
    shown = workshop.task("prevention").as_json()
    assert "correct" not in json.dumps(shown)
    assert [choice["id"] for choice in shown["choices"]] == [c.id for c in workshop.task("prevention").choices]
    assert workshop.task("terminated").as_json() == {
        "id": "terminated",
        "points": 5,
        "kind": "containment",
        "title": {"en": "Termination", "vi": "Chấm dứt instance"},
        "question": {"en": "Terminate the instance.", "vi": "Hãy chấm dứt instance bị xâm nhập."},
        "input": None,
        "label": None,
        "how": None,
        "columns": [],
        "choices": [],
        "hint_costs": [0, 0, 0],
    }


def test_hints_help_in_three_steps_and_leave_some_points() -> None:
    """Who reads them all and answers well still has points. The guide shows all of the containment, so that is free."""
    for task in workshop.tasks():
        assert [task.cost(steps) for steps in range(4)] == sorted(task.cost(steps) for steps in range(4))
        assert task.cost(3) < task.points
        assert (task.cost(3) > 0) == (task.kind == "answer")


def test_a_query_is_seen_after_the_last_hint_and_the_first_one_always() -> None:
    """The module shows the first of its queries openly, so that its hint takes no points."""
    opened = {task.query: [task.opens_query(steps) for steps in range(4)] for task in workshop.tasks() if task.query}
    assert opened == {name: [name == "list_buckets"] * 3 + [True] for name in workshop.QUERIES}


def test_a_table_is_entered_in_the_fields_of_the_sheet() -> None:
    """The columns of the form are what the sheet's schema asks of an entry, in its order."""
    entry = workshop.sheet_schema()["properties"]["footprint"]["items"]
    assert [column.id for column in workshop.task("footprint").columns] == list(entry["properties"])


def test_the_last_hint_is_the_query_ready_to_run_but_for_the_instance() -> None:
    """The store is filled in, the instance is for the learner to find; a containment goal has no query."""
    hints = workshop.task("footprint").shown_hints(3, store_id="store")
    assert [(hint["step"], hint["cost"], hint["query"] is None) for hint in hints] == [
        (1, 1, True),
        (2, 2, True),
        (3, 3, False),
    ]
    assert "from store" in hints[2]["query"]
    assert "'%:<INSTANCE_ID>'" in hints[2]["query"]
    assert workshop.task("footprint").shown_hints(1, store_id="store") == hints[:1]
    assert [hint["query"] for hint in workshop.task("terminated").shown_hints(3, store_id="store")] == [None] * 3


def test_a_task_that_is_not_there_is_an_error() -> None:
    """There is no task but the ten."""
    with pytest.raises(KeyError, match="no_such_task"):
        workshop.task("no_such_task")


def test_a_whole_sheet_a_part_and_an_empty_one_are_all_good() -> None:
    """Every answer may be left out."""
    validator = jsonschema.Draft202012Validator(workshop.sheet_schema())
    for sheet in (SHEET, {"primary_call": "ListBuckets"}, {}):
        assert list(validator.iter_errors(sheet)) == []


@pytest.mark.parametrize(
    ("sheet", "path"),
    [
        ([], "$"),
        ({"instance": "i-1"}, "$"),
        ({"instance_id": 7}, "$.instance_id"),
        ({"instance_id": "i" * 257}, "$.instance_id"),
        ({"read_only_calls": "ListBuckets"}, "$.read_only_calls"),
        ({"read_only_calls": ["a"] * 201}, "$.read_only_calls"),
        ({"uploaded_files": ["a" * 1201]}, "$.uploaded_files[0]"),
        ({"footprint": [{"action": "a", "service": "s3"}]}, "$.footprint[0]"),
        ({"footprint": [{"action": "a", "service": "s3", "region": "r", "total": "1"}]}, "$.footprint[0]"),
        ({"prevention": [None]}, "$.prevention[0]"),
    ],
)
def test_what_is_no_sheet_is_told_by_its_path(sheet: object, path: str) -> None:
    """Unknown fields, wrong types and what is too long or too many are each one error at one place."""
    validator = jsonschema.Draft202012Validator(workshop.sheet_schema())
    assert [error.json_path for error in validator.iter_errors(sheet)] == [path]


def test_every_query_of_a_task_is_a_file_and_every_file_is_a_query() -> None:
    """The five queries of the module, each leading to one answer."""
    assert [task.query for task in workshop.tasks() if task.query] == list(workshop.QUERIES)
    assert {path.stem for path in (FOLDER / "queries").iterdir()} == set(workshop.QUERIES)


def test_the_blanks_of_a_query_are_filled_in() -> None:
    """The store stands after FROM, bare, and the instance behind the colon of the principal."""
    assert workshop.query("actions", store_id="1e5f0000-0000-4000-8000-000000000000", instance_id="i-1") == (
        "select eventname, count(*) as total\n"
        "    from 1e5f0000-0000-4000-8000-000000000000\n"
        "    where useridentity.principalid like '%:i-1'\n"
        "    group by eventname\n"
        "    order by total desc\n"
    )
    for name in workshop.QUERIES:
        filled = workshop.query(name, store_id="store", instance_id="i-1")
        assert "EDS_ID" not in filled
        assert "<" not in filled
