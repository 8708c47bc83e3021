"""`lab` as people and scripts use it, with nothing of AWS or a lab in the environment but what a test puts there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from infra.cli import main

PLAIN = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LAB_"))}


def lab(*arguments: str | Path, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `lab` to its end in this process, which has imported all of it; streams and exit code are its own."""
    command = ["lab", *map(str, arguments)]
    others: dict[str, str | None] = {name: None for name in os.environ if name not in PLAIN}
    runner = CliRunner()
    with (
        runner.isolation(input=given, env=others | environment) as (out, err, _),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(sys, "argv", command)
        with pytest.raises(SystemExit) as end:
            main()
        sys.stdout.flush()
        sys.stderr.flush()
    assert isinstance(end.value.code, int)
    return subprocess.CompletedProcess(command, end.value.code, out.getvalue().decode(), err.getvalue().decode())


def lab_process(*arguments: str | Path, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """As `lab`, in a process of its own: for what leaves one running, and for the process itself."""
    return subprocess.run(
        [sys.executable, "-m", "infra.cli", *map(str, arguments)],
        env=PLAIN | environment,
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
