"""From bytes to an answer sheet, or to errors that say where, what was found and what was expected.

A sheet that does not get through is "not gradable": that is not a wrong answer, and costs nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

MAX_BYTES = 256 * 1024
MAX_DEPTH = 8  # a sheet needs three
MAX_SHOWN = 80  # characters of what was found that an error repeats

Sheet = Mapping[str, Any]
"""The answers of one team, by field; valid by the sheet's schema."""


@dataclass(frozen=True, slots=True)
class SheetError:
    """One thing that keeps a sheet from being graded. `path` is "" for the whole, else like `footprint[2].region`."""

    path: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.path or 'the sheet'}: expected {self.expected}, found {self.found}"

    def as_json(self) -> dict[str, str]:
        """As the HTTP API shows it."""
        return asdict(self)


class NotGradableError(ValueError):
    """The sheet is malformed: `errors` says how. No attempt is used."""

    def __init__(self, errors: Sequence[SheetError]) -> None:
        super().__init__("; ".join(map(str, errors)))
        self.errors = tuple(errors)


def load_json(data: bytes | str, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Any:
    """What a JSON text holds, read strictly. Raises NotGradableError for what JSON or a sheet cannot be."""
    text = _decode(data, max_bytes)
    if (depth := _depth(text)) > max_depth:
        raise _not_gradable(f"lists and objects nested {depth} deep", f"at most {max_depth} levels")
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        problem = f"{error.msg.removesuffix(' at')} at line {error.lineno}, column {error.colno}"
        raise _not_gradable(problem, "a JSON text") from error
    except UnicodeEncodeError as error:
        raise _not_gradable("half a character (a lone surrogate)", "whole Unicode characters") from error
    except NotGradableError:
        raise
    except ValueError as error:  # Python refuses to read numbers of thousands of digits
        raise _not_gradable("a number of thousands of digits", "text answers") from error
    return value


def shown(value: object) -> str:
    """A value as an error repeats it: JSON, on one line, cut after a while."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}… ({len(text)} characters)"


def _decode(data: bytes | str, max_bytes: int) -> str:
    try:
        raw = data.encode() if isinstance(data, str) else data
    except UnicodeEncodeError as error:
        raise _not_gradable("half a character (a lone surrogate)", "whole Unicode characters") from error
    if len(raw) > max_bytes:
        raise _not_gradable(f"{len(raw)} bytes", f"at most {max_bytes} bytes")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _not_gradable("text in UTF-16", "text in UTF-8 (in PowerShell: Out-File -Encoding utf8)")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_gradable(f"a byte that is not UTF-8 at position {error.start}", "text in UTF-8") from error


_TOKEN = re.compile(r'"(?:\\.|[^"\\])*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)


def _depth(text: str) -> int:
    depth = deepest = 0
    for token in _brackets(text):
        depth += 1 if token in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _brackets(text: str) -> Iterator[str]:
    return (match[0] for match in _TOKEN.finditer(text) if match[0][0] != '"')


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            raise NotGradableError([SheetError(_cut(name), "the same field twice", "each field once")])
        fields[name] = value
    return fields


def _no_constant(name: str) -> None:
    raise _not_gradable(name, "a JSON text, which has no such value")


def _cut(name: str) -> str:
    return name if len(name) <= MAX_SHOWN else f"{name[:MAX_SHOWN]}…"


def _not_gradable(found: str, expected: str) -> NotGradableError:
    return NotGradableError([SheetError("", found, expected)])
