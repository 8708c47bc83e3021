"""Calls under the instance's role that agents on it make, nobody else: in an answer they are neutral."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from functools import cache
from importlib.resources import files

from grader.sheet import normal


def is_noise(name: str, source: str) -> bool:
    """Whether an agent makes the call of this name and source, as CloudTrail writes them."""
    return name in _calls().get(source, ())


def neutral(field: str, given: Set[str]) -> frozenset[str]:
    """Those of the answers given, in normal form, that are neither counted nor extra."""
    words = {"read_only_calls": 1, "footprint": 2}.get(field, 0)  # how many tell the call: its name, and its service
    return frozenset(answer for answer in given if words and tuple(answer.split(" ")[:words]) in _spelt(words))


@cache
def _calls() -> Mapping[str, tuple[str, ...]]:
    table: Mapping[str, list[str]] = json.loads(files("grader.sheet").joinpath("noise.json").read_text("utf-8"))[
        "calls"
    ]
    return {source: tuple(names) for source, names in table.items()}


@cache
def _spelt(words: int) -> frozenset[tuple[str, ...]]:
    """Every call in normal form, by its name, and by its service where two words are asked for."""
    return frozenset(
        (normal.action(name), normal.service(source))[:words] for source, names in _calls().items() for name in names
    )
