"""CloudTrail records out of log files, in every form in which people keep them, read as a stream.

A file holds JSON values, gzipped or not: CloudTrail's own `{"Records": [...]}`, arrays, JSON lines, single records, and
what `aws cloudtrail lookup-events` prints. Records are passed on in the words in which they were written.
"""

from __future__ import annotations

import codecs
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from infra.local.importing.found import Found, identifies
from infra.local.importing.plain import read_plain

Kind = Literal[
    "duplicate",
    "refused",
    "malformed",
    "truncated",
    "not text",
    "empty",
    "unreadable",
    "digest",
    "config",
    "flow log",
    "other json",
]

CHUNK = 1 << 18  # bytes read together
NEW_LINE = "\n"
GZIP = b"\x1f\x8b"
GZIP_WINDOW = 31  # zlib: the largest window, with a gzip header
FLOW_LOG = re.compile(r"(version account-id interface-id|\d+ (\d{12}|unknown) eni-)")
# Between records: white space, commas and brackets, and the head of a log file, so that its records come one by one.
BETWEEN = re.compile(r'(?:[\s,\[\]}]+|\{\s*"(?:Records|Events)"\s*:\s*\[)+')
NEXT_LINE = re.compile(r"\n\s*(?=[{\[])")
# JSON that ends too early is noticed at its end, or where the text begins that does not end.
LONGEST_TOKEN = 16
UNTERMINATED = "Unterminated string"

_decode = json.JSONDecoder().raw_decode


@dataclass(frozen=True, slots=True)
class Skipped:
    """What is no record to import, where it is, and what is known of it."""

    kind: Kind
    path: Path
    detail: str = ""


def log_files(paths: Iterable[Path]) -> list[Path]:
    """The files themselves, and all files in the folders, in order of their names; hidden ones are left out."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (file for file in sorted(path.rglob("*")) if file.is_file())
            found += [file for file in inside if not _hidden(file.relative_to(path))]
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def read_log(path: Path, hear: Callable[[int], None]) -> Iterator[Found | Skipped]:
    """Every record of a file, and what else is in it. `hear` is told how many of its bytes have been read."""
    anything = False
    try:
        with path.open("rb") as file:
            for item in _items(_texts(file, hear), path):
                anything = True
                yield item
    except (EOFError, zlib.error) as error:
        yield Skipped("truncated", path, str(error))
    except UnicodeDecodeError:
        yield Skipped("not text", path)
    except OSError as error:
        yield Skipped("unreadable", path, error.strerror or str(error))
    else:
        if not anything:
            yield Skipped("empty", path)


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _texts(file: IO[bytes], hear: Callable[[int], None]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    for data in _contents(file):
        hear(file.tell())
        yield decoder.decode(data)
    yield decoder.decode(b"", final=True)


def _contents(file: IO[bytes]) -> Iterator[bytes]:
    """The file's bytes, unzipped where they are zipped; of a damaged file those before the damage, then its error."""
    raw = file.read(CHUNK)
    if not raw.startswith(GZIP):
        while raw:
            yield raw
            raw = file.read(CHUNK)
        return
    member = zlib.decompressobj(GZIP_WINDOW)
    while raw:
        yield member.decompress(raw)
        if member.eof:  # logs that were joined end to end are gzip too
            raw = member.unused_data.lstrip(b"\0") or file.read(CHUNK)
            member = zlib.decompressobj(GZIP_WINDOW) if raw else member
        else:
            raw = file.read(CHUNK)
    if not member.eof:
        raise EOFError("it ends too early")


def _items(texts: Iterator[str], path: Path) -> Iterator[Found | Skipped]:
    buffer, at, line = "", 0, 1
    singly = 0  # until there, what the buffer holds is read one by one
    while True:
        begin = between.end() if (between := BETWEEN.match(buffer, at)) else at
        if begin >= singly:
            plain, singly = read_plain(buffer, begin, path)
            yield from plain
            begin = singly if plain else begin
        try:
            value, end = _object(buffer, begin)
        except json.JSONDecodeError as error:
            if _incomplete(error, buffer) and (more := next(texts, None)) is not None:
                line += buffer.count("\n", 0, begin)
                buffer, at, singly = buffer[begin:] + more, 0, 0
                continue
            if begin == len(buffer):
                return
            yield _no_json(buffer, begin, path, f"line {line + buffer.count(NEW_LINE, 0, begin)}: {error.msg}")
            following = NEXT_LINE.search(buffer, max(begin, min(error.pos, len(buffer) - 1)))
            at = following.end() if following else len(buffer)
        else:
            yield from _records(value, buffer[begin:end], path)
            at = end


def _object(buffer: str, begin: int) -> tuple[Any, int]:
    if not buffer.startswith("{", begin):  # a word or a number of a text that is no JSON
        raise json.JSONDecodeError("no JSON object", buffer, begin)
    try:
        return _decode(buffer, begin)
    except RecursionError:
        raise json.JSONDecodeError("too deeply nested", buffer, begin) from None


def _incomplete(error: json.JSONDecodeError, buffer: str) -> bool:
    return error.pos >= len(buffer) - LONGEST_TOKEN or error.msg.startswith(UNTERMINATED)


def _no_json(buffer: str, begin: int, path: Path, detail: str) -> Skipped:
    return Skipped("flow log", path) if FLOW_LOG.match(buffer, begin) else Skipped("malformed", path, detail)


def _records(value: Any, written: str, path: Path) -> Iterator[Found | Skipped]:
    """The records in one JSON value."""
    if _is_record(value):
        yield Found(value["eventID"], value["eventTime"], _on_one_line(value, written), path)
    elif isinstance(value, Mapping) and isinstance(inner := value.get("Records"), list):
        for record in inner:
            yield from _records(record, "", path)
    elif isinstance(value, Mapping) and isinstance(text := value.get("CloudTrailEvent"), str):
        yield from _looked_up(text, path)
    else:
        yield Skipped(_kind_of(value), path, _shown(value))


def _looked_up(text: str, path: Path) -> Iterator[Found | Skipped]:
    """The record that LookupEvents gives as text."""
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield Skipped("malformed", path, f"CloudTrailEvent: {error}")
    else:
        yield from _records(record, text, path)


def _is_record(value: Any) -> bool:
    """Has it what every CloudTrail record has, and is its time one?"""
    if not isinstance(value, dict) or ("eventSource" not in value and "insightDetails" not in value):
        return False
    event_id, event_time = value.get("eventID"), value.get("eventTime")
    return isinstance(event_id, str) and isinstance(event_time, str) and identifies(event_id, event_time)


def _on_one_line(value: Any, written: str) -> str:
    if not written or NEW_LINE in written:
        written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # What UTF-8 lacks can only stand in a JSON string, where it is as good as escaped.
    return written.encode("utf-8", "backslashreplace").decode()


# What other JSON AWS puts beside CloudTrail's logs, told by one of its keys.
OTHERS: Mapping[str, Kind] = {"digestStartTime": "digest", "configurationItems": "config", "configSnapshotId": "config"}


def _kind_of(value: Any) -> Kind:
    keys = value if isinstance(value, Mapping) else {}
    return next((kind for key, kind in OTHERS.items() if key in keys), "other json")


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:60] + "..."
