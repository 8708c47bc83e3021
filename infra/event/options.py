"""What the verbs of an event are asked in the same words, and the place that follows from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from infra.deploy.deploy_cli import account_options
from infra.deploy.state import StateFolder
from infra.deploy.surroundings import Surroundings
from infra.event.classroom.asked import path_in as classroom_in
from infra.event.roster import Entry
from infra.event.venue import Venue

if TYPE_CHECKING:
    from infra.deploy.account import Account
    from infra.event.record import Event

ROSTER = click.option(
    "--roster",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("roster.csv"),
    show_default=True,
    help="A line for each team; a classroom that stands needs none.",
)
ONLY = click.option("--only", multiple=True, metavar="TEAM", help="This team alone; may be given again.")
JSON = click.option("--json", "as_json", is_flag=True, help="For machines.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What `event_options` were given."""

    folder: StateFolder
    language: str
    roster: Path
    only: tuple[str, ...]
    profile: str | None
    region: str | None
    yes: bool
    as_json: bool

    def venue(self, role: str = "") -> Venue:
        """The classroom of this folder where there is one, else the organisation that its event is deployed to.

        Raises NoLabError where there is neither, AccountError, botocore's errors.
        """
        if classroom_in(self.folder).exists():
            from infra.event.classroom.venue import Classroom

            return Classroom(self.folder)
        from infra.event.organisation.organisation import Organisation
        from infra.event.record import Event

        return Organisation(account=self.account(Event.of(self.folder)), roster=self.roster, role=role)

    def account(self, event: Event) -> Account:
        """The organiser's account: the one that is named, else the one that the event was deployed from.

        Raises AccountError, botocore's errors.
        """
        from infra.deploy.account import enter

        home = event.home
        account = enter(
            self.profile or (home.profile if home else None),
            self.region or (home.region if home else None),
            yes=self.yes or home is not None,
        )
        event.at_home(account)
        return account

    def chosen(self, teams: Sequence[Entry]) -> tuple[Entry, ...]:
        """Those teams that --only names, or all, in the roster's order. Raises UsageError for one that is not there."""
        names = [team.team for team in teams]
        for name in self.only:
            if name not in names:
                near = get_close_matches(name, names, n=3, cutoff=0.4) or names[:3]
                raise click.BadParameter(f"there is no team {name!r}, but {', '.join(near)}", param_hint="--only")
        return tuple(team for team in teams if not self.only or team.team in self.only)


def event_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--roster`, `--only`, `--profile`, `--region`, `--yes`, `--json`: the command gets them as one `Asked`."""

    @wraps(command)
    def collected(
        surroundings: Surroundings,
        /,
        *,
        roster: Path,
        only: tuple[str, ...],
        profile: str | None,
        region: str | None,
        yes: bool,
        as_json: bool,
        **others: Any,
    ) -> Any:
        asked = Asked(
            folder=surroundings.folder,
            language=surroundings.language,
            roster=roster,
            only=only,
            profile=profile,
            region=region,
            yes=yes,
            as_json=as_json,
        )
        return command(asked, **others)

    passed: Callable[..., Any] = click.pass_obj(collected)
    for option in (JSON, account_options, ONLY, ROSTER):
        passed = option(passed)
    return passed
