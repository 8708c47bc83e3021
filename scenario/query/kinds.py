"""Which sibling asks a lab's store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

import boto3

from scenario.query.athena import Athena
from scenario.query.lake import Lake
from scenario.query.store import PATIENCE, Store


class Stored(Protocol):
    """Whatever says where events are: a `Stage`, an `Access`."""

    @property
    def store_kind(self) -> str:
        """One of KINDS."""

    @property
    def store_id(self) -> str:
        """What stands after FROM."""


class Place(NamedTuple):
    """Where events are, told apart from a lab."""

    store_kind: str
    store_id: str


KINDS: Mapping[str, Callable[[boto3.Session, str, float], Store]] = {
    "lake": lambda session, store_id, patience: Lake(session, patience=patience),
    "athena": lambda session, store_id, patience: Athena(session, store_id, patience=patience),
}


def open_store(session: boto3.Session, stored: Stored, *, patience: float = PATIENCE) -> Store:
    """The store of a lab as this session's identity sees it; `patience` is in seconds. Raises KeyError."""
    return KINDS[stored.store_kind](session, stored.store_id, patience)
