"""The verb `lab doctor`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from scenario.exits import Exit

if TYPE_CHECKING:
    from infra.deploy.doctor.doctor import Finding


@click.command()
@click.option("--profile", metavar="NAME", help="The profile to act as.  [default: what boto3 finds by itself]")
@click.option("--region", metavar="NAME", help="The AWS region.  [default: the profile's]")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def doctor(profile: str | None, region: str | None, as_json: bool) -> int:
    """Look whether an AWS account is fit for a lab, before `lab deploy`. Nothing is changed.

    Credentials, region, permissions (as IAM simulates them: it sees no conditions), quotas, the machine image, what an
    earlier lab left, and the store that `--store auto` would take.

    \b
    Examples:
      lab doctor --profile workshop
      lab doctor --profile workshop --region eu-west-1 --json

    Exits with 1 where something is a problem, with 3 where AWS did not answer all of it.
    """
    findings = []
    for finding in looked(profile, region):
        findings.append(finding)
        click.echo(f"{finding.verdict:8} {finding.check:18} {finding.about}", err=as_json)
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    return outcome(findings)


def looked(profile: str | None, region: str | None) -> Iterator[Finding]:
    """Every finding as it comes; where the account cannot be entered, there is only one. Raises AccountError."""
    from botocore.exceptions import BotoCoreError, ClientError

    from infra.deploy.account import enter  # boto3 is slow to import
    from infra.deploy.doctor.checks import Verdict
    from infra.deploy.doctor.doctor import Finding, examine

    try:
        account = enter(profile, region, yes=True)
    except (BotoCoreError, ClientError) as error:
        about = f"{error}: name a profile that works with --profile, or sign in anew"
        yield Finding(check="credentials", verdict=Verdict.PROBLEM, about=about)
    else:
        yield from examine(account)


def outcome(findings: Sequence[Finding]) -> Exit:
    """The exit code: a problem counts more than what nobody knows."""
    verdicts = {str(finding.verdict) for finding in findings}
    if "problem" in verdicts:
        return Exit.FAILED
    return Exit.NOT_READY if "unknown" in verdicts else Exit.DONE
