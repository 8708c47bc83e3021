"""What an event keeps in the organiser's state folder before AWS is asked for anything."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from infra.deploy.state import UNREADABLE, NoLabError, StateFolder, write_secret


class UnreadableEventError(NoLabError):
    """What stands in a folder's event.json is no event. It is left as it is: a seed may be in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What all teams of an event share. Their stories are drawn from `seed` and their accounts' ids."""

    seed: str  # the account template's LabSeed: a secret
    external_id: str  # its GraderExternalId
    created_at: str  # UTC, ISO 8601

    @classmethod
    def begin(cls, folder: StateFolder) -> Self:
        """The event of this folder: the one that was begun there, else a new one, for its owner alone.

        Raises UnreadableEventError, OSError.
        """
        path = path_in(folder)
        if path.exists():
            return cls.load(path)
        folder.prepare()
        event = cls(
            seed=secrets.token_hex(16),
            external_id=secrets.token_hex(16),
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        write_secret(path, json.dumps(asdict(event), indent=2))
        return event

    @classmethod
    def load(cls, path: Path) -> Self:
        """The event in a file. Raises UnreadableEventError, OSError."""
        try:
            return cls(**json.loads(path.read_text("utf-8")))
        except UNREADABLE as error:
            raise UnreadableEventError(
                f"{path} cannot be read ({error}): another version wrote it, or it was edited; mend it, or begin "
                "another event with --state DIR"
            ) from error


def path_in(folder: StateFolder) -> Path:
    """Where a folder's event is written down."""
    return folder.path / "event.json"
