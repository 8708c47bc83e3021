"""What `lab validate` is asked for."""

from __future__ import annotations

import json

import click
import pytest

from infra.local.validate_cli import chosen_responders
from scenario.exits import Exit
from scenario.responders.answers import FIRST
from scenario.responders.catalogue import CATALOGUE
from scenario.responders.isolation import EgressLeft
from tests.command_line import lab


def test_responders_are_chosen() -> None:
    """The first three, all, or those named, each once."""
    assert chosen_responders((), everybody=False) == list(FIRST)
    assert chosen_responders((), everybody=True) == list(CATALOGUE)
    assert chosen_responders(("egress_left", "egress_left"), everybody=False) == [EgressLeft]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("egress_lef", "there is no responder 'egress_lef'; did you mean egress_left"),
        ("qqq", "there is no responder 'qqq'; `lab validate --list` names all of them"),
    ],
)
def test_a_name_that_nobody_has_leads_to_those_there_are(name: str, said: str) -> None:
    """The nearest ones, and how to see all."""
    with pytest.raises(click.BadParameter) as refused:
        chosen_responders((name,), everybody=False)
    assert refused.value.message.startswith(said)
    assert refused.value.message.endswith("`lab validate --list` names all of them")


def test_all_of_them_are_listed() -> None:
    """A line each, with what it does."""
    listed = lab("validate", "--list")
    assert (listed.returncode, listed.stderr) == (Exit.DONE, "")
    assert [line.split(maxsplit=1) for line in listed.stdout.splitlines()] == [
        [responder.title(), responder.about()] for responder in CATALOGUE
    ]
    as_json = lab("validate", "--list", "--json")
    assert json.loads(as_json.stdout) == {responder.title(): responder.about() for responder in CATALOGUE}
