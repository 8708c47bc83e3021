"""The lab's side of `lab reset`: POST /_lab/reset `{"new_seed": bool}` gives 200 `{"team", "account_id", "store"}`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct

from infra.deploy.state import Team
from infra.local.call import AwsError
from infra.local.message import Message
from infra.local.organiser_door import App, OrganiserDoor

PATH: Final = "/_lab/reset"


class Wanted(Struct, forbid_unknown_fields=True):
    """How the lab is to be opened anew."""

    new_seed: bool


Reset = Callable[[str, bool], Team]
"""Opens the lab of the team with this account anew, with another seed if wanted; gives the team as it is then."""


class ResetDoor(OrganiserDoor):
    """Where an organiser gives a team a fresh lab, one at a time."""

    path = PATH

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self._reset: Reset | None = None
        self._one = threading.Lock()

    def open(self, reset: Reset) -> None:
        """The lab is up: resets may come."""
        self._reset = reset

    def serve(self, message: Message, account_id: str, region: str) -> Mapping[str, Any]:
        """Raises AwsError while the lab is still being made, and for what cannot be read."""
        if self._reset is None:
            raise AwsError("NotReady", "the lab is still being made: try again when it is up")
        wanted = self.document(message, Wanted)
        with self._one:
            team = self._reset(account_id, wanted.new_seed)
        return {"team": team.stage.team, "account_id": team.stage.account_id, "store": team.stage.store_id}
