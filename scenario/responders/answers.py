"""Responders whose containment is right, and whose answers are wrong or missing; and those that do nothing."""

from __future__ import annotations

from typing import Any

from scenario.responders.reference import ReferenceLearner
from scenario.responders.responder import Responder, fails, overlaps

Sheet = dict[str, Any]

LISTS: tuple[str, ...] = ("read_only_calls", "uploaded_files", "footprint", "prevention")
EXTRAS: Sheet = {
    "read_only_calls": "DescribeSpotFleetRequests",
    "uploaded_files": "notes/never-uploaded.txt",
    "footprint": {"action": "DescribeSpotFleetRequests", "service": "ec2.amazonaws.com", "region": "sa-east-1"},
    "prevention": "shared_key",
}
"""One wrong entry for each list."""


class Superset(Responder):
    """Adds one wrong entry to every list."""

    expects = overlaps(*LISTS)

    def written(self, sheet: Sheet) -> Sheet:
        """All that is right, and more."""
        return sheet | {field: [*sheet[field], EXTRAS[field]] for field in LISTS}


class Subset(Responder):
    """Leaves the last entry out of every list."""

    expects = overlaps(*LISTS)

    def written(self, sheet: Sheet) -> Sheet:
        """Nothing wrong, but not all."""
        return sheet | {field: sheet[field][:-1] for field in LISTS}


class OneForAnother(Responder):
    """Has a wrong entry in place of a right one in every list."""

    expects = overlaps(*LISTS)

    def written(self, sheet: Sheet) -> Sheet:
        """As many as there should be."""
        return sheet | {field: [*sheet[field][1:], EXTRAS[field]] for field in LISTS}


class Guesses(Responder):
    """Answers with every choice and every call that it can think of, in every region."""

    expects = overlaps(*LISTS)

    def written(self, sheet: Sheet) -> Sheet:
        """Many more than there are."""
        calls = [
            *sheet["read_only_calls"],
            *(f"Describe{thing}s" for thing in ("Fleet", "Host", "Pool", "Route", "Tag")),
        ]
        rows = [
            row | {"region": region} for row in sheet["footprint"] for region in ("us-east-1", "eu-west-1", "sa-east-1")
        ]
        others = ["shared_key", "ssh_port", "keys_on_disk", "encrypt_volumes"]
        return sheet | {
            "read_only_calls": calls,
            "uploaded_files": [*sheet["uploaded_files"], *(f"export/{n}.csv" for n in range(50))],
            "footprint": rows,
            "prevention": [*sheet["prevention"], *others],
        }


class EmptyLists(Responder):
    """Gives every list without an entry."""

    expects = fails(*LISTS)

    def written(self, sheet: Sheet) -> Sheet:
        """Says that there was nothing."""
        return sheet | {field: [] for field in LISTS}


class WrongCall(Responder):
    """Takes the call that led to the instance for the one that it made most."""

    expects = fails("primary_call")

    def primary_call(self, instance_id: str) -> str:
        """The module's first query is about this one."""
        return "ListBuckets"


class TwoInstances(Responder):
    """Names the right instance and another one, in one answer."""

    expects = fails("instance_id")

    def written(self, sheet: Sheet) -> Sheet:
        """Hedges."""
        return sheet | {"instance_id": f"{sheet['instance_id']} or i-0123456789abcdef0"}


class AnotherTeamsAnswers(Responder):
    """Hands in what another team has found."""

    expects = fails("instance_id") | overlaps("primary_call", *LISTS)

    def written(self, sheet: Sheet) -> Sheet:
        """The answers alone are copied: it has contained its own instance."""
        other = self.neighbour
        learner = ReferenceLearner(other.session(), store_id=other.store_id, store_kind=other.store_kind)
        return learner.investigate()


class NothingHandedIn(Responder):
    """Contains the instance and answers nothing."""

    expects = fails("answer")

    def sheets(self) -> list[bytes]:
        """None."""
        super().sheets()
        return []


class AnswersOnly(Responder):
    """Answers everything and contains nothing."""

    expects = fails("containment")

    def contain(self, instance_id: str) -> None:
        """Leaves it running."""


class Untouched(Responder):
    """Does nothing at all."""

    expects = fails("answer", "containment")

    def sheets(self) -> list[bytes]:
        """None."""
        return []


class EmptySheet(Responder):
    """Hands in a sheet that answers nothing, and does nothing else."""

    expects = fails("answer", "containment")

    def sheets(self) -> list[bytes]:
        """One, which is a sheet, and empty."""
        return [b"{}"]


class Reference(Responder):
    """The reference learner: everything is right."""


FIRST: tuple[type[Responder], ...] = (Untouched, EmptySheet, Reference)
"""What `lab validate` runs when it is not asked for all."""

RESPONDERS: tuple[type[Responder], ...] = (
    AnswersOnly,
    NothingHandedIn,
    Superset,
    Subset,
    OneForAnother,
    Guesses,
    EmptyLists,
    WrongCall,
    TwoInstances,
    AnotherTeamsAnswers,
)
