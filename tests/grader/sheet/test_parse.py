from __future__ import annotations

import pytest

from grader.sheet.parse import MAX_BYTES, NotGradableError, SheetError, load_json


def errors_of(data: bytes | str) -> tuple[SheetError, ...]:
    with pytest.raises(NotGradableError) as caught:
        load_json(data)
    return caught.value.errors


def test_reads_bytes_text_and_a_byte_order_mark() -> None:
    """What editors on any system write is read."""
    expected = {"instance_id": "i-ü"}
    assert expected == load_json('{"instance_id": "i-ü"}')
    assert expected == load_json('{"instance_id": "i-ü"}'.encode())
    assert expected == load_json(b"\xef\xbb\xbf" + '{"instance_id": "i-ü"}'.encode())


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("", SheetError("", "Expecting value at line 1, column 1", "a JSON text")),
        ('{"a" 1}', SheetError("", "Expecting ':' delimiter at line 1, column 6", "a JSON text")),
        ('{"a": "b', SheetError("", "Unterminated string starting at line 1, column 7", "a JSON text")),
        (
            "{'a': 1}",
            SheetError("", "Expecting property name enclosed in double quotes at line 1, column 2", "a JSON text"),
        ),
        ('{"a": NaN}', SheetError("", "NaN", "a JSON text, which has no such value")),
        ('{"a": -Infinity}', SheetError("", "-Infinity", "a JSON text, which has no such value")),
        ('{"a": 1, "a": 2}', SheetError("a", "the same field twice", "each field once")),
        ('{"a": "\\ud800"}', SheetError("", "half a character (a lone surrogate)", "whole Unicode characters")),
        ('{"a": "\ud800"}', SheetError("", "half a character (a lone surrogate)", "whole Unicode characters")),
        ("[" * 100_000, SheetError("", "lists and objects nested 100000 deep", "at most 8 levels")),
        ('{"a": ' + "9" * 5000 + "}", SheetError("", "a number of thousands of digits", "text answers")),
        (b'{"a": "\xff"}', SheetError("", "a byte that is not UTF-8 at position 7", "text in UTF-8")),
        (
            '{"a": 1}'.encode("utf-16"),
            SheetError("", "text in UTF-16", "text in UTF-8 (in PowerShell: Out-File -Encoding utf8)"),
        ),
        (b"x" * (MAX_BYTES + 1), SheetError("", "262145 bytes", "at most 262144 bytes")),
    ],
)
def test_what_no_sheet_can_be_is_named(data: bytes | str, expected: SheetError) -> None:
    """Each malformed text is one error: where, what was found, what was expected."""
    assert (expected,) == errors_of(data)


@pytest.mark.parametrize(
    "text", ['"' + '\\"' * 100_000, '"' + '\\"' * 100_000 + "\\", '"[' * 50_000, "{" * 4 + '"' * 99_999]
)
def test_hostile_text_is_refused_quickly(text: str) -> None:
    """Unclosed strings full of escapes are read once, not once for each of them."""
    assert len(errors_of(text)) == 1


def test_brackets_in_strings_are_no_nesting() -> None:
    """An upload's key may hold any number of brackets."""
    assert load_json('["[[[[[[[[[[[["]') == ["[[[[[[[[[[[["]
