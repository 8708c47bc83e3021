"""Records that are read at once are those that are found one by one, in the same words."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.importing import logs
from infra.local.importing.found import Found
from infra.local.importing.logs import Skipped, read_log
from infra.local.importing.plain import read_plain
from tests.infra.local.importing.files import RECORDS

TEXTS = [json.dumps(record, ensure_ascii=False, separators=(",", ":")) for record in RECORDS]
LOG = Path("log")
HEAD = '{"eventID":"a","eventTime":"2026-01-01T00:00:00Z"'

# Each is wrong, or right in an unusual way, for one of the two readers at least.
ODD = [
    HEAD + "}",
    HEAD + ',"insightDetails":{}}',
    HEAD + ',"eventSource":null}',
    HEAD + ',"eventSource":"s","eventID":"b"}',
    HEAD + ',"eventSource":"s","n":[NaN,Infinity,1e999,-0,1.10]}',
    HEAD + ',"eventSource":"s","n":01}',
    HEAD + ',"eventSource":"s","n":1,}',
    HEAD + ',"eventSource":"s","n":"\\u00e9\\/\\ud83c\\udf88 \x7f"}',
    HEAD + ',"eventSource":"s","n":"\\ud800"}',
    HEAD + ',"eventSource":"s","n":"\\q"}',
    HEAD + ',"eventSource":"s","n":"\x01"}',
    HEAD + ',\n"eventSource":"s"}',
    HEAD + ',"eventSource":"s","n":[{"eventID":"inside"},{"eventID":"too"}]}',
    HEAD + ',"eventSource":"s","n":"},{\\"eventVersion\\":\\"1\\"},{"}',
    '{"eventID":7,"eventTime":"2026-01-01T00:00:00Z","eventSource":"s"}',
    '{"eventID":"","eventTime":"2026-01-01T00:00:00Z","eventSource":"s"}',
    '{"eventID":"a\\n","eventTime":"2026-01-01T00:00:00Z","eventSource":"s"}',
    '{"eventID":"a","eventTime":"yesterday","eventSource":"s"}',
    '{"eventID":"a","eventTime":7,"eventSource":"s"}',
    '{"Records":[' + TEXTS[0] + "]}",
    json.dumps({"CloudTrailEvent": TEXTS[1]}),
    '{"digestStartTime":"2026-01-01T00:00:00Z"}',
    '{"eventVersion":"1.08"',
    '"eventVersion":"1.08"}',
    '{"a":' * 2_000,
    "[" * 2_000,
    "7",
    "words",
    "{]",
    "",
]


def items(text: str, folder: str) -> list[Found | Skipped]:
    """What is in a file with this text."""
    path = Path(folder, "log")
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    return list(read_log(path, lambda position: None))


@settings(max_examples=300, deadline=None)
@given(
    parts=st.lists(st.sampled_from(TEXTS[:40]) | st.sampled_from(ODD), max_size=12),
    between=st.sampled_from([",", ", ", "\n", ",\n", "\r\n", "", ",,", " ", "]}\n", "\n\n"]),
    around=st.sampled_from([("", ""), ("[", "]"), ('{"Records":[', "]}"), ('{"Records": [', "]}\n"), ("\ufeff", "")]),
    size=st.sampled_from([1_000, logs.CHUNK]),
)
def test_reading_at_once_and_one_by_one_give_the_same(
    parts: list[str], between: str, around: tuple[str, str], size: int
) -> None:
    """Real records and hostile ones, in every order, joined in every way, wherever a piece of the file ends."""
    text = between.join(parts).join(around)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(logs, "CHUNK", size)
        at_once = items(text, folder)
        patch.setattr(logs, "read_plain", lambda text, begin, path: ([], len(text)))
        assert at_once == items(text, folder)


@pytest.mark.parametrize("between", [",", ", ", "\n", "\r\n"])
def test_plain_records_are_read_at_once(between: str) -> None:
    """All real records but the last, whose end nobody knows."""
    text = between.join(TEXTS)
    expected = [Found(r["eventID"], r["eventTime"], written, LOG) for r, written in zip(RECORDS, TEXTS, strict=True)]
    assert read_plain(text, 0, LOG) == (expected[:-1], len(text) - len(TEXTS[-1]))


@pytest.mark.parametrize("odd", [odd for odd in ODD if odd], ids=lambda odd: odd[:40])
def test_one_that_is_not_plain_leaves_all_to_be_read_one_by_one(odd: str) -> None:
    """Nothing is guessed."""
    text = f"{TEXTS[0]},{odd},{TEXTS[0]}"
    plain = [(record.id, record.text) for record in read_plain(text, 0, LOG)[0]]
    assert plain in ([], [(RECORDS[0]["eventID"], TEXTS[0]), (json.loads(odd)["eventID"] if plain else "", odd)])
