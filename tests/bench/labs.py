"""Labs in a process of their own, to be measured from outside."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import psutil

from scenario.access import Credentials, open_session

SEED = "bench"
LAB = [sys.executable, "-m", "infra.cli"]


@contextmanager
def detached(*, background: int, teams: int = 1, store: str = "lake") -> Iterator[dict[str, Any]]:
    """A lab in a process of its own: its `up --json` document, its state folder as `state`, and `memory`.

    The last gives its resident megabytes.
    """
    with tempfile.TemporaryDirectory() as folder:
        where = ["--state", folder]
        command = [*LAB, "up", "--detach", "--json", "--port", "0", "--portal-port", "0", "--seed", SEED, *where]
        size = ["--background", str(background), "--teams", str(teams), "--store", store]
        said = subprocess.run(
            [*command, *size],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        try:
            pid = int(Path(folder, "lab.lock").read_text(encoding="ascii"))
            memory = {"memory": lambda: psutil.Process(pid).memory_info().rss / 2**20}
            yield json.loads(said) | {"state": folder} | memory
        finally:
            subprocess.run([*LAB, "down", *where], check=True, capture_output=True)


def learner(lab: dict[str, Any]) -> boto3.Session:
    """The first team's learner."""
    credentials = Credentials(**lab["teams"][0]["learner"])
    return open_session(credentials, region=lab["region"], endpoint=lab["endpoint"])
