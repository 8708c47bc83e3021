"""What is there of a lab, and of what its learners left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from infra.deploy.account import Account
from infra.deploy.inventory.finders import FINDERS
from infra.deploy.inventory.known import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What is there of a lab. `found` has the ids by what they are, in the order in which teardown takes them."""

    known: Known
    found: Mapping[str, tuple[str, ...]]

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return any(self.found.values())


def survey(account: Account, known: Known) -> Inventory:
    """Look for all of it. Raises botocore's ClientError."""
    return Inventory(known=known, found={what: look(account, known, what) for what in FINDERS})


def look(account: Account, known: Known, what: str) -> tuple[str, ...]:
    """The ids of what there is of one kind. Raises botocore's ClientError."""
    return tuple(dict.fromkeys(FINDERS[what](account, known))) if known.records else ()


def counted(number: int, what: str) -> str:
    """So many of something, in words."""
    if number == 1:
        return f"1 {what}"
    return f"{number} {what[:-1]}ies" if what.endswith("y") else f"{number} {what}s"
