"""What an import says of itself."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from infra.local.importing.logs import Kind, Skipped
from infra.local.importing.report import WORDS, ImportReport


def test_it_counts_by_kind_and_keeps_the_first_examples() -> None:
    """Everything skipped is counted, three of each kind are shown."""
    report = ImportReport(store_id="1e5f", files=2, seconds=1.25)
    for number in range(1_200):
        report.skip(Skipped("malformed", Path("a.jsonl"), f"line {number}"))
    report.skip(Skipped("digest", Path("d.json.gz")))
    report.came("2026-01-02", "2026-01-03", 1_000)
    report.came("2026-01-01", "2026-01-02", 500)
    assert report.as_json() == {
        "store": "1e5f",
        "files": 2,
        "imported": 1_500,
        "first": "2026-01-01",
        "last": "2026-01-03",
        "seconds": 1.25,
        "skipped": [
            {"kind": "digest", "count": 1, "examples": ["d.json.gz"]},
            {"kind": "malformed", "count": 1200, "examples": [f"a.jsonl: line {n}" for n in range(3)]},
        ],
    }
    assert report.as_text().splitlines() == [
        "imported 1,500 records from 2 files in 1.2 s",
        "  from 2026-01-01 to 2026-01-03",
        "  event data store 1e5f: put its id after FROM, in `lab query` as everywhere",
        "skipped 1,200 texts that are no JSON",
        "  a.jsonl: line 0",
        "  a.jsonl: line 1",
        "  a.jsonl: line 2",
        "skipped 1 digest files, which tell of log files and hold no event",
        "  d.json.gz",
    ]


def test_every_kind_has_its_words() -> None:
    """No kind without a sentence, no sentence without a kind."""
    assert set(WORDS) == set(get_args(Kind))
