"""The catalogue is whole: names, sentences and expectations, and all that must be in it."""

from __future__ import annotations

import pytest

from scenario.responders.catalogue import CATALOGUE
from scenario.responders.malformed import Malformed
from scenario.responders.responder import Responder
from scenario.workshop import tasks


def test_there_are_many_and_each_has_a_name_of_its_own() -> None:
    """At least forty, of whom ten and more write malformed sheets."""
    names = [responder.title() for responder in CATALOGUE]
    assert len(names) == len(set(names)) >= 40
    assert sum(issubclass(responder, Malformed) for responder in CATALOGUE) >= 10


def test_all_that_are_written_are_run() -> None:
    """No responder is left out of its module's list."""

    def derived(kind: type[Responder]) -> set[type[Responder]]:
        return {kind}.union(*(derived(child) for child in kind.__subclasses__()))

    written = {kind for kind in derived(Responder) if kind.__module__.startswith("scenario.")}
    assert written - set(CATALOGUE) == {Responder, Malformed}


@pytest.mark.parametrize("responder", CATALOGUE, ids=lambda responder: responder.title())
def test_each_says_what_it_does_and_what_it_must_get(responder: type[Responder]) -> None:
    """A sentence, and endings of findings that there are."""
    about = responder.__doc__
    assert about
    assert about.strip().endswith(".")
    assert set(responder.expects) <= {"answer", "containment"} | {task.id for task in tasks()}
    assert ("That is right" in about) <= (not responder.expects)
