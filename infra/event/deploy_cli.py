"""The verb `lab event deploy`."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from infra.deploy.choices import check_choice
from infra.deploy.cli import handover, overview
from infra.deploy.deploy_cli import asker, replacer, say
from infra.deploy.process import interrupt, start_detached, until_interrupt
from infra.event.classroom.asked import handouts_in
from infra.event.deploy_options import PERMISSIONS, check_place, deploy_options
from infra.event.options import Asked, event_options
from infra.event.outcome_table import shown
from infra.event.roster import Entry, read
from infra.event.venue import Room
from scenario.exits import Exit

if TYPE_CHECKING:
    from infra.deploy.state import Lab


@click.command()
@event_options
@deploy_options
def deploy(asked: Asked, *, local: bool, **chosen: Any) -> int:
    """Make a lab for every team of the roster: in its AWS account, or with --local on this machine.

    On AWS the event's own stack comes first, then a lab in every account that has none. What stands is left alone: do
    it again for a team that was added, or for accounts that failed; after Ctrl-C it goes on. A team that is no longer
    in the roster is told of, and keeps its lab until `lab event teardown --gone`.

    \b
    Examples:
      lab event deploy --roster roster.csv --profile organiser
      lab event deploy --only red --only blue
      lab event deploy --accounts organisation --store athena --budget-email ops@example.com
      lab event deploy --local --teams 40 --host 0.0.0.0
      lab event deploy --local --roster roster.csv --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem --detach
      lab event deploy --local --resume

    Exits with 1 where an account failed: the table says why, the others have their lab. With 2 for a roster that cannot
    be used or an account that is not clear, with 3 where something is in the way, with 4 where AWS refuses.
    """
    check_place(local=local, resume=chosen["resume"])
    return _serve(asked, **chosen) if local else _on_aws(asked, chosen)


def _on_aws(asked: Asked, chosen: Mapping[str, Any]) -> int:
    from infra.event.organisation.event_stack import deploy_stack
    from infra.event.organisation.organisation import Organisation
    from infra.event.record import Event

    teams = asked.chosen(read(asked.roster))
    event = Event.begin(asked.folder)
    account = asked.account(event)
    say(f"the event of {asked.folder.path} in {account}: {len(teams)} teams")
    asker(asked.yes)("Deploy it?")
    event.at_home(account).save(asked.folder)
    try:
        stack = deploy_stack(account, event, parameters_of(chosen), say, replacer(chosen["replace"], asked.yes))
        outcomes = Organisation(account=account, roster=asked.roster).deploy(teams, say)
    except KeyboardInterrupt:
        say("AWS goes on with what was begun: `lab event deploy` again waits for it")
        raise
    say(f"the organiser's page, where teams' links are too: {stack.organiser_link(event)}")
    return shown(outcomes, asked.as_json)


def parameters_of(chosen: Mapping[str, Any]) -> dict[str, str]:
    """The parameters of the event's stack that were asked for."""
    given = {
        "Store": chosen["store"],
        "Bystanders": chosen["bystanders"],
        "Permissions": PERMISSIONS.get(chosen["accounts"] or ""),
        "Concurrency": chosen["concurrency"],
        "BudgetUsd": chosen["budget_usd"],
        "BudgetEmail": chosen["budget_email"],
    }
    return {name: str(value) for name, value in given.items() if value is not None}


def _serve(asked: Asked, *, detach: bool, **chosen: Any) -> int:
    room = room_of(asked, chosen)
    if detach:
        _tell(asked, start_detached(asked.folder, sys.argv[1:]))
        return Exit.DONE
    from infra.event.classroom.room import serving  # moto is slow to import

    signal.signal(signal.SIGTERM, interrupt)
    with serving(room, asked.folder, say=say) as lab, until_interrupt():
        _tell(asked, lab)
        sys.stdout.flush()
    say("the class has ended: `lab event deploy --local --resume` goes on with it")
    return Exit.DONE


def _tell(asked: Asked, lab: Lab) -> None:
    handouts = handouts_in(asked.folder)
    if asked.as_json:
        click.echo(json.dumps(handover(lab) | {"handouts": str(handouts)}))
    else:
        click.echo(f"{overview(lab, asked.folder.path, ready=True)}\n  handouts      {handouts}")


def room_of(asked: Asked, chosen: Mapping[str, Any]) -> Room:
    """The classroom that was asked for. Raises UsageError, RosterError."""
    check_choice("LabSeed", chosen["seed"], "--seed")
    if bool(chosen["tls_cert"]) != bool(chosen["tls_key"]):
        raise click.UsageError("a certificate needs its key: give --tls-cert and --tls-key, or neither")
    same = ("resume", "host", "url_host", "port", "portal_port", "tls_cert", "tls_key", "seed", "background")
    region = asked.region or "us-east-1"
    return Room(
        teams=() if chosen["resume"] else _entries(asked, chosen["teams"], region),
        region=region,
        store=chosen["store"] or "lake",
        bystanders=2 if chosen["bystanders"] is None else chosen["bystanders"],
        feedback=chosen["feedback"],
        attempts=chosen["attempts"],
        **{name: chosen[name] for name in same},
    )


def _entries(asked: Asked, count: int | None, region: str) -> tuple[Entry, ...]:
    """The roster's teams, or so many numbered ones."""
    if count is None:
        return asked.chosen(read(asked.roster))
    from infra.local.cli import teams_of

    return asked.chosen(
        [
            Entry(team=name, account_id="", region=region, emails=(), language=asked.language)
            for name in teams_of((), count)
        ]
    )
