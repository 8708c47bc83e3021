"""Verbs that look: `lab event status`, `lab event wait`."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

import click

from infra.deploy.deploy_cli import say
from infra.deploy.duration import Duration
from infra.event.options import Asked, event_options
from infra.event.outcome_table import aligned, points, shown
from infra.event.venue import Standing
from scenario.exits import Exit

AGAIN = 30.0  # seconds from one look to the next


@click.command()
@event_options
def status(asked: Asked) -> int:
    """How it stands with every team: its lab, whether it is ready, its last score. Nothing is changed or graded.

    \b
    Examples:
      lab event status --roster roster.csv
      lab event status --only red --json

    Exits with 1 where a lab is not as it should be, with 3 where no event stands.
    """
    venue = asked.venue()
    standings = [*venue.status(asked.chosen(venue.teams()), say)]
    gone = [] if asked.only else [*venue.status(venue.gone(), say)]
    if asked.as_json:
        document = {name: [asdict(one) for one in some] for name, some in (("teams", standings), ("gone", gone))}
        click.echo(json.dumps(document, indent=2, default=datetime.isoformat, ensure_ascii=False))
    else:
        click.echo("\n".join(aligned([_cells(one) for one in standings] + [_cells(one, gone=True) for one in gone])))
    return Exit.FAILED if any(one.cause for one in standings) else Exit.DONE


@click.command()
@event_options
@click.option("--for", "patience", type=Duration(), default="30m", show_default=True, help="How long to wait at most.")
def wait(asked: Asked, patience: timedelta) -> int:
    """Wait until learners can begin in every account: its lab stands, and its events can be queried.

    \b
    Examples:
      lab event wait
      lab event wait --only red --for 5m --json

    Exits with 1 where an account failed, with 3 where one is not ready yet: the table says what is missing.
    """
    venue = asked.venue()
    teams = asked.chosen(venue.teams())
    until = time.monotonic() + patience.total_seconds()
    ended = {outcome.team: outcome for outcome in venue.check(teams, say)}
    while (late := [team for team in teams if ended[team.team].state == "unknown"]) and time.monotonic() < until:
        first = ended[late[0].team]
        say(f"{len(teams) - len(late)} of {len(teams)} are ready; {first.team}: {first.cause}")
        time.sleep(min(AGAIN, max(0.0, until - time.monotonic())))
        ended |= {outcome.team: outcome for outcome in venue.check(late, say)}
    return shown([ended[team.team] for team in teams], asked.as_json)


def _cells(one: Standing, *, gone: bool = False) -> Sequence[str]:
    """One line of the status."""
    ready = "" if one.ready is None else "ready" if one.ready.state == "done" else f"not ready: {one.ready.cause}"
    score = "" if one.graded is None else points(one.graded) or one.graded.cause
    cause = "not in the roster: `lab event teardown --gone` removes it" if gone else one.cause
    return (one.entry.team, one.entry.account_id, one.entry.region, one.lab or "-", ready, score, cause)
