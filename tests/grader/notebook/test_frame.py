from __future__ import annotations

import json

import pandas as pd

from grader.notebook.frame import as_answer, as_frame, as_html
from scenario.query import Rows

FOUND = as_frame(
    Rows(
        ("eventName", "total", "eventSource", "awsRegion"),
        (("B", "12", "s3.amazonaws.com", "us-east-1"), ("A", "3", "s3.amazonaws.com", "us-east-1")),
    )
)


def test_rows_become_a_frame() -> None:
    """In the order and the spelling of the SELECT, also where a column comes twice; counts are numbers."""
    rows = Rows(("a", "total", "a", "account"), (("x", "3", None, "123456789012"), ("007", "-12", "z", "210987654321")))
    frame = as_frame(rows)
    assert list(frame.columns) == ["a", "total", "a", "account"]
    assert frame.to_numpy().tolist() == [["x", 3, None, "123456789012"], ["007", -12, "z", "210987654321"]]


def test_no_rows_are_an_empty_frame() -> None:
    """Without columns: the store does not tell them."""
    frame = as_frame(Rows((), ()))
    assert (frame.shape, frame.empty) == ((0, 0), True)


def test_names_with_leading_zeros_and_huge_numbers_stay_text() -> None:
    """What is no count is kept to the letter."""
    for value in ("007", "123456789012", "1e5", "", "0x1", "-0.5"):
        assert as_frame(Rows(("a",), ((value,),)))["a"].tolist() == [value]


def test_a_result_is_the_answer_about_the_footprint() -> None:
    """Each combination once, under the sheet's names, whatever else is in the result."""
    twice = pd.concat([FOUND, FOUND])
    assert as_answer(twice) == [
        {"action": "B", "service": "s3.amazonaws.com", "region": "us-east-1"},
        {"action": "A", "service": "s3.amazonaws.com", "region": "us-east-1"},
    ]
    assert as_answer(FOUND[["eventName"]]) == [{"action": "B"}, {"action": "A"}]  # the desk says what is missing


def test_a_column_is_a_list_of_answers() -> None:
    """Each value once, in order; anything else is the answer as it is."""
    column = pd.concat([FOUND["eventName"], FOUND["eventName"]])
    assert as_answer(column) == ["B", "A"]
    assert as_answer(column.unique()) == ["B", "A"]
    assert json.dumps(as_answer(FOUND["total"])) == "[12, 3]"
    assert [as_answer("x"), as_answer(["x", "x"])] == ["x", ["x", "x"]]


def test_markup_in_a_log_is_text_in_a_frame() -> None:
    """Escaped, and at the left."""
    html = as_html(as_frame(Rows(("<th>",), (("<td><script>alert(1)</script>",),))))
    assert '<th style="text-align: left">&lt;th&gt;</th>' in html
    assert '<td style="text-align: left">&lt;td&gt;&lt;script&gt;alert(1)&lt;/script&gt;</td>' in html
