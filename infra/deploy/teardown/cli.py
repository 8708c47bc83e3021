"""The verb `lab teardown`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from infra.deploy.deploy_cli import account_options, asker, say
from infra.deploy.state import ENDS, NoLabError, StateFolder
from infra.deploy.surroundings import Surroundings
from scenario.exits import Exit

if TYPE_CHECKING:
    from infra.deploy.account import Account
    from infra.deploy.deployment import Deployment
    from infra.deploy.inventory.survey import Inventory
    from infra.deploy.teardown.teardown import Outcome, Stay

NOTHING = "nothing of a lab is there"


@click.command()
@account_options
@click.option("--dry-run", is_flag=True, help="Say what would go, and remove nothing.")
@click.option(
    "--export",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Save stack, events and reports there first.",
)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.pass_obj
def teardown(
    surroundings: Surroundings,
    profile: str | None,
    region: str | None,
    yes: bool,
    dry_run: bool,
    folder: Path | None,
    as_json: bool,
) -> int:
    """Remove everything of the lab from an AWS account: what was deployed, and what learners left.

    It needs no state folder, and goes on where an earlier teardown, a failed deployment or Ctrl-C has left off. What
    belongs to the lab is found by ids and in the trail, never by name: its stacks, buckets with all versions, trail or
    store, the instances, interfaces, groups and network ACLs of its VPC, snapshots and images of its instances, and
    whatever else the learner's role has made. CloudTrail is minutes late: copies that a learner made in the last
    minutes may be found by another run only.

    \b
    Examples:
      lab teardown --profile workshop --dry-run
      lab teardown --profile workshop --export ./evidence
      lab teardown --yes --json        for machines, as whom AWS_PROFILE or the environment names

    Exits with 2 where it is not clear which account is meant, with 4 where AWS refused to let something go: it says
    what, and why.
    """
    from infra.deploy.account import enter  # boto3 is slow to import
    from infra.deploy.inventory.known import learn
    from infra.deploy.inventory.survey import survey

    refuse_local(surroundings, profile)
    begun = deployment(surroundings.folder)
    account = enter(profile, region or (begun.region if begun else None), yes=yes or dry_run)
    say(f"looking for a lab in {account}")
    there = survey(account, learn(account))
    if there and not dry_run:
        say(described(there))
        asker(yes)("Remove all of this?")
        outcome = remove(account, there, surroundings.folder, folder)
        say_or_print(as_json, document(account, there) | as_document(outcome), as_text(outcome))
        return Exit.AWS if outcome.refused else Exit.DONE
    say_or_print(as_json, document(account, there), described(there))
    if not there:
        forget(surroundings.folder, account)
    return Exit.DONE


def remove(account: Account, there: Inventory, state: StateFolder, folder: Path | None) -> Outcome:
    """Save the evidence where that is wanted, then remove what is there. Raises ExportError, TeardownError."""
    from infra.deploy.teardown.exported import save
    from infra.deploy.teardown.teardown import teardown as clear

    try:
        if folder:
            save(account, there.known, state, folder, say)
        outcome = clear(account, there.known, say)
    except KeyboardInterrupt:
        say("what is gone is gone: `lab teardown` again goes on from there")
        raise
    if not outcome.refused:
        forget(state, account)
    return outcome


def deployment(state: StateFolder) -> Deployment | None:
    """The lab that was deployed from the state folder; None where there is none that can be read: none is needed."""
    from infra.deploy.deployment import Deployment

    try:
        return Deployment.load(state)
    except NoLabError:
        return None


def refuse_local(surroundings: Surroundings, profile: str | None) -> None:
    """Raises UsageError where the lab that is meant runs on this machine."""
    try:
        kind = surroundings.folder.load().kind
    except NoLabError:
        return
    if kind != "aws" and not profile:
        raise click.UsageError(
            f"the lab of {surroundings.folder.path} runs on this machine: `{ENDS[kind]}` ends it, and nothing is left; "
            "name the AWS account of another lab with --profile"
        )


def forget(state: StateFolder, account: Account) -> None:
    """Let the state folder forget the lab where it is this account's; its submissions and reports stay."""
    begun = deployment(state)
    if begun is None:
        return
    if (begun.account_id, begun.region) == (account.account_id, account.region):
        state.forget()
    else:
        say(f"the lab of {state.path} is another one: in account {begun.account_id}, region {begun.region}")


def say_or_print(as_json: bool, machine: dict[str, Any], text: str) -> None:
    """The result, for machines or for people."""
    click.echo(json.dumps(machine, indent=2) if as_json else text)


def document(account: Account, there: Inventory) -> dict[str, Any]:
    """What was found, for machines."""
    return {
        "account_id": account.account_id,
        "region": account.region,
        "found": {what: list(ids) for what, ids in there.found.items() if ids},
    }


def described(there: Inventory) -> str:
    """What was found, a line for each kind."""
    from infra.deploy.inventory.survey import counted

    lines = [f"  {counted(len(ids), what)}: {shortened(ids)}" for what, ids in there.found.items() if ids]
    return "\n".join(["this goes, and all that a stack has made:", *lines]) if lines else NOTHING


def shortened(ids: Sequence[str], most: int = 5) -> str:
    """The first ids, ARNs by their last part."""
    shown = ", ".join(id_.rpartition(":")[2] for id_ in ids[:most])
    return f"{shown} and {len(ids) - most} more" if len(ids) > most else shown


def as_document(outcome: Outcome) -> dict[str, Any]:
    """How it ended, for machines."""
    return {
        "removed": [{"what": what, "id": id_} for what, id_ in outcome.removed],
        "refused": stays(outcome.refused),
        "held": stays(outcome.held),
    }


def stays(of: Iterable[Stay]) -> list[dict[str, str]]:
    """What stays and why, for machines."""
    return [{"what": stay.what, "id": stay.id, "why": stay.why} for stay in of]


def as_text(outcome: Outcome) -> str:
    """How it ended, in words."""
    lines = [f"removed {len(outcome.removed)} things of the lab"]
    lines += [f"  stays: {stay.what} {stay.id}: {stay.why}" for stay in (*outcome.refused, *outcome.held)]
    if outcome.refused:
        lines.append("run `lab teardown` again once the reasons are gone")
    return "\n".join(lines)
