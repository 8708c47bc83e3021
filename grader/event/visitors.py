"""Who asks at the page of an event: teams are looked up by what their token claims, not compared one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from grader.desk.team import DeskTeam
from grader.desk.visitors import Visitors
from grader.event.organiser_account import OrganiserAccount
from grader.event.tokens import claimed_account, is_token


@dataclass(frozen=True, slots=True)
class RosterTeams(Sequence[DeskTeam]):
    """The teams of the roster whose labs were found, read anew whenever they are asked for."""

    account: OrganiserAccount

    def __iter__(self) -> Iterator[DeskTeam]:
        for entry in self.account.roster():
            if team := team_in(self.account, entry.account_id):
                yield team

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @overload
    def __getitem__(self, place: int) -> DeskTeam: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[DeskTeam]: ...
    def __getitem__(self, place: int | slice) -> DeskTeam | Sequence[DeskTeam]:
        return list(self)[place]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventVisitors(Visitors):
    """The teams of an event and its organiser."""

    account: OrganiserAccount

    def team_of(self, token: str) -> DeskTeam | None:
        """The team with this token, if there is one whose lab was found."""
        account_id = claimed_account(token)
        return team_in(self.account, account_id, token) if account_id else None

    def named(self, name: str) -> DeskTeam | None:
        """The team of this name, if there is one whose lab was found."""
        account_id = next((entry.account_id for entry in self.account.roster() if entry.team == name), None)
        return team_in(self.account, account_id) if account_id else None


def team_in(account: OrganiserAccount, account_id: str, token: str | None = None) -> DeskTeam | None:
    """The team of an account, where its lab was found and, if a token is given, this is its token."""
    known = account.labs.known(account_id)
    if token is not None and not is_token(token, account.secret.token_key, account_id, known.issue):
        return None
    return account.team(known.entry, known.stage, known) if known.entry and known.stage else None
