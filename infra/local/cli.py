"""Verbs that make a lab on this machine and end it: `lab up`, `lab down`."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from datetime import timedelta

import click

from infra.deploy.choices import check_choice
from infra.deploy.cli import handover, overview
from infra.deploy.duration import Duration
from infra.deploy.process import interrupt, start_detached, until_interrupt
from infra.deploy.surroundings import Surroundings
from scenario.exits import Exit

USUAL, MANY, SPARE = 20_000, 10, 2_000  # background events for each team; for each of more teams than that
END_WITHIN = 15.0  # seconds that a lab may take to end

PAGE_ENDED = "the page has ended; submissions are kept, and the lab on AWS stands: `lab teardown` ends it"


@click.command()
@click.option("--detach", is_flag=True, help="Return when the lab is ready and leave it running.")
@click.option("--json", "as_json", is_flag=True, help="Say where the lab is for machines, on one line.")
@click.option("--port", type=click.IntRange(0, 65535), default=4566, show_default=True, help="AWS's; 0: any free one.")
@click.option(
    "--portal-port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="The lab API's; 0: any."
)
@click.option("--region", default="us-east-1", show_default=True, help="The lab's home region.")
@click.option("--seed", default="", help="The lab's seed: the same seed, the same lab.  [default: a fresh one]")
@click.option("--team", "team", multiple=True, metavar="NAME", help="A team's name, once for each.  [default: blue]")
@click.option("--teams", "teams", type=click.IntRange(1, 999), metavar="N", help="So many teams: team-01, team-02, ...")
@click.option(
    "--store",
    type=click.Choice(["lake", "athena"]),
    default="lake",
    show_default=True,
    help="Where events are queried.",
)
@click.option(
    "--background",
    type=click.IntRange(0, 20_000_000),
    help=f"Events of others, for each team.  [default: {USUAL:,}; above {MANY} teams {SPARE:,}]",
)
@click.option(
    "--bystanders", type=click.IntRange(0, 3), default=2, show_default=True, help="Harmless instances beside it."
)
@click.option(
    "--feedback",
    type=click.Choice(["none", "counts", "full"]),
    default="counts",
    show_default=True,
    help="What learners hear of their answers: nothing yet, how many are right, or also which of theirs are not.",
)
@click.option(
    "--attempts", type=click.IntRange(1), default=10, show_default=True, help="Answers to one question that count."
)
@click.option(
    "--settle",
    type=Duration(),
    default=timedelta(0),
    help="So long after the instance's end a missing event counts against nobody.  [default: while events are late]",
)
@click.option(
    "--snapshot-seconds",
    type=click.FloatRange(0),
    default=0.0,
    show_default=True,
    help="How long snapshots are pending.",
)
@click.option(
    "--eventual-consistency",
    type=Duration(),
    default=timedelta(0),
    help="Let EC2 describe what was there so long ago, as it may on AWS: 5s.  [default: what is there]",
)
@click.option(
    "--event-delay",
    type=Duration(),
    default=timedelta(0),
    help="Deliver events about so late and out of order, as CloudTrail does: 90s, 2m, 1h30m.  [default: at once]",
)
@click.pass_obj
def up(
    surroundings: Surroundings,
    detach: bool,
    as_json: bool,
    port: int,
    portal_port: int,
    region: str,
    seed: str,
    team: tuple[str, ...],
    teams: int | None,
    store: str,
    background: int | None,
    bystanders: int,
    feedback: str,
    attempts: int,
    settle: timedelta,
    snapshot_seconds: float,
    eventual_consistency: timedelta,
    event_delay: timedelta,
) -> None:
    """Make the whole lab on this machine: deploy it, play the attack, wait for investigators.

    \b
    Examples:
      lab up                       until Ctrl-C
      lab up --detach              in the background, until `lab down`
      lab up --state ./red --port 0 --portal-port 0 --json --detach
      lab up --teams 30            each team with an account, a story and a token of its own
      lab up --team red --team blue
      lab up --store athena        events in Athena, as on AWS where CloudTrail Lake takes no new customers
      lab up --event-delay 90s     events are about that late, and in no order
      lab up --snapshot-seconds 60 --eventual-consistency 5s

    Exits with 3 where the lab cannot start: a port in use, a lab in the same state folder.
    """
    names = teams_of(team, teams)
    for name in names:
        check_choice("TeamId", name, "--team")
    check_choice("LabSeed", seed, "--seed")
    if detach:
        ready = start_detached(surroundings.folder, sys.argv[1:])
        click.echo(json.dumps(handover(ready)) if as_json else overview(ready, surroundings.folder.path, ready=True))
        return
    from infra.local.lab import Plan, running  # moto is slow to import, and the help needs none

    plan = Plan(
        teams=names,
        region=region,
        seed=seed,
        store=store,
        background=(USUAL if len(names) <= MANY else SPARE) if background is None else background,
        bystanders=bystanders,
        feedback=feedback,
        attempts=attempts,
        settle=settle,
        snapshot_seconds=snapshot_seconds,
        eventual_consistency=eventual_consistency,
        event_delay=event_delay,
        port=port,
        portal_port=portal_port,
    )
    signal.signal(signal.SIGTERM, interrupt)
    with running(plan, surroundings.folder, say=lambda text: click.echo(text, err=True)) as lab, until_interrupt():
        if as_json:
            click.echo(json.dumps(handover(lab)))
        else:
            click.echo(overview(lab, surroundings.folder.path, ready=True))
            click.echo('\nIn another terminal: eval "$(lab env)", then investigate. Ctrl-C ends the lab.')
        sys.stdout.flush()
    click.echo("the lab has ended; its submissions are kept", err=True)


def teams_of(names: tuple[str, ...], count: int | None) -> tuple[str, ...]:
    """The teams that were named, or so many numbered ones, or one. Raises BadParameter."""
    if names and count:
        raise click.BadParameter("name the teams, or say how many there are: not both", param_hint="--teams")
    if repeated := [name for name in names if names.count(name) > 1]:
        raise click.BadParameter(f"{repeated[0]!r} is there twice", param_hint="--team")
    width = max(2, len(str(count)))
    return names or tuple(f"team-{number:0{width}}" for number in range(1, (count or 0) + 1)) or ("blue",)


@click.command()
@click.pass_obj
def down(surroundings: Surroundings) -> int:
    """End the lab on this machine, or only its page and API for a lab on AWS. Its submissions are kept.

    \b
    Examples:
      lab down
      lab down --state ./red

    Exits with 3 where nothing of the lab is on this machine: `lab teardown` ends a lab on AWS.
    """
    if surroundings.team:
        refuse_one_of_many(surroundings)
    folder = surroundings.folder
    pid = folder.holder()
    if pid is None:
        folder.refuse_others("local")
        lab = folder.load()
        folder.forget()
        click.echo(f"the lab at {lab.endpoint} had ended without `lab down`; {folder.path} is clear again")
        return Exit.DONE
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + END_WITHIN
    while folder.holder() == pid:
        if time.monotonic() > deadline:
            click.echo(f"process {pid} has not ended after {END_WITHIN:.0f} s; see {folder.log}", err=True)
            return Exit.NOT_READY
        time.sleep(0.05)
    on_aws = folder.deployment.exists()
    click.echo(PAGE_ENDED if on_aws else "the lab has ended; its submissions are kept")
    return Exit.DONE


def refuse_one_of_many(surroundings: Surroundings) -> None:
    """Raises UsageError where one of several teams was named, NoTeamError where none of them was."""
    team, count = surroundings.chosen_team().stage.team, len(surroundings.lab().teams)
    if count > 1:
        raise click.UsageError(
            f"this would end the labs of all {count} teams, not only {team}'s: leave --team out to end them all, or "
            f"give {team} a fresh lab with `lab reset --team {team}`"
        )
