"""The verbs of a lab on AWS, asked of one on this machine: they do the same, or say what to do instead."""

from __future__ import annotations

import json

import click
import pytest
from click.testing import CliRunner, Result

from infra.cli import lab as stem
from infra.deploy.state import Lab, LabIsUpError, StateFolder
from scenario.exits import Exit


@pytest.fixture
def folder(lab: Lab, state_folder: StateFolder) -> StateFolder:
    """Of the shared lab, while it is up."""
    return state_folder


def lab_(folder: StateFolder, verb: str, *arguments: str) -> Result:
    """`lab VERB ...` with this state folder."""
    return CliRunner().invoke(stem, [verb, "--state", str(folder.path), *arguments], standalone_mode=False)


def test_a_lab_on_this_machine_is_ready(folder: StateFolder) -> None:
    """Every team, as soon as it is up."""
    done = lab_(folder, "wait", "--timeout", "0s", "--json")
    assert "minutes" not in done.stderr
    looks = json.loads(done.stdout)
    assert (done.return_value, {team: look["ready"] for team, look in looks.items()}) == (
        Exit.DONE,
        {"blue": True, "red": True},
    )


@pytest.mark.parametrize(
    ("verb", "arguments", "error", "said"),
    [
        ("replay", ("--team", "red"), click.UsageError, "`lab reset` makes it anew"),
        ("console", ("--team", "red"), click.UsageError, "there is no console at http://127.0.0.1"),
        ("serve", ("--portal-port", "0"), LabIsUpError, "serves a lab from"),
        ("teardown", (), click.UsageError, "`lab down` ends it"),
    ],
)
def test_what_is_of_aws_says_what_to_do_here(
    folder: StateFolder, verb: str, arguments: tuple[str, ...], error: type[Exception], said: str
) -> None:
    """And changes nothing."""
    before = folder.load()
    refused = lab_(folder, verb, *arguments).exception
    assert isinstance(refused, error)
    assert said in str(refused)
    assert folder.load() == before
