"""What an event keeps in the organiser's state folder before AWS is asked for anything."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from infra.deploy.account import Account, AccountError
from infra.deploy.state import UNREADABLE, NoLabError, StateFolder, write_secret


class UnreadableEventError(NoLabError):
    """What stands in a folder's event.json is no event. It is left as it is: a seed may be in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The organiser's account: where the event was deployed from."""

    profile: str  # "" for whatever boto3 finds first
    account_id: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What all teams of an event share. Their stories are drawn from `seed` and their accounts' ids."""

    seed: str  # the account template's LabSeed: a secret
    external_id: str  # its GraderExternalId
    signing_key: str  # what reports are signed with: a secret
    token_key: str  # what the teams' tokens are drawn from: a secret
    organiser_token: str  # opens the organiser's page: a secret
    created_at: str  # UTC, ISO 8601
    home: Home | None = None  # None until it is deployed on AWS

    @classmethod
    def begin(cls, folder: StateFolder) -> Self:
        """The event of this folder: the one that was begun there, else a new one, for its owner alone.

        Raises UnreadableEventError, OSError.
        """
        path = folder.event
        if path.exists():
            return cls.load(path)
        folder.prepare()
        event = cls(
            seed=secrets.token_hex(16),
            external_id=secrets.token_hex(16),
            signing_key=secrets.token_hex(32),
            token_key=secrets.token_hex(32),
            organiser_token=secrets.token_urlsafe(24),
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        event.save(folder)
        return event

    @classmethod
    def load(cls, path: Path) -> Self:
        """The event in a file. Raises UnreadableEventError, OSError."""
        try:
            document = json.loads(path.read_text("utf-8"))
            home = document.get("home")
            return cls(**document | {"home": Home(**home) if home else None})
        except UNREADABLE as error:
            raise UnreadableEventError(
                f"{path} cannot be read ({error}): another version wrote it, or it was edited; mend it, or begin "
                "another event with --state DIR"
            ) from error

    @classmethod
    def of(cls, folder: StateFolder) -> Self:
        """The event that was begun in this folder. Raises NoLabError where none was, UnreadableEventError."""
        path = folder.event
        if not path.exists():
            raise NoLabError(f"there is no event in {folder.path}: `lab event init` begins one")
        return cls.load(path)

    def save(self, folder: StateFolder) -> None:
        """Write it down, whole or not at all. Raises OSError."""
        write_secret(folder.event, json.dumps(asdict(self), indent=2))

    def at_home(self, account: Account) -> Self:
        """The event as it is deployed from this account and region. Raises AccountError where its home is another."""
        here = Home(profile=account.profile.profile, account_id=account.account_id, region=account.region)
        if self.home and (self.home.account_id, self.home.region) != (here.account_id, here.region):
            raise AccountError(
                f"this event is at home in account {self.home.account_id}, region {self.home.region}, and this is "
                f"account {here.account_id}, region {here.region}: choose the other profile, or another event with "
                "--state DIR"
            )
        return replace(self, home=here)
