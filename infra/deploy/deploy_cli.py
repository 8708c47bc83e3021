"""The verbs `lab deploy` and `lab cost`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import click

from infra.deploy.choices import check_choice
from infra.deploy.cli import handover
from infra.deploy.cost import Bill, bill
from infra.deploy.deployment import AUTO, Asked
from infra.deploy.surroundings import Surroundings
from scenario.exits import Exit

KINDS = ["athena", "lake"]
say = partial(click.echo, err=True)


def account_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What says which AWS account is meant: `--profile`, `--region`, `--yes`."""
    for option in (
        click.option("--yes", is_flag=True, help="Do not ask, and take the profile that boto3 finds by itself."),
        click.option("--region", metavar="NAME", help="The AWS region.  [default: the profile's]"),
        click.option("--profile", metavar="NAME", help="The profile of your AWS configuration to act as."),
    ):
        command = option(command)
    return command


def asker(yes: bool) -> Callable[[str], None]:
    """Asks whether to go on, unless that was said already."""

    def confirm(question: str) -> None:
        if yes:
            return
        try:
            agreed = click.confirm(question, err=True)
        except click.Abort:
            if sys.stdin.isatty():
                raise
            raise click.UsageError("nobody answered, for there is no terminal: --yes goes on without asking") from None
        if not agreed:
            raise click.Abort

    return confirm


def replacer(replace: bool, yes: bool) -> Callable[[str], None]:
    """Asks whether what stands may be disturbed. Nobody says yes to that by `--yes`: learners may be at work."""

    def agree(question: str) -> None:
        if yes and not replace:
            raise click.UsageError(f"{question.removesuffix(' Go on?')} Nothing was changed: --replace allows it")
        asker(replace)(question)

    return agree


@click.command()
@account_options
@click.option("--team", metavar="NAME", help="The team's name.  [default: blue]")
@click.option("--seed", help="The lab's seed: the same seed and account, the same lab.  [default: a fresh one]")
@click.option(
    "--store",
    type=click.Choice([AUTO, *KINDS]),
    default=AUTO,
    show_default=True,
    help="Where events are queried; auto: in CloudTrail Lake where the account has it already, else in Athena.",
)
@click.option("--bystanders", type=click.IntRange(0, 3), help="Harmless instances beside it.  [default: 2]")
@click.option("--replace", is_flag=True, help="Let it take away, replace or restart what stands; else it asks.")
@click.option("--json", "as_json", is_flag=True, help="Say where the lab is for machines.")
@click.pass_obj
def deploy(
    surroundings: Surroundings,
    profile: str | None,
    region: str | None,
    yes: bool,
    team: str | None,
    seed: str | None,
    store: str,
    bystanders: int | None,
    replace: bool,
    as_json: bool,
) -> int:
    """Deploy the lab into an AWS account. It says which one, what that costs and what changes, and asks.

    Deploying again changes what is asked for otherwise, or nothing; after Ctrl-C it goes on waiting. Where a newer
    machine image is out it would replace the instances: it says so and asks. AWS_ENDPOINT_URL is honoured as in all
    of boto3.

    \b
    Examples:
      lab deploy --profile workshop
      lab deploy --profile workshop --region eu-west-1 --team red --store athena --bystanders 3
      lab deploy --yes --json          for machines, as whom AWS_PROFILE or the environment names

    A stack of `cdk deploy` becomes a lab of this state folder when it is deployed again with the seed that it has:

    \b
      npx aws-cdk@2 deploy --parameters LabSeed=SEED
      lab deploy --profile workshop --seed SEED

    With another seed it would change WebInstance: it says so and asks.

    Then come `lab wait`, until there is something to investigate, and `lab serve`. Exits with 2 where it is not clear
    which account or lab is meant, with 3 where another deployment is in the way, with 4 where AWS refuses.
    """
    from infra.deploy.account import enter  # boto3 is slow to import
    from infra.deploy.deploying import deploy_lab

    check_choice("TeamId", team, "--team")
    check_choice("LabSeed", seed, "--seed")
    asked = Asked(team=team, seed=seed, store=store, bystanders=bystanders)
    account = enter(profile, region, yes=yes)
    try:
        lab = deploy_lab(asked, account, surroundings.folder, say=say, confirm=asker(yes), agree=replacer(replace, yes))
    except KeyboardInterrupt:
        say("AWS goes on with what was begun: `lab deploy` again waits for it, `lab teardown` clears it")
        raise
    if as_json:
        click.echo(json.dumps({"kind": lab.kind, "state": str(surroundings.folder.path), **handover(lab)}))
    else:
        stage = lab.teams[0].stage
        click.echo(
            f"the lab of team {stage.team} stands in account {stage.account_id}: next come `lab wait` and `lab serve`"
        )
    return Exit.DONE


@click.command()
@click.option(
    "--store", type=click.Choice(KINDS), default="athena", show_default=True, help="Where events are queried."
)
@click.option("--bystanders", type=click.IntRange(0, 3), default=2, show_default=True, help="Harmless instances.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def cost(store: str, bystanders: int, as_json: bool) -> None:
    """What a lab costs on AWS while it stands, without tax and free tier.

    \b
    Examples:
      lab cost
      lab cost --store lake --bystanders 0 --json
    """
    bill_ = bill(store=store, bystanders=bystanders)
    click.echo(json.dumps(bill_.as_json(), indent=2) if as_json else as_table(bill_))


def as_table(bill_: Bill) -> str:
    """A line for each item, and the sums."""
    lines = [
        f"  ${item.hourly:.4f}  {item.count} x {item.about}{'' if item.read_there else ' *'}" for item in bill_.items
    ]
    looked_up = min(item.date for item in bill_.items)
    return "\n".join(
        [
            f"a lab costs {bill_}; other regions differ",
            "dollars an hour:",
            *lines,
            f"prices looked up on {looked_up}; * not on AWS's own page, which `lab cost --json` names",
        ]
    )
