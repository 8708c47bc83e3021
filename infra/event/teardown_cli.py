"""The verb `lab event teardown`."""

from __future__ import annotations

import click

from infra.deploy.deploy_cli import asker, say
from infra.event.options import Asked, event_options
from infra.event.outcome_table import exit_of, shown
from scenario.exits import Exit


@click.command()
@event_options
@click.option("--gone", is_flag=True, help="Only of accounts that are in no line of the roster any more.")
@click.option("--results", is_flag=True, help="What was graded goes too; `lab event export` keeps a copy.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and remove nothing.")
@click.option("--role", default="", metavar="NAME", help="AWS: the role by which accounts let the organiser in.")
def teardown(asked: Asked, gone: bool, results: bool, dry_run: bool, role: str) -> int:
    """Remove the labs of all teams with all that learners left, then the event itself; what was graded stays.

    With --only or --gone these labs alone go. An account that cannot be cleared keeps its lab and the event's stack,
    and holds up no other: once more goes on from there. The secrets in the state folder stay.

    \b
    Examples:
      lab event export --to ./backup && lab event teardown --roster roster.csv
      lab event teardown --dry-run
      lab event teardown --only red --yes
      lab event teardown --gone --role OrganizationAccountAccessRole

    Exits with 1 where an account could not be cleared: the table says why.
    """
    if gone and asked.only:
        raise click.UsageError("choose --only TEAM or --gone, not both")
    venue = asked.venue(role)
    teams = venue.gone() if gone else asked.chosen(venue.teams())
    if dry_run:
        return shown(venue.find(teams, say), asked.as_json)
    whole = not (gone or asked.only)
    everything = " and the event itself" + (", with all that was graded" if results else "") if whole else ""
    if teams or whole:
        asker(asked.yes)(f"Remove the labs of {len(teams)} account{'s' * (len(teams) != 1)}{everything}?")
    outcomes = venue.teardown(teams, say)
    code = shown(outcomes, asked.as_json)
    if whole and exit_of(outcomes) is Exit.DONE:
        venue.close(say, results=results)
    return code
