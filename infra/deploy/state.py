"""The state folder: what the organiser's machine knows about one lab. It holds secrets, so it is theirs alone.

deployment.json      what was asked of `lab deploy`, before AWS was asked for anything (0600): the seed is in it
classroom.json       what was asked of `lab event deploy --local` (0600); `infra.event.classroom` says what is beside it
event.json           what all teams of an event share (0600): the seed is in it; `lab event init` begins it
lab.json             the lab as it stands (0600), there for as long as the lab is up
lab.lock             held by the process that serves a local lab, whose number it holds (0600)
lab.log              what its process had to say
past/                what lab.json said of labs that are gone (0600): so that `lab grade --evidence` has their keys
signing.key          what its reports are signed with (0600): made once, so that `lab verify` knows them for ever
submissions.sqlite   sheets and reports; they outlive the lab
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from infra.deploy.identities import Profile
from scenario.access import Access, Credentials
from scenario.stage import Stage

APPLICATION = "ec2-investigation-lab"


class LabIsUpError(RuntimeError):
    """Another process serves a lab from this state folder."""


class NoLabError(LookupError):
    """There is no lab in this state folder."""


class NoTeamError(ValueError):
    """The lab does not have the team that was asked for, or has several where none was."""


class ElsewhereError(ValueError):
    """What was asked for can be done in a lab on this machine only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """One team of a lab: its stage, and who the organiser and the learner are in its account."""

    stage: Stage
    access: Access
    organiser: Credentials | Profile  # keys in an account of local AWS; on AWS no more than a name
    grader_external_id: str

    def keys(self) -> Credentials:
        """The organiser's keys in the account. Raises ElsewhereError for an account that is not of this machine."""
        if isinstance(self.organiser, Credentials):
            return self.organiser
        raise ElsewhereError(
            f"team {self.stage.team} has its lab in AWS account {self.stage.account_id}: "
            "this can be done in a lab of `lab up` only"
        )

    def as_json(self) -> dict[str, Any]:
        """The inverse of `from_json`."""
        return json.loads(json.dumps(asdict(self), default=datetime.isoformat))  # type: ignore[no-any-return]

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """One team of `lab.json`."""
        stage, access = dict(document["stage"]), dict(document["access"])
        stage["created_at"] = datetime.fromisoformat(stage["created_at"])
        stage["bystander_instance_ids"] = tuple(stage["bystander_instance_ids"])
        access["credentials"] = _credentials(access["credentials"])
        return cls(
            stage=Stage(**stage),
            access=Access(**access),
            organiser=_organiser(document["organiser"]),
            grader_external_id=document["grader_external_id"],
        )


def _organiser(document: Mapping[str, Any]) -> Credentials | Profile:
    return Profile(**document) if "profile" in document else _credentials(document)


def _credentials(document: Mapping[str, Any]) -> Credentials:
    expires = document.get("expires_at")
    return Credentials(**{**document, "expires_at": expires and datetime.fromisoformat(expires).astimezone(UTC)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """A lab that is up. `endpoint` is None on AWS."""

    kind: str  # "local": as long as its process; "aws", "classroom": until it is torn down, wherever its endpoint is
    endpoint: str | None
    portal: str
    region: str
    seed: str  # LabSeed: the organiser's secret
    teams: tuple[Team, ...]
    feedback: str = "counts"  # how much learners are told of their answers: a `grader.feedback.Feedback`
    attempts: int = 10  # answers to one question that count
    organiser_token: str = ""  # opens the organiser's page
    settle: float = 7200.0  # seconds after the instance's end that an event may still be missing from the log

    def link(self, token: str) -> str:
        """What whoever has this token opens in a browser. The token stands behind the #, so that no log ever has it."""
        return f"{self.portal}/#token={token}"

    def team(self, name: str | None) -> Team:
        """The team of that name; without a name the only one. Raises NoTeamError naming those there are."""
        names = [t.stage.team for t in self.teams]
        if name is None and len(names) == 1:
            return self.teams[0]
        if name in names:
            return self.teams[names.index(name)]
        asked = f"no team {name!r}" if name else "more than one team"
        raise NoTeamError(f"this lab has {asked}: choose one of {', '.join(names)} with --team")


@dataclass(frozen=True, slots=True)
class StateFolder:
    """Where one lab's state is kept. Labs in different folders know nothing of each other."""

    path: Path

    @classmethod
    def locate(cls, chosen: str | None, environ: Mapping[str, str]) -> Self:
        """`--state`, else `LAB_STATE`, else the lab's folder among the user's state (XDG base directories)."""
        if named := chosen or environ.get("LAB_STATE"):
            return cls(Path(named).expanduser().absolute())
        home = environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
        return cls(Path(home) / APPLICATION)

    @property
    def log(self) -> Path:
        """What the lab's process had to say."""
        return self.path / "lab.log"

    @property
    def submissions(self) -> Path:
        """The database of sheets and reports."""
        return self.path / "submissions.sqlite"

    @property
    def deployment(self) -> Path:
        """What was asked of `lab deploy`: an `infra.deploy.deployment.Deployment`."""
        return self.path / "deployment.json"

    @property
    def event(self) -> Path:
        """What all teams of an event on AWS share: an `infra.event.record.Event`."""
        return self.path / "event.json"

    @property
    def _lock(self) -> Path:
        return self.path / "lab.lock"

    @property
    def _lab(self) -> Path:
        return self.path / "lab.json"

    @property
    def _past(self) -> Path:
        return self.path / "past"

    @property
    def _signing(self) -> Path:
        return self.path / "signing.key"

    def signing_secret(self) -> bytes:
        """What reports of labs of this folder are signed with. Raises NoLabError where there never was one."""
        try:
            return bytes.fromhex(self._signing.read_text(encoding="ascii"))
        except FileNotFoundError:
            raise NoLabError(f"no lab of {self.path} has ever signed a report: is it the right state folder?") from None

    def prepare(self) -> None:
        """Make the folder, for its owner alone."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path.chmod(0o700)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder for this process. The system lets go when the process ends, however it ends.

        Raises LabIsUpError naming the process that holds it.
        """
        self.prepare()
        self._lock.touch(mode=0o600)
        with self._lock.open("a+", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise LabIsUpError(
                    f"process {lock.read().strip()} serves a lab from {self.path} already: "
                    "end it with `lab down`, or start a second one with --state DIR"
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            if not self._signing.exists():
                write_secret(self._signing, secrets.token_hex(32))
            yield

    def holder(self) -> int | None:
        """The process that serves a lab from this folder; None when there is none."""
        try:
            with self._lock.open(encoding="ascii") as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return None
        except BlockingIOError:
            return int(self._lock.read_text(encoding="ascii") or 0) or None  # it may not have said its number yet
        return None

    def save(self, lab: Lab) -> None:
        """Write the lab down in one step, so that no reader meets half a file."""
        document = asdict(replace(lab, teams=())) | {"teams": [team.as_json() for team in lab.teams]}
        write_secret(self._lab, json.dumps(document, indent=2))

    def saved_since(self, moment: int) -> bool:
        """Whether the lab was written down after this moment, in nanoseconds of the epoch."""
        return self._lab.exists() and self._lab.stat().st_mtime_ns > moment

    def load(self) -> Lab:
        """The lab of this folder. Raises NoLabError where there is none."""
        try:
            return read_lab(self._lab)
        except FileNotFoundError:
            raise NoLabError(self._absence()) from None
        except UNREADABLE as error:
            raise NoLabError(
                f"{self._lab} cannot be read ({error}): another version wrote it, or it was edited; "
                "remove it and start again with `lab up`"
            ) from error

    def _absence(self) -> str:
        if self.deployment.exists():
            return f"the lab of {self.path} is not deployed yet: `lab deploy` goes on with it, `lab teardown` clears it"
        if self.event.exists():
            return (
                f"an event is kept in {self.path}, whose labs are in the accounts of its teams: `lab event status` "
                "shows them, `lab event --help` lists what else can be done"
            )
        return f"there is no lab in {self.path}: start one with `lab up`, or on AWS with `lab deploy`"

    def refuse_others(self, kind: str) -> None:
        """Raises LabIsUpError where a lab of another kind stands that must not be forgotten."""
        try:
            there = "aws" if self.deployment.exists() else self.load().kind
        except NoLabError:
            return
        if there != kind:
            raise LabIsUpError(
                f"a lab {PLACES[there]} is kept in {self.path}: end it with `{ENDS[there]}`, "
                "or make another one with --state DIR"
            )

    def labs(self) -> Iterator[Lab]:
        """The lab that is up and those that are gone, the latest first, but for those that another version wrote."""
        for path in [self._lab, *sorted(self._past.glob("*.json"), reverse=True)]:
            with suppress(FileNotFoundError, *UNREADABLE):
                yield read_lab(path)

    def forget(self) -> bool:
        """The lab is gone; what it was is kept apart, and its submissions stay. Tells whether there was one."""
        self.deployment.unlink(missing_ok=True)
        if not self._lab.exists():
            return False
        self.remember()
        self._lab.unlink()
        return True

    def remember(self) -> None:
        """Keep what the lab is now, whatever `save` makes of it."""
        self._past.mkdir(mode=0o700, exist_ok=True)
        (self._past / f"{time.time_ns()}.json").hardlink_to(self._lab)


PLACES = {"local": "on this machine", "aws": "on AWS", "classroom": "for a class on this machine"}
ENDS = {"local": "lab down", "aws": "lab teardown", "classroom": "lab event teardown"}
"""By kind of lab: where it is, and what ends it."""

UNREADABLE = (ValueError, KeyError, TypeError)
"""What reading raises that no lab of this version wrote."""


def read_lab(path: Path) -> Lab:
    """The lab in a file. Raises FileNotFoundError, and what is UNREADABLE."""
    document = json.loads(path.read_text(encoding="utf-8"))
    return Lab(**document | {"teams": tuple(Team.from_json(team) for team in document["teams"])})


def write_secret(path: Path, text: str) -> None:
    """Write a file that its owner alone may read, whole or not at all."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600, exist_ok=False)
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
