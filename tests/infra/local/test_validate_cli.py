"""What `lab validate` is asked for."""

from __future__ import annotations

import click
import pytest

from infra.local.validate_cli import chosen_responders
from scenario.responders.answers import FIRST
from scenario.responders.catalogue import CATALOGUE
from scenario.responders.isolation import EgressLeft


def test_responders_are_chosen() -> None:
    """The first three, all, or those named, each once."""
    assert chosen_responders((), everybody=False) == list(FIRST)
    assert chosen_responders((), everybody=True) == list(CATALOGUE)
    assert chosen_responders(("egress_left", "egress_left"), everybody=False) == [EgressLeft]
    with pytest.raises(click.BadParameter, match="no responder 'egress'; there are untouched, "):
        chosen_responders(("egress",), everybody=False)
