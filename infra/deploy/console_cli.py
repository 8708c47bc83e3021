"""The verb `lab console`."""

from __future__ import annotations

import webbrowser

import click

from infra.deploy.surroundings import Surroundings
from scenario.exits import Exit


@click.command()
@click.option("--open", "open_", is_flag=True, help="Open it in a browser on this machine.")
@click.pass_obj
def console(surroundings: Surroundings, open_: bool) -> int:
    """Print a link that opens the AWS console as this team's learner. It works once, within fifteen minutes.

    The link is a secret: whoever has it first is the learner. The console is there for as long as the learner's
    session lasts. A lab on this machine has no console: learners use its page, the AWS CLI or boto3.

    \b
    Examples:
      lab console
      lab console --team red --open

    Exits with 2 for a lab on this machine, with 4 where AWS gives no link.
    """
    from infra.deploy.console import console_link  # boto3 is slow to import

    access = surroundings.access()
    if access.endpoint:
        raise click.UsageError(f"there is no console at {access.endpoint}, only AWS's API: use the page, or `lab env`")
    link = console_link(access.credentials, access.region)
    click.echo(link)
    if open_:
        webbrowser.open(link)
    return Exit.DONE
