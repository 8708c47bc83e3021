"""The process that serves a lab: until Ctrl-C, or in the background until `lab down`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import click

from infra.deploy.state import NoLabError, StateFolder
from scenario.exits import Exit

if TYPE_CHECKING:
    from infra.deploy.state import Lab


def interrupt(*_: object) -> None:
    """End as on Ctrl-C, also where SIGINT is ignored, as in what a script starts in the background."""
    raise KeyboardInterrupt


@contextmanager
def until_interrupt() -> Iterator[None]:
    """Run the block, then sleep until Ctrl-C or SIGTERM; one that comes before the sleep is the end as well."""
    with suppress(KeyboardInterrupt):
        yield
        while True:
            signal.pause()


def start_detached(folder: StateFolder, arguments: list[str]) -> Lab:
    """Start `lab` with these arguments in a process of its own, and pass on what it says until its lab is ready.

    Leaves with the child's exit code when it ends first.
    """
    folder.prepare()
    command = [sys.executable, "-m", "infra.cli", *(a for a in arguments if a != "--detach")]
    folder.log.touch(mode=0o600)
    began = time.time_ns()
    with folder.log.open("ab") as log, folder.log.open("rb") as said:
        said.seek(0, os.SEEK_END)
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )
        try:
            while child.poll() is None:
                click.echo(said.read().decode(errors="replace"), err=True, nl=False)
                if (lab := started(folder, child.pid, began)) is not None:
                    return lab
                time.sleep(0.05)
        except KeyboardInterrupt:
            child.terminate()
            child.wait()
            raise
        click.echo(said.read().decode(errors="replace"), err=True, nl=False)
    sys.exit(child.returncode or Exit.NOT_READY)


def started(folder: StateFolder, pid: int, since: int) -> Lab | None:
    """The lab that this process serves, once it has written that down; `since` is in nanoseconds of the epoch."""
    if folder.holder() != pid or not folder.saved_since(since):
        return None
    try:
        return folder.load()
    except NoLabError:
        return None
