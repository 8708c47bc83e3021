"""The verbs `lab wait` and `lab replay`."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial

import click

from infra.deploy.duration import Duration
from infra.deploy.identities import Profile
from infra.deploy.surroundings import Surroundings
from scenario.exits import Exit

say = partial(click.echo, err=True)


@click.command()
@click.option(
    "--timeout", type=Duration(), default=timedelta(hours=1), help="For how long: 90s, 20m, 2h.  [default: 1h]"
)
@click.option(
    "--json", "as_json", is_flag=True, help="For machines: by team, whether it is ready, and what is missing."
)
@click.pass_obj
def wait(surroundings: Surroundings, timeout: timedelta, as_json: bool) -> int:
    """Wait until there is something to investigate: every kind of event that the answer key needs can be queried.

    On AWS the instance begins its story within two minutes of its boot and plays for twelve. CloudTrail delivers an
    event about 5 minutes after the call, at times 15, and promises nothing: half an hour is usual.

    \b
    Examples:
      lab wait
      lab wait --timeout 2h --team red

    Exits with 3 when the time is over, and says what is missing.
    """
    from infra.deploy.readiness import require
    from infra.deploy.readiness import wait as last_look

    desks = [surroundings.desk()] if surroundings.team else surroundings.desks()
    looks = [last_look(desk, timeout, say) for desk in desks]
    told = {desk.stage.team: look.as_json() for desk, look in zip(desks, looks, strict=True)}
    if as_json:
        click.echo(json.dumps(told, indent=2))
    for desk, look in zip(desks, looks, strict=True):
        require(desk, look)
    if not as_json:
        click.echo(f"ready: {', '.join(told)}")
    return Exit.DONE


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def replay(surroundings: Surroundings, yes: bool) -> int:
    """Have the compromised instance play its story once more, on AWS.

    It restarts the instance, which plays 15 seconds after every boot, and every half hour besides. Nothing else could:
    nobody but EC2 can take the instance's role, and its agent for Systems Manager is off, so that its calls stay out
    of the story. What is in the instance's memory is lost. Answers stay the same after any number of plays.

    In a lab on this machine the story was played when the lab came up: `lab reset` makes a fresh one.

    \b
    Examples:
      lab replay && lab wait
      lab replay --team red --yes

    Exits with 3 where the instance does not run.
    """
    from infra.deploy.replay import replay as restart

    lab, team = surroundings.lab(), surroundings.chosen_team()
    if not isinstance(team.organiser, Profile):
        raise click.UsageError(
            "the story of a lab on this machine is played when it comes up: `lab reset` makes it anew"
        )
    if not yes:
        click.confirm(f"Restart instance {team.stage.instance_id} of team {team.stage.team}?", abort=True, err=True)
    restart(team.organiser.session(region=lab.region, endpoint=lab.endpoint), team.stage)
    click.echo(f"instance {team.stage.instance_id} restarts, and plays its story within two minutes: `lab wait`")
    return Exit.DONE
