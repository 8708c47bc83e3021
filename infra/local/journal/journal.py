"""The journal of a lab that is up: hears of every change and every event of the accounts that it keeps."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from infra.local import clock
from infra.local.call import Answer, Call
from infra.local.chance import drawn_from
from infra.local.changes import is_kept
from infra.local.errors import FaultError
from infra.local.journal.checkpoint import SUFFIX, Checkpoint, checkpoints, taken
from infra.local.journal.entries import Act, Change, Entry, Events, packed, unpacked
from infra.local.journal.log import Log
from infra.local.lake import Lake
from infra.local.message import Message
from infra.local.moto_app import UNLOCKED
from infra.local.recorder import Recorder

FULL: Final = "the journal cannot be written ({}): nothing is answered that could be lost"


class Journal:
    """The checkpoints and the log in a folder. Every method may be called from any thread."""

    def __init__(self, folder: Path) -> None:
        """Raises OtherVersionError, OSError."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._log = Log(folder / "journal.log")
        self._kept: set[str] = set()
        self._one = threading.Lock()  # changes are made one at a time, in the order in which they are written
        self._trouble: OSError | None = None  # while events could not be written

    def close(self) -> None:
        """Write nothing any more."""
        self._log.close()

    def checkpoints(self) -> Iterator[Checkpoint]:
        """Every account that was kept. Raises OtherVersionError, DamagedError."""
        return checkpoints(self._folder)

    def entries(self) -> Iterator[tuple[int, Entry]]:
        """What was written before, by number; to be read to its end before anything is written. Raises DamagedError."""
        for text in self._log.read():
            yield self._log.count, unpacked(text)

    def keep(self, account_id: str, lake: Lake, about: dict[str, Any]) -> None:
        """From now on an account survives, as it is now: nobody may call it meanwhile. Raises OSError."""
        self._log.sync()
        taken(account_id, lake, number=self._log.count, about=about).save(self._folder)
        self.keep_on(account_id)

    def keep_on(self, account_id: str) -> None:
        """Go on with an account that was kept before, as it was restored."""
        self._kept.add(account_id)

    def leave(self, account_id: str) -> None:
        """An account is about to be made anew: until it is kept again, a resumed lab has it as it was."""
        self._kept.discard(account_id)

    def forget(self, account_id: str) -> None:
        """There is no such account any more."""
        self.leave(account_id)
        (self._folder / f"{account_id}{SUFFIX}").unlink(missing_ok=True)

    @contextmanager
    def change(self, call: Call, message: Message) -> Iterator[None]:
        """Within the block a call changes its account, and nobody else changes anything.

        Raises FaultError for what could not be carried out once more, and where the journal cannot be written.
        """
        account_id = call.caller.account_id
        if account_id not in self._kept:
            yield
            return
        if call.service in UNLOCKED:
            raise FaultError("not_offered", f"In a classroom {call.service} stays as the lab was deployed.")
        with self._one, self._seeded() as seed:
            self._write(
                Change(
                    time=call.time,
                    chance=seed,
                    message=message,
                    caller=call.caller,
                    session_policy=call.session_policy,
                    request_id=call.request_id,
                )
            )
            yield

    @contextmanager
    def act(self, message: Message, account_id: str, region: str) -> Iterator[None]:
        """Within the block an organiser changes something about an account. Raises FaultError as `change` does."""
        if account_id not in self._kept:
            yield
            return
        time = clock.now()
        with self._one, self._seeded() as seed, clock.at(time):
            self._write(Act(time=time, chance=seed, message=message, account_id=account_id, region=region))
            yield
        self.settle()

    def take(self, records: Sequence[dict[str, Any]]) -> None:
        """Write events down, if they are of accounts that are kept. Raises OSError."""
        if kept := [record for record in records if record["recipientAccountId"] in self._kept]:
            try:
                self._log.append(packed(Events(records=kept)))
            except OSError as error:
                self._trouble = error
                raise
            self._trouble = None

    def settle(self, *, changed: bool = True) -> None:
        """Return when all was written; where something changed, when it is on the disk. Raises FaultError."""
        if self._trouble:
            raise FaultError("unavailable", FULL.format(self._trouble))
        try:
            if changed:
                self._log.sync()
        except OSError as error:
            raise FaultError("unavailable", FULL.format(error)) from error

    def _write(self, entry: Entry) -> None:
        try:
            self._log.append(packed(entry))
        except OSError as error:
            raise FaultError("unavailable", FULL.format(error)) from error

    @contextmanager
    def _seeded(self) -> Iterator[int]:
        seed = secrets.randbits(64)
        with drawn_from(seed):
            yield seed


class Acknowledging:
    """A recorder that has written a call's event down when `take` returns: the call's answer may be sent.

    A change is on the disk then. The events of calls that only read come to the disk with the next change: what can
    be lost of them is lost with the machine's power alone.
    """

    def __init__(self, recorder: Recorder, journal: Journal) -> None:
        self._recorder, self._journal = recorder, journal

    def take(self, call: Call, answer: Answer) -> None:
        """Raises FaultError where the event cannot be written down."""
        self._recorder.deliver_now(call, answer)
        self._journal.settle(changed=is_kept(call.service, call.operation))
