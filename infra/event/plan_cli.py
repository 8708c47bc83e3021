"""The verb `lab event plan`."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import click

from infra.deploy.duration import Duration
from infra.event.limits import Bound, Limit, phases
from infra.event.plan import Plan
from infra.event.plan import plan as make_plan
from infra.event.roster import MOST_TEAMS, read


@click.command()
@click.option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Plan for the teams of this roster.",
)
@click.option("--teams", type=click.IntRange(1, MOST_TEAMS), help=f"Plan for so many teams, up to {MOST_TEAMS:,}.")
@click.option(
    "--learn",
    type=Duration(),
    default="4h",
    show_default=True,
    help="How long learners work.",
)
@click.option("--json", "as_json", is_flag=True, help="For machines: each limit with its source.")
def plan(roster: Path | None, teams: int | None, learn: timedelta, as_json: bool) -> None:
    """What limits an event on AWS, how long it takes and what it costs. Nothing is asked of AWS.

    Times and costs are estimates. A limit is documented, or a report, or a recollection that nobody has looked up;
    docs/scale.md lists them all with their sources.

    \b
    Examples:
      lab event plan --teams 100
      lab event plan --roster roster.csv --learn 2h30m
      lab event plan --teams 10000 --json

    Exits with 2 for a roster that cannot be used, and says all that is wrong with it.
    """
    if (roster is None) == (teams is None):
        raise click.UsageError("say how many teams there are: either --roster FILE or --teams N")
    count = len(read(roster)) if roster else teams or 0
    made = make_plan(count, learn / timedelta(hours=1))
    click.echo(json.dumps(made.as_json(), indent=2) if as_json else as_table(made))


def as_table(made: Plan) -> str:
    """The plan on one screen: phases, price, and what is too little."""
    teams = f"{made.teams:,} team{'s' * (made.teams != 1)}"
    lines = [
        f"an event of {teams}, learners at work for {span(made.hours * 3600)}:",
        *(f"  {span(made.seconds[phase.id]):>11}  {phase.id:<8}  {phase.about}" for phase in phases()),
        f"  {span(made.whole):>11}  in all",
        f"it costs about ${made.usd:,.2f}: ${made.lab_usd:,.2f} for the labs, ${made.organiser_usd:,.2f} beside them",
        "what AWS gives unasked is too little from so many teams on:" if made.reached else "no limit is reached",
        *map(as_line, made.reached),
    ]
    return "\n".join(lines)


def as_line(bound: Bound) -> str:
    """A limit that is reached."""
    held, beyond = amount(bound.limit), effect(bound)
    return f"  {bound.reached_by:>11,}  {bound.phase.id:<8}  {held:<43}  {beyond:<26}  {bound.limit.grade}"


def amount(limit: Limit) -> str:
    """How much of what."""
    return f"{limit.value:,.15g} {limit.unit}"


def effect(bound: Bound) -> str:
    """What becomes of a team beyond the limit, and whether AWS raises it."""
    return ("refused" if bound.refuses else "waits") + ", raised on request" * bound.limit.adjustable


def span(seconds: float) -> str:
    """A span of time as people say it: "45 s", "30 min", "2 h 20 min"."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return " ".join(f"{number} {unit}" for number, unit in ((hours, "h"), (minutes, "min")) if number)
