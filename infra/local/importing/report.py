"""What became of an import, for people and for machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.local.importing.logs import Kind, Skipped

MOST_EXAMPLES = 3

# What is counted under each kind, after its number.
WORDS: Mapping[Kind, str] = {
    "duplicate": "events that these files or the store hold already",
    "refused": "records that the store could not read",
    "malformed": "texts that are no JSON",
    "truncated": "gzip files that end too early or are damaged; what came before is imported",
    "not text": "files that are no text",
    "empty": "files without a record",
    "unreadable": "files that could not be read",
    "digest": "digest files, which tell of log files and hold no event",
    "config": "files of AWS Config",
    "flow log": "VPC flow logs",
    "other json": "JSON objects that are no CloudTrail record",
}


@dataclass(slots=True)
class ImportReport:
    """Grows while an import goes on. Times are eventTimes as the records spell them; `seconds` is how long it took."""

    store_id: str = ""
    files: int = 0
    imported: int = 0
    first: str = ""
    last: str = ""
    seconds: float = 0.0
    skipped: dict[Kind, int] = field(default_factory=dict)
    examples: dict[Kind, list[str]] = field(default_factory=dict)

    def skip(self, skipped: Skipped) -> None:
        """Count what was not imported, and remember the first few of its kind."""
        self.skipped[skipped.kind] = self.skipped.get(skipped.kind, 0) + 1
        examples = self.examples.setdefault(skipped.kind, [])
        if len(examples) < MOST_EXAMPLES:
            examples.append(f"{skipped.path}: {skipped.detail}" if skipped.detail else str(skipped.path))

    def came(self, first: str, last: str, number: int) -> None:
        """Count records that the store took, of these times at most."""
        self.imported += number
        self.first = min(self.first or first, first)
        self.last = max(self.last, last)

    def as_json(self) -> dict[str, Any]:
        """The report for machines."""
        return {
            "store": self.store_id,
            "files": self.files,
            "imported": self.imported,
            "first": self.first or None,
            "last": self.last or None,
            "seconds": round(self.seconds, 3),
            "skipped": [
                {"kind": kind, "count": count, "examples": self.examples[kind]}
                for kind, count in sorted(self.skipped.items())
            ],
        }

    def as_text(self) -> str:
        """The report for people."""
        lines = [f"imported {self.imported:,} records from {self.files:,} files in {self.seconds:.1f} s"]
        if self.imported:
            lines += [f"  from {self.first} to {self.last}"]
        if self.store_id:
            lines += [f"  event data store {self.store_id}: put its id after FROM, in `lab query` as everywhere"]
        for kind, count in sorted(self.skipped.items(), key=lambda item: -item[1]):
            lines.append(f"skipped {count:,} {WORDS[kind]}")
            lines += [f"  {example}" for example in self.examples[kind]]
        return "\n".join(lines)
