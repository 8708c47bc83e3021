"""The verb `lab reset`."""

from __future__ import annotations

import json

import click

from infra.deploy.surroundings import Surroundings
from infra.local.reset import PATH
from scenario.exits import Exit


@click.command()
@click.option("--new-seed", is_flag=True, help="Another story, in another account.  [default: the same ones]")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.pass_obj
def reset(surroundings: Surroundings, new_seed: bool, yes: bool, as_json: bool) -> int:
    """Give a team a fresh lab for a second try, while the other teams go on. For organisers.

    All that is in the team's account is gone. Sheets, hints and reports are kept with the lab that they were for, and
    count for the new one no more. The team's token stays; its AWS credentials do not: `lab env` prints the new ones.

    \b
    Examples:
      lab reset --team red
      lab reset --team red --new-seed --yes
    """
    from infra.local.lab_client import LabClient  # slow to import, and the help needs none

    lab, team = surroundings.lab(), surroundings.chosen_team()
    name, keys = team.stage.team, team.keys()
    if not yes:
        click.confirm(f"Throw away all that is in the account of team {name}, and begin anew?", abort=True, err=True)
    click.echo(f"team {name}: opening a fresh lab, which takes a few seconds", err=True)
    client = LabClient(str(lab.endpoint), region=lab.region, keys=keys)
    fresh = client.call("POST", PATH, json.dumps({"new_seed": new_seed}).encode())
    if as_json:
        click.echo(json.dumps(fresh))
    else:
        click.echo(
            f"team {name} has a fresh lab: account {fresh['account_id']}, event store {fresh['store']}. "
            f'Its learners run eval "$(lab env)" again.'
        )
    return Exit.DONE
