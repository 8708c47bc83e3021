"""The verb `lab event init`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from infra.deploy.surroundings import Surroundings
from infra.event.record import Event
from infra.event.roster import EXAMPLE, Entry, read
from scenario.exits import Exit


@click.command()
@click.option(
    "--roster",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("roster.csv"),
    show_default=True,
    help="A line for each team; an example is written where there is no such file.",
)
@click.option("--json", "as_json", is_flag=True, help="For machines: where the event is, and its teams.")
@click.pass_obj
def init(surroundings: Surroundings, roster: Path, as_json: bool) -> int:
    """Begin an event: read the roster, and write the event's secrets into the state folder.

    Once more it reads the roster again, and leaves the secrets as they are: all stories are drawn from them.

    \b
    Examples:
      lab event init                       writes roster.csv where there is none: fill it in, then do it again
      lab event init --roster teams.csv --state ./event --json

    Exits with 2 for a roster that cannot be used, and says all that is wrong with it; with 3 where it wrote an example.
    """
    if not roster.exists():
        try:
            roster.write_text(EXAMPLE, encoding="utf-8")
        except OSError as error:
            raise click.FileError(str(roster), error.strerror) from None
        click.echo(f"there was no {roster}: it holds an example now; fill it in, then `lab event init` again", err=True)
        return Exit.NOT_READY
    teams = read(roster)
    path = surroundings.folder.event
    try:
        event = Event.begin(surroundings.folder)
    except OSError as error:
        raise click.FileError(str(path), error.strerror) from None
    if as_json:
        document = {"event": str(path), "created_at": event.created_at, "teams": [asdict(team) for team in teams]}
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        click.echo(f"the event of {path} has {spread(teams)}: next comes `lab event plan --roster {roster}`")
    return Exit.DONE


def spread(teams: Sequence[Entry]) -> str:
    """How many teams there are, and where."""
    regions = sorted({team.region for team in teams})
    return f"{len(teams)} team{'s' * (len(teams) != 1)} in {', '.join(regions)}"
