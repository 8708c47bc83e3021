"""The proof itself, on some responders; `make validate`, which CI runs beside the tests, puts every one to it."""

from __future__ import annotations

import pytest

from infra.local.validate import prove, validate
from scenario.responders.answers import EmptySheet, Untouched
from scenario.responders.ending import GradedTooSoon, TerminateFirst
from scenario.responders.isolation import OriginalEdited
from scenario.responders.responder import NotRefusedError, Responder, fails
from scenario.responders.spying import GradersQuestions

BACKGROUND = 100
SOME: tuple[type[Responder], ...] = (Untouched, GradersQuestions, OriginalEdited, TerminateFirst, GradedTooSoon)


def test_responders_get_what_they_must() -> None:
    """Each in a fresh lab, in their order, with no fault in any."""
    said: list[str] = []
    outcomes = list(validate(SOME, background=BACKGROUND, say=said.append))
    assert [outcome.name for outcome in outcomes] == [responder.title() for responder in SOME]
    assert [fault for outcome in outcomes for fault in outcome.faults] == []


def test_what_is_graded_otherwise_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong expectation is found, and so is a responder that could not do what it stands for."""

    def in_vain(self: Responder) -> list[bytes]:
        raise NotRefusedError("AWS should have refused it")

    monkeypatch.setattr(Untouched, "expects", fails("answer"))
    monkeypatch.setattr(EmptySheet, "sheets", in_vain)
    untouched, empty = prove([Untouched.title(), EmptySheet.title()], BACKGROUND, print)
    assert [fault.partition(":")[0] for fault in untouched.faults] == [
        "snapshotted",
        "isolated",
        "terminated",
        "no_collateral_damage",
    ]
    assert empty.faults == ("it could not do what it stands for: AWS should have refused it",)
