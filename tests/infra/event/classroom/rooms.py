"""Classrooms for tests: small ones, in processes that can be killed.

The processes are forked from one that has imported everything, so that each is there at once.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from infra.deploy.state import Lab, StateFolder
from infra.event.roster import Entry
from infra.event.venue import Room

_context = get_context("forkserver")
_context.set_forkserver_preload(["infra.event.classroom.room", "nbformat", "tests.infra.event.classroom.rooms"])


def entry(team: str, *, region: str = "us-east-1", language: str = "en") -> Entry:
    """A team of a roster without accounts."""
    return Entry(team=team, account_id="", region=region, emails=(), language=language)


def room(*teams: Entry, **asked: Any) -> Room:
    """A small room on any free ports of this machine."""
    usual: dict[str, Any] = {
        "resume": False,
        "host": "127.0.0.1",
        "url_host": "",
        "port": 0,
        "portal_port": 0,
        "tls_cert": None,
        "tls_key": None,
        "region": "us-east-1",
        "seed": "a-seed-for-tests",
        "store": "lake",
        "background": 50,
        "bystanders": 0,
        "feedback": "counts",
        "attempts": 10,
    }
    return Room(teams=teams, **usual | asked)


@dataclass(frozen=True)
class Served:
    """A room in a process of its own."""

    process: BaseProcess
    lab: Lab
    said: list[str]

    def kill(self) -> None:
        """End it as a power cut does."""
        os.kill(self.process.pid or 0, signal.SIGKILL)
        self.process.join()

    def end(self) -> None:
        """End it as `lab down` does."""
        self.process.terminate()
        self.process.join()


def serve(asked: Room, path: Path) -> Served:
    """Serve a room in a process. Raises RuntimeError with what kept it from being served."""
    here, there = _context.Pipe()
    process = _context.Process(target=_serve, args=(asked, path, there), daemon=True)
    process.start()
    there.close()
    outcome, said = here.recv()
    if outcome:
        raise RuntimeError(outcome)
    return Served(process, StateFolder(path).load(), said)


@contextmanager
def served(asked: Room, path: Path) -> Iterator[Served]:
    """The same within the block."""
    up = serve(asked, path)
    try:
        yield up
    finally:
        up.end()


def _serve(asked: Room, path: Path, answer: Connection) -> None:
    from infra.event.classroom.room import serving

    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    said: list[str] = []
    try:
        with serving(asked, StateFolder(path), say=said.append):
            answer.send(("", said))
            signal.pause()
    except Exception as error:  # noqa: BLE001 - whatever it is, the test is to hear of it
        answer.send((f"{type(error).__name__}: {error}", said))
