"""Who said a report: an HMAC over its canonical JSON with a secret that only the lab's organiser has.

Canonical is: members sorted by name, no white space, UTF-8, and whole numbers without a fraction (10.0 is 10), as in
RFC 8785. So a report that was indented anew, or went through `jq`, is still the one that was signed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from grader.report import Report


def signed(report: Report, secret: bytes) -> Report:
    """The report with its signature."""
    return replace(report, signature=_signature(report.as_json(), secret))


def genuine(text: bytes | str, secret: bytes) -> bool:
    """Whether a report was signed with this secret and is as it was then.

    Raises ValueError for what is no JSON object, or has a member twice: readers would not agree on what it says.
    """
    try:
        document = json.loads(text, object_pairs_hook=_unique)
    except RecursionError:
        raise ValueError("no report is nested that deep") from None
    if not isinstance(document, dict):
        raise ValueError("a report is a JSON object")
    return hmac.compare_digest(str(document.get("signature")).encode(), _signature(document, secret).encode())


def _signature(document: Mapping[str, Any], secret: bytes) -> str:
    said = {name: value for name, value in document.items() if name != "signature"}
    text = json.dumps(_whole(said), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hmac.new(secret, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _whole(value: Any) -> Any:
    """The same value with whole numbers as integers."""
    if isinstance(value, dict):
        return {name: _whole(held) for name, held in value.items()}
    if isinstance(value, list):
        return [_whole(held) for held in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) < len(pairs):
        raise ValueError("a member of the report is there twice")
    return held
