"""Verbs for the time after: `lab event export`, `lab event forget`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import click

from infra.deploy.deploy_cli import say
from infra.event.backup import save
from infra.event.options import JSON, ROSTER, Asked, event_options
from infra.event.roster import read
from scenario.exits import Exit


@click.command()
@event_options
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    metavar="DIR",
    help="A new folder.",
)
def export(asked: Asked, folder: Path) -> int:
    """Keep a copy of what was graded: each team's report and evidence, the class as CSV, a list with SHA-256.

    Nothing is overwritten: the folder is made, or empty. It holds the accounts' logs, so it is for its owner alone.

    \b
    Examples:
      lab event export --to ./backup
      lab event export --to ./red --only red --json

    Exits with 2 where the folder holds anything already, with 3 where nobody was graded yet.
    """
    venue = asked.venue()
    files = save(venue.results(asked.chosen(venue.teams()), say), folder, say)
    if asked.as_json:
        click.echo(json.dumps(files, indent=2))
    elif files:
        click.echo(f"{folder}: {len(files)} files; `sha256sum --check SHA256SUMS` there tells whether they are whole")
    else:
        click.echo("nobody was graded yet: `lab event grade`", err=True)
    return Exit.DONE if files else Exit.NOT_READY


@click.command()
@ROSTER
@JSON
def forget(roster: Path, as_json: bool) -> int:
    """Take all e-mail addresses out of the roster, once the event is over. They were nowhere else.

    Every other cell stays as it is; the file is replaced whole or not at all.

    \b
    Examples:
      lab event forget --roster roster.csv

    Exits with 2 for a roster that cannot be read.
    """
    count = sum(len(team.emails) for team in read(roster))
    rows = list(csv.reader(io.StringIO(roster.read_bytes().decode("utf-8-sig"), newline="")))
    place = [name.strip() for name in rows[0]].index("emails")
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(
        [cell if number == 0 or at != place else "" for at, cell in enumerate(row)] for number, row in enumerate(rows)
    )
    draft = roster.with_name(f"{roster.name}.draft")
    draft.write_text(text.getvalue(), "utf-8")
    draft.chmod(roster.stat().st_mode & 0o777)
    draft.replace(roster)
    click.echo(json.dumps({"forgotten": count}) if as_json else f"{roster}: {count} addresses are gone")
    return Exit.DONE
