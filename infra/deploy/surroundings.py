"""Where a verb finds its lab: the state folder of an organiser, or the environment of a learner."""

from __future__ import annotations

import os
from dataclasses import dataclass

from infra.deploy.state import Lab, NoLabError, StateFolder, Team
from scenario.access import Access, NoAccessError


@dataclass
class Surroundings:
    """What was said with `--state` and `--team`, and what follows from it."""

    state: str | None = None
    team: str | None = None

    @property
    def folder(self) -> StateFolder:
        """The state folder, whether or not there is a lab in it."""
        return StateFolder.locate(self.state, os.environ)

    def lab(self) -> Lab:
        """The organiser's lab. Raises NoLabError."""
        return self.folder.load()

    def chosen_team(self) -> Team:
        """The organiser's view of one team. Raises NoLabError."""
        return self.lab().team(self.team)

    def access(self) -> Access:
        """The learner's way to the lab: as `lab env` exported it, unless a folder or a team was named.

        Raises NoAccessError that says both ways, NoLabError for a named folder or team that is not there.
        """
        if self.state or self.team:
            return self.chosen_team().access
        try:
            return Access.from_environment(os.environ)
        except NoAccessError as unset:
            try:
                return self.chosen_team().access
            except NoLabError as absent:
                raise NoAccessError(f'{absent}; learners get here with `eval "$(lab env)"` ({unset})') from None
