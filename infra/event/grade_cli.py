"""Verbs that judge: `lab event grade`, `lab event scoreboard`."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from grader.event.outcomes import Outcome
from infra.deploy.deploy_cli import say
from infra.event.options import Asked, event_options
from infra.event.outcome_table import aligned, points, shown
from scenario.exits import Exit


@click.command()
@event_options
def grade(asked: Asked) -> int:
    """Grade every team now. What cannot be seen yet stays open, and on AWS is asked again by itself.

    Where the same is being graded already, by somebody else or after Ctrl-C, it is waited for and not begun again.

    \b
    Examples:
      lab event grade --roster roster.csv
      lab event grade --only red --json

    Exits with 1 where an account could not be graded, with 3 where points are still open.
    """
    venue = asked.venue()
    try:
        return shown(venue.grade(asked.chosen(venue.teams()), say), asked.as_json)
    except KeyboardInterrupt:
        say("what was begun goes on: `lab event grade` again waits for it")
        raise


@click.command()
@event_options
def scoreboard(asked: Asked) -> int:
    """The last score of every team, the best first. Nobody is graded.

    \b
    Examples:
      lab event scoreboard
      lab event scoreboard --json

    Exits with 3 where nobody was graded yet.
    """
    venue = asked.venue()
    places = ranked(venue.graded(asked.chosen(venue.teams())))
    if asked.as_json:
        document = [{"rank": r, "team": o.team, "score": o.score, "max": o.max, "open": o.open} for r, o in places]
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        board = "\n".join(aligned([(str(rank), o.team, points(o)) for rank, o in places]))
        click.echo(board or "nobody was graded yet: `lab event grade`")
    return Exit.DONE if places else Exit.NOT_READY


def ranked(outcomes: Sequence[Outcome]) -> list[tuple[int, Outcome]]:
    """Rank and outcome of each that has points: the best first, the same points by name with one rank."""
    graded = sorted((o for o in outcomes if o.score is not None), key=lambda o: (-(o.score or 0), o.team))
    scores = [outcome.score for outcome in graded]
    return [(scores.index(outcome.score) + 1, outcome) for outcome in graded]
