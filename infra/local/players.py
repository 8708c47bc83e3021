"""Who plays the stories: calls made as the instances would make them, by boto3, over HTTP.

Python runs one thread at a time, and a player works as hard as the server that answers it: for several teams the
players are processes of their own, so that deploying, serving and playing share the machine's cores. Where the lab
itself is in one of several processes, one player is enough: these share the cores already.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from multiprocessing import get_context, parent_process

import boto3

from infra.local.clock import Timekeeper
from scenario.access import Credentials, open_session
from scenario.stage import Stage
from scenario.story import Step, Story
from scenario.traffic import play

Cast = Sequence[tuple[Credentials, Story]]
"""The stories of one stage, each with the credentials of the instance whose story it is."""

FEW = 2  # teams that are played sooner than a process has started


class StoryError(RuntimeError):
    """The traffic did not go as the story says: the lab would ask for what did not happen."""


@contextmanager
def players(teams: int) -> Iterator[Executor]:
    """Where the stories of so many teams are played: `submit(play_all, ...)`. What was not begun by the end is left."""
    pool: Executor
    if teams <= FEW:
        pool = ThreadPoolExecutor(1, "player")
    else:
        processes = 1 if parent_process() else min(os.cpu_count() or 1, teams)
        pool = ProcessPoolExecutor(processes, get_context("spawn"), signal.signal, (signal.SIGINT, signal.SIG_IGN))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def play_all(cast: Cast, stage: Stage, endpoint: str, timekeeper: Timekeeper, began: datetime) -> int:
    """Play every story of a stage as if they had begun then (UTC), with all their pauses; how many calls that were.

    Raises StoryError naming the first call that went otherwise than the story says.
    """
    calls = 0
    for credentials, story in cast:
        session = open_session(credentials, region=stage.region, endpoint=endpoint)
        played = play(story, stage, session, on_step=_lead(timekeeper, session, began))
        if played.surprises:
            raise StoryError(f"the traffic of {stage.team} did not go as the story says: {played.surprises[0]}")
        calls += played.calls
    return calls


def _lead(timekeeper: Timekeeper, session: boto3.Session, began: datetime) -> Callable[[Step], None]:
    """To be called before each step: the session's next call happens when the step does."""
    time = began

    def on_step(step: Step) -> None:
        nonlocal time
        time = began + timedelta(seconds=step.at)

    timekeeper.lead(session, lambda: time)
    return on_step
