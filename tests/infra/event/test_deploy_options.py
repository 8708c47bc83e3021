"""What `lab event deploy` takes in one place alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenario.exits import Exit
from tests.command_line import lab


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--teams", "4", "--host", "0.0.0.0"], "only a class takes --teams, --host: say --local, or leave it out"),
        (
            ["--local", "--teams", "4", "--budget-usd", "3", "--profile", "organiser"],
            "only an event on AWS takes --budget-usd, --profile: leave out that or --local",
        ),
        (
            ["--local", "--resume", "--detach", "--port", "0", "--store", "lake"],
            "--resume goes on with the class as it was, at the address that its links carry: leave out --port, --store",
        ),
        (
            ["--local", "--teams", "2", "--only", "red"],
            "Invalid value for --only: there is no team 'red', but team-01, team-02",
        ),
    ],
)
def test_what_would_be_ignored_is_refused(tmp_path: Path, arguments: list[str], said: str) -> None:
    """Before anything is made; each option is named."""
    done = lab("event", "deploy", *arguments, "--state", tmp_path / "state")
    assert (done.returncode, done.stdout, done.stderr.splitlines()[-1]) == (Exit.USAGE, "", f"Error: {said}")
    assert not (tmp_path / "state").exists()
