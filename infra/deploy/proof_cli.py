"""`lab validate --aws`, as `lab validate` hands it on."""

from __future__ import annotations

import json
from datetime import timedelta

import click

from grader.render import as_text
from infra.deploy.account import enter
from infra.deploy.deploy_cli import asker, say
from infra.deploy.deployment import AUTO, Asked
from infra.deploy.proof import prove
from scenario.exits import Exit


def validate_on_aws(
    profile: str | None, region: str | None, *, yes: bool, store: str | None, timeout: timedelta, as_json: bool
) -> int:
    """Prove it in the account, and say how it went."""
    account = enter(profile, region, yes=yes)
    asked = Asked(team="canary", store=store or AUTO, bystanders=1)
    proof = prove(account, asked, timeout, say=say, confirm=asker(yes))
    if as_json:
        click.echo(json.dumps(proof.as_json(), indent=2))
        return Exit.DONE if proof.holds else Exit.FAILED
    click.echo(as_text(proof.solved, "en"))
    left = len(proof.left.refused)
    click.echo(f"untouched the lab gave {proof.untouched.score:g} points; {left} things of it could not be removed")
    return Exit.DONE if proof.holds else Exit.FAILED
