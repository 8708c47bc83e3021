"""What the desk asks of whoever runs the lab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Organisation(Protocol):
    """Any thread may ask, for a team that the desk has."""

    def reset(self, team: str, *, new_seed: bool) -> None:
        """Give a team a fresh lab, with another story where it gets a new seed. It takes a few seconds.

        Its token stays; what it handed in before is kept with the lab that it was for.
        """

    def links(self) -> Mapping[str, str]:
        """By team: the link that bears its token."""

    def reissue(self, team: str) -> str:
        """Give a team a new token, and give the link that bears it. The old one is worth nothing at once."""
