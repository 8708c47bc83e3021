from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from grader.desk.work.form import answer_of, fields_of, places, sheet_of
from grader.sheet.parse import NotGradableError, SheetError
from grader.sheet.schema import read_sheet
from scenario.workshop import task

ROWS = [("action", "ListBuckets"), ("service", "s3"), ("region", "us-east-1")]
EMPTY = [("action", ""), ("service", " "), ("region", "")]


@pytest.mark.parametrize(
    ("id_", "fields", "answer"),
    [
        ("instance_id", [("answer", "  i-0123456789abcdef0 ")], "i-0123456789abcdef0"),
        ("instance_id", [("answer", "  ")], None),
        ("instance_id", [], None),
        ("uploaded_files", [("answer", " a b.csv\r\n\r\nKhách hàng.csv\n")], ["a b.csv", "Khách hàng.csv"]),
        ("uploaded_files", [("answer", " \n ")], None),
        ("prevention", [("answer", "ssh_port"), ("answer", "shared_key")], ["ssh_port", "shared_key"]),
        ("prevention", [], None),
        ("footprint", EMPTY + ROWS + EMPTY, [dict(ROWS)]),
        ("footprint", [("action", "ListBuckets"), *EMPTY[1:]], [{"action": "ListBuckets"}]),
        ("footprint", EMPTY, None),
    ],
)
def test_an_answer_is_what_stands_in_the_form(id_: str, fields: list[tuple[str, str]], answer: Any) -> None:
    """Without white space around it, and without lines and rows in which nothing stands."""
    assert answer_of(task(id_), fields_of(urlencode(fields).encode())) == answer


def test_a_sheet_holds_that_answer_alone() -> None:
    """As the sheet's schema has it."""
    body = sheet_of(task("uploaded_files"), ["Khách hàng.csv"])
    assert read_sheet(body) == {"uploaded_files": ["Khách hàng.csv"]}


def test_a_row_that_lacks_a_field_cannot_be_graded() -> None:
    """The error says which one."""
    with pytest.raises(NotGradableError) as caught:
        read_sheet(sheet_of(task("footprint"), [dict(ROWS), {"action": "ListBuckets", "region": "us-east-1"}]))
    assert places(caught.value.errors) == {(1, "service")}


def test_errors_of_the_whole_have_no_place() -> None:
    """A list that is too long, say."""
    errors = [
        SheetError("uploaded_files", "300 entries", "at most 200 entries"),
        SheetError("uploaded_files[7]", "", ""),
    ]
    assert places(errors) == {(7, "")}


def test_bytes_that_are_no_text_are_still_an_answer() -> None:
    """A browser does not send them; whoever does gets a wrong answer for it, not an error."""
    answer = answer_of(task("instance_id"), fields_of(b"answer=%ff%fe"))
    assert json.loads(sheet_of(task("instance_id"), answer)) == {"instance_id": "\ufffd\ufffd"}
