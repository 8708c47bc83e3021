"""Records out of log files: every form that people have, and everything that is none."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.local.importing import logs
from infra.local.importing.found import Found
from infra.local.importing.logs import Skipped, log_files, read_log
from tests.infra.local.importing.files import RECORDS, write_gzip, write_lines

SOME = RECORDS[:5]
WRAPPED = {"Records": SOME}


def read(path: Path) -> tuple[list[Any], list[Skipped]]:
    """The records of a file, parsed, and what is skipped."""
    items = list(read_log(path, lambda position: None))
    found = [item for item in items if isinstance(item, Found)]
    assert all("\n" not in item.text for item in found)
    assert [(item.id, item.time) for item in found] == [
        (record["eventID"], record["eventTime"]) for record in (json.loads(item.text) for item in found)
    ]
    return [json.loads(item.text) for item in found], [item for item in items if isinstance(item, Skipped)]


FORMS: dict[str, Callable[[], bytes]] = {
    "CloudTrail's file": lambda: gzip.compress(json.dumps(WRAPPED).encode()),
    "unzipped": lambda: json.dumps(WRAPPED).encode(),
    "indented": lambda: json.dumps(WRAPPED, indent=2).encode(),
    "with a byte order mark": lambda: b"\xef\xbb\xbf" + json.dumps(WRAPPED).encode(),
    "a key before the records": lambda: json.dumps({"more": 1, **WRAPPED}).encode(),
    "an array": lambda: json.dumps(SOME).encode(),
    "lines": lambda: b"\n".join(json.dumps(record).encode() for record in SOME),
    "lines with carriage returns": lambda: b"\r\n".join(json.dumps(record).encode() for record in SOME) + b"\r\n",
    "a file a line": lambda: b"\n".join(json.dumps({"Records": [record]}).encode() for record in SOME),
    "joined gzip files": lambda: b"".join(gzip.compress(json.dumps({"Records": [r]}).encode()) for r in SOME),
    "lookup-events": lambda: json.dumps({"Events": [{"CloudTrailEvent": json.dumps(r)} for r in SOME]}).encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_records(form: str, tmp_path: Path) -> None:
    """However a log is kept, its records come in their order and nothing is skipped."""
    path = tmp_path / "log"
    path.write_bytes(FORMS[form]())
    assert read(path) == (SOME, [])


@pytest.mark.parametrize("size", [1, 7, 1000, 4096])
def test_no_record_is_lost_where_a_piece_ends(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is read piece by piece; wherever a piece ends, also within a character, the records are the same."""
    some = [{**record, "annotation": 'ễ "quoted" \\ 🎈'} for record in RECORDS[:2]]
    path = tmp_path / "log.json"
    path.write_text(json.dumps({"Records": some}, ensure_ascii=False), encoding="utf-8")
    monkeypatch.setattr(logs, "CHUNK", size)
    assert read(path) == (some, [])


def test_words_are_kept(tmp_path: Path) -> None:
    """What a record says is passed on to the letter: numbers, escapes and order."""
    text = '{"eventID": "a", "eventTime":"2026-01-01T00:00:00Z","eventSource":"s", "n": 1.10, "u": "\\u00e9"}'
    path = write_lines(tmp_path / "log.jsonl", text)
    assert list(read_log(path, lambda position: None)) == [Found("a", "2026-01-01T00:00:00Z", text, path)]


def test_half_a_character_is_passed_on_as_its_escape(tmp_path: Path) -> None:
    """UTF-8 has no lone surrogate; the escape says the same."""
    event = '{"eventID":"a","eventTime":"2026-01-01T00:00:00Z","eventSource":"\\ud800"}'
    path = write_lines(tmp_path / "log.jsonl", {"more": 1, "Records": [json.loads(event)]})
    assert list(read_log(path, lambda position: None)) == [Found("a", "2026-01-01T00:00:00Z", event, path)]


def test_a_broken_line_costs_no_other(tmp_path: Path) -> None:
    """Malformed lines are told by their numbers, the lines around them are read."""
    lines = write_lines(tmp_path / "log.jsonl", SOME[0], '{"eventID": "cut', "no json", SOME[1], "{]", SOME[2])
    assert read(lines) == (
        SOME[:3],
        [
            Skipped("malformed", lines, "line 2: Invalid control character at"),
            Skipped("malformed", lines, "line 5: Expecting property name enclosed in double quotes"),
        ],
    )


def test_a_file_that_was_cut_gives_what_it_has(tmp_path: Path) -> None:
    """A gzip file that ends too early, and one that is damaged, give the records before that."""
    whole = write_gzip(tmp_path / "log.json.gz", {"Records": RECORDS}).read_bytes()
    cut, damaged = tmp_path / "cut.json.gz", tmp_path / "damaged.json.gz"
    cut.write_bytes(whole[: len(whole) // 2])
    damaged.write_bytes(whole[:-8] + b"12345678")
    found, skipped = read(cut)
    assert 0 < len(found) < len(RECORDS)
    assert (found, skipped) == (RECORDS[: len(found)], [Skipped("truncated", cut, "it ends too early")])
    assert read(damaged)[1] == [
        Skipped("truncated", damaged, "Error -3 while decompressing data: incorrect data check")
    ]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty"),
        (b'{"Records": []}', "empty"),
        (b"2 123456789012 eni-0a 10.0.0.1 10.0.0.2 443 55000 6 10 840 1 2 ACCEPT OK\n" * 3, "flow log"),
        (b"version account-id interface-id srcaddr\n2 123456789012 eni-0a 10.0.0.1\n", "flow log"),
        (b'{"awsAccountId": "1", "digestStartTime": "2026-01-01T00:00:00Z", "logFiles": []}', "digest"),
        (b'{"fileVersion": "1.0", "configSnapshotId": "1", "configurationItems": []}', "config"),
        (b'{"eventID": "a", "eventSource": "s", "eventTime": "yesterday"}', "other json"),
        (b'{"eventID": "two\\nlines", "eventSource": "s", "eventTime": "2026-01-01T00:00:00Z"}', "other json"),
        (b'{"detail-type": "AWS API Call via CloudTrail"}', "other json"),
        (b'{"CloudTrailEvent": "{"}', "malformed"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "malformed"),
        (b'{"Records": [{"eventID": "a", ', "malformed"),
        (b"# Read me\nwords, [more] words\n", "malformed"),
        (b"12", "malformed"),
        (b"\x89PNG\xff\xfe\x00", "not text"),
        (json.dumps(WRAPPED).encode("utf-16"), "not text"),
        (gzip.compress(b"# Read me", mtime=0), "malformed"),
    ],
)
def test_what_is_no_record_is_told_by_its_kind(content: bytes, kind: str, tmp_path: Path) -> None:
    """One thing is skipped, of the kind that it is."""
    path = tmp_path / "file"
    path.write_bytes(content)
    found, skipped = read(path)
    assert (found, [item.kind for item in skipped]) == ([], [kind])


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """The system's reason is passed on."""
    assert read(tmp_path / "gone") == ([], [Skipped("unreadable", tmp_path / "gone", "No such file or directory")])


def test_folders_are_read_whole(tmp_path: Path) -> None:
    """Files come in order of their names, each once, hidden ones not at all; a named file is read in any case."""
    days = tmp_path / "AWSLogs" / "111111111111" / "CloudTrail" / "us-east-1" / "2026" / "01"
    files = [write_gzip(days / day / f"log{n}.json.gz", WRAPPED) for day in ("01", "02") for n in (1, 2)]
    hidden = write_gzip(days / ".cache" / "log.json.gz", WRAPPED)
    assert log_files([tmp_path]) == files
    assert log_files([hidden, files[3], tmp_path]) == [hidden, files[3], *files[:3]]


def test_progress_is_told_in_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever listens hears how far into the file the reading has come, until its end."""
    path = tmp_path / "log.json"
    path.write_text(json.dumps(WRAPPED))
    monkeypatch.setattr(logs, "CHUNK", 1000)
    heard: list[int] = []
    assert len(list(read_log(path, heard.append))) == len(SOME)
    size = path.stat().st_size
    assert heard == [*range(1000, size, 1000), size]
