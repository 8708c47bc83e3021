"""The verb that proves the lab: `lab validate`."""

from __future__ import annotations

import json
from datetime import timedelta
from difflib import get_close_matches
from functools import partial
from typing import IO, TYPE_CHECKING

import click

from infra.deploy.deploy_cli import account_options
from infra.deploy.duration import Duration
from scenario.exits import Exit

if TYPE_CHECKING:
    from scenario.responders.responder import Responder


@click.command()
@click.argument("names", metavar="[RESPONDER]...", nargs=-1)
@click.option("--all", "everybody", is_flag=True, help="Every responder there is.")
@click.option("--list", "listed", is_flag=True, help="Only say which responders there are, and what they do.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option("--junit", type=click.File("w", lazy=True), metavar="FILE", help="Write JUnit XML as well, for CI.")
@click.option(
    "--background", type=click.IntRange(0), default=2_000, show_default=True, help="Events of others in each lab."
)
@click.option(
    "--store",
    type=click.Choice(["lake", "athena"]),
    help="Where events are queried.  [default: lake; with --aws, what the account can have]",
)
@click.option("--aws", is_flag=True, help="The reference learner, in a spare AWS account: deploy, solve, tear down.")
@click.option("--timeout", type=Duration(), default=timedelta(hours=2), help="With --aws, for events.  [default: 2h]")
@account_options
def validate(
    names: tuple[str, ...],
    everybody: bool,
    listed: bool,
    as_json: bool,
    junit: IO[str] | None,
    background: int,
    store: str | None,
    aws: bool,
    timeout: timedelta,
    profile: str | None,
    region: str | None,
    yes: bool,
) -> int:
    """Prove, in fresh labs, that this lab can be solved and that its grader cannot be fooled.

    Responders are learners of code. An untouched lab and an empty sheet must score 0, the reference learner 100; with
    --all every other one is put to the test as well, and must lose exactly the points that it should.

    \b
    Examples:
      lab validate
      lab validate egress_left original_edited
      lab validate --list
      lab validate --store athena
      lab validate --all --junit report.xml
      lab validate --aws --profile canary      in an account without a lab; it says what that costs, and asks

    Exits with 1 when the grader said anything else of any finding.
    """
    if listed:
        list_responders(as_json=as_json)
        return Exit.DONE
    if aws:
        from infra.deploy.proof_cli import validate_on_aws

        if names or everybody or junit:
            raise click.UsageError("on AWS the reference learner is put to the test alone: leave the rest out")
        return validate_on_aws(profile, region, yes=yes, store=store, timeout=timeout, as_json=as_json)
    if profile or region or yes:
        raise click.UsageError("--profile, --region and --yes are about an AWS account: say --aws")
    from infra.local import matrix
    from infra.local import validate as proof

    chosen = chosen_responders(names, everybody=everybody)
    say = partial(click.echo, err=True)
    outcomes = list(proof.validate(chosen, background=background, store=store or "lake", say=say))
    if junit is not None:
        junit.write(matrix.as_junit(outcomes))
    click.echo(json.dumps(matrix.as_json(outcomes), indent=2) if as_json else matrix.as_text(outcomes))
    return Exit.FAILED if any(outcome.faults for outcome in outcomes) else Exit.DONE


def chosen_responders(names: tuple[str, ...], *, everybody: bool) -> list[type[Responder]]:
    """Those named, all, or the first three. Raises BadParameter for a name that nobody has."""
    from scenario.responders.answers import FIRST
    from scenario.responders.catalogue import CATALOGUE

    known = {responder.title(): responder for responder in CATALOGUE}
    if unknown := [name for name in names if name not in known]:
        near = get_close_matches(unknown[0], known)
        meant = f"; did you mean {' or '.join(near)}?" if near else ";"
        raise click.BadParameter(f"there is no responder {unknown[0]!r}{meant} `lab validate --list` names all of them")
    return [known[name] for name in dict.fromkeys(names)] or list(CATALOGUE if everybody else FIRST)


def list_responders(*, as_json: bool) -> None:
    """Print every responder's name, and what it does; as JSON one object of both."""
    from scenario.responders.catalogue import CATALOGUE

    about = {responder.title(): responder.about() for responder in CATALOGUE}
    width = max(map(len, about))
    lines = [f"{title:{width}}  {text}" for title, text in about.items()]
    click.echo(json.dumps(about, indent=2, ensure_ascii=False) if as_json else "\n".join(lines))
