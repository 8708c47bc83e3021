"""What a classroom was asked for, as it is kept: ports and secrets that were chosen then stay what they are."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

from infra.deploy.state import UNREADABLE, LabIsUpError, NoLabError, StateFolder, write_secret
from infra.event.roster import Entry
from infra.event.venue import Room
from infra.local.accounts import account_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A room with a seed and an account for each team, and the token of its organiser's page."""

    room: Room
    organiser_token: str

    @classmethod
    def settle(cls, room: Room, folder: StateFolder) -> Self:
        """The room that is asked for: a new one, or with `resume` the one of the folder.

        Raises LabIsUpError where a room is there and is not to be resumed, NoLabError where there is none to resume.
        """
        path = path_in(folder)
        if room.resume:
            return cls.of(folder)
        if path.exists():
            raise LabIsUpError(
                f"a classroom is kept in {folder.path}: go on with it by --resume, end it with `lab event "
                "teardown`, or make another one with --state DIR"
            )
        seed = room.seed or secrets.token_hex(16)
        # Whom to write to is the roster's alone.
        teams = [
            replace(team, account_id=team.account_id or account_of(seed, team.team), emails=()) for team in room.teams
        ]
        return cls(room=replace(room, teams=tuple(teams), seed=seed), organiser_token=secrets.token_urlsafe(24))

    @classmethod
    def of(cls, folder: StateFolder) -> Self:
        """The folder's. Raises NoLabError where there is none that can be read."""
        path = path_in(folder)
        try:
            document = json.loads(path.read_text("utf-8"))
            room: dict[str, Any] = document["room"]
            teams = tuple(Entry(**team | {"emails": ()}) for team in room["teams"])
            files = {name: Path(room[name]) if room[name] else None for name in ("tls_cert", "tls_key")}
            return cls(room=Room(**room | files | {"teams": teams}), organiser_token=document["organiser_token"])
        except FileNotFoundError:
            raise NoLabError(
                f"there is no classroom in {folder.path}: begin one with `lab event deploy --local`, without --resume"
            ) from None
        except UNREADABLE as error:
            raise NoLabError(f"{path} cannot be read ({error}): another version wrote it, or it was edited") from error

    def save(self, folder: StateFolder) -> None:
        """Write it down, whole or not at all. Raises OSError."""
        write_secret(path_in(folder), json.dumps(asdict(self), indent=2, default=str))


def path_in(folder: StateFolder) -> Path:
    """Where a folder's classroom is written down."""
    return folder.path / "classroom.json"


def journal_in(folder: StateFolder) -> Path:
    """Where a folder's journal is."""
    return folder.path / "journal"


def handouts_in(folder: StateFolder) -> Path:
    """Where a folder's handouts are."""
    return folder.path / "handouts"
