"""Values as templates spell them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def flag(value: Any) -> bool:
    """A template's boolean, which may be the text "true" or "false"."""
    return str(value).lower() == "true"


def tag_map(tags: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """[{"Key": k, "Value": v}] as {k: v}."""
    return {tag["Key"]: tag["Value"] for tag in tags}
