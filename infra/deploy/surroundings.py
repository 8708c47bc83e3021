"""Where a verb finds its lab: the state folder of an organiser, or the environment of a learner."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.deploy.state import Lab, NoLabError, StateFolder, Team
from scenario.access import Access, NoAccessError
from scenario.language import choose

if TYPE_CHECKING:
    from grader.desk.team import DeskTeam
    from grader.submissions import SubmissionLog


@dataclass
class Surroundings:
    """What was said with `--state`, `--team` and `--lang`, and what follows from it."""

    state: str | None = None
    team: str | None = None
    lang: str | None = None

    @property
    def folder(self) -> StateFolder:
        """The state folder, whether or not there is a lab in it."""
        return StateFolder.locate(self.state, os.environ)

    @property
    def language(self) -> str:
        """The language of what learners read. Raises UnknownLanguageError for one that LAB_LANG invents."""
        return choose(self.lang, os.environ)

    def lab(self) -> Lab:
        """The organiser's lab. Raises NoLabError, and NoTeamError for a named team that it does not have."""
        lab = self.folder.load()
        if self.team:
            lab.team(self.team)
        return lab

    def chosen_team(self) -> Team:
        """The organiser's view of one team. Raises NoLabError, NoTeamError."""
        return self.lab().team(self.team)

    def access(self) -> Access:
        """The learner's way to the lab: as `lab env` exported it, unless a folder or a team was named.

        Raises NoAccessError that says both ways, NoLabError for a named folder where no lab is, NoTeamError, and
        SessionOverError for a session that has expired and cannot be renewed.
        """
        if self.state or self.team:
            return self._chosen_access()
        try:
            return Access.from_environment(os.environ)
        except NoAccessError as unset:
            try:
                return self._chosen_access()
            except NoLabError as absent:
                raise NoAccessError(f'{absent}; learners get here with `eval "$(lab env)"` ({unset})') from None

    def _chosen_access(self) -> Access:
        from infra.deploy.learners import fresh_access

        return fresh_access(self.folder, self.chosen_team())

    def learner(self) -> Access | None:
        """The access that `lab env` exported, unless a folder or a team was named: then an organiser asks."""
        if self.state or self.team:
            return None
        try:
            return Access.from_environment(os.environ)
        except NoAccessError:
            return None

    def desk(self) -> DeskTeam:
        """The chosen team, as it is graded. Raises NoLabError, NoTeamError."""
        from infra.deploy.desks import desk_team  # boto3 is slow to import

        return desk_team(self.chosen_team(), self.lab(), self.signing_secret())

    def desks(self) -> tuple[DeskTeam, ...]:
        """Every team, as it is graded. Raises NoLabError, NoTeamError."""
        from infra.deploy.desks import desks

        return desks(self.lab(), self.signing_secret())

    def known_desks(self) -> Iterator[DeskTeam]:
        """Every team of every lab that the folder knows of, the latest first. Raises NoLabError."""
        from infra.deploy.desks import desk_team

        secret = self.signing_secret()
        return (desk_team(team, lab, secret) for lab in self.folder.labs() for team in lab.teams)

    @contextmanager
    def submissions(self) -> Iterator[SubmissionLog]:
        """What was handed in and graded in labs of this folder, also when none is up. Raises NoLabError."""
        from grader.submissions import SubmissionLog

        if not self.folder.submissions.exists():
            raise NoLabError(f"nothing was handed in or graded in {self.folder.path}: is it the right state folder?")
        with SubmissionLog.open(self.folder.submissions) as log:
            yield log

    def signing_secret(self) -> bytes:
        """What reports of this folder's labs are signed with. Raises NoLabError."""
        return self.folder.signing_secret()
