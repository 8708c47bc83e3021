"""Real records, in the forms in which people keep logs."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

RECORDS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "recorder" / "records.jsonl").read_text("utf-8").splitlines()
]


def write_gzip(path: Path, document: Any) -> Path:
    """A document as gzipped JSON, as CloudTrail, Config and digests come."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(json.dumps(document).encode()))
    return path


def write_lines(path: Path, *lines: Any) -> Path:
    """JSON lines; what is text already is a line as it is."""
    path.write_text(
        "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines), encoding="utf-8"
    )
    return path
