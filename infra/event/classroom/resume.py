"""A classroom as it was: its accounts from their checkpoints, and what came after from the log."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from infra.deploy.state import NoLabError, StateFolder, Team
from infra.local.background import Background
from infra.local.cloud import Cloud
from infra.local.journal import Journal, replay
from infra.local.journal.checkpoint import Checkpoint
from infra.local.journal.replay import Again, Do


class Kept:
    """What a journal keeps. `teams` are there, by name, once `restore` was called."""

    def __init__(self, journal: Journal, say: Callable[[str], None]) -> None:
        self._journal, self._say = journal, say
        self.teams: dict[str, Team] = {}

    def restore(self, cloud: Cloud, again: Again, do: Do) -> None:
        """Have every account there as it was; nobody may call before. Raises OtherVersionError, DamagedError."""
        began, seen = time.monotonic(), dict[str, int]()
        for team, checkpoint in self._latest().items():
            checkpoint.restore(cloud.lake)
            Background(**checkpoint.about["background"]).load(cloud.lake, checkpoint.account_id)
            self.teams[team] = Team.from_json(checkpoint.about["team"])
            seen[checkpoint.account_id] = checkpoint.number
            self._journal.keep_on(checkpoint.account_id)
        done = replay(self._journal, again, do, cloud.late.take, seen)
        for call, answer in done.unheard:
            cloud.recorder.take(call, answer)
        cloud.recorder.flush()
        if seen:
            self._say(
                f"{len(seen)} teams are as they were, with {done.changes:,} changes and {done.events:,} events since "
                f"their labs stood ({time.monotonic() - began:.1f} s)"
            )
        if done.differing:
            self._say(
                f"WARNING: {len(done.differing)} calls were answered otherwise than before, the first of them event "
                f"{done.differing[0]}: look at these teams before they go on"
            )

    def _latest(self) -> dict[str, Checkpoint]:
        """The last checkpoint of each team. Another one is of an account that it had before a reset."""
        latest: dict[str, Checkpoint] = {}
        for checkpoint in sorted(self._journal.checkpoints(), key=lambda one: int(one.about["made"])):
            name = checkpoint.about["team"]["stage"]["team"]
            if name in latest:
                self._journal.forget(latest[name].account_id)
            latest[name] = checkpoint
        return latest


def with_latest(kept: Kept, folder: StateFolder) -> dict[str, Team]:
    """The teams that are kept, by name, with what the state folder knows better: tokens and sessions given since."""
    try:
        latest = {team.stage.team: team for team in folder.load().teams}
    except NoLabError:
        latest = {}
    return {name: _with_latest(team, latest.get(name)) for name, team in kept.teams.items()}


def _with_latest(team: Team, latest: Team | None) -> Team:
    if latest is None:
        return team
    if latest.stage == team.stage:
        return latest
    return replace(team, access=replace(team.access, token=latest.access.token))  # the lab is new, its link is not
