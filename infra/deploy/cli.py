"""Verbs about a lab that is up: `lab status`, `lab env`, `lab key`. The same on AWS and on this machine."""

from __future__ import annotations

import json
import os
import shlex
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from infra.deploy.state import Lab, Team
from infra.deploy.surroundings import Surroundings
from scenario.answer_key import key_of
from scenario.exits import Exit

SHELLS: dict[str, Callable[[str, str], str]] = {
    "bash": lambda name, value: f"export {name}={shlex.quote(value)}",
    "fish": lambda name, value: "set -gx {} '{}';".format(name, value.replace("\\", "\\\\").replace("'", "\\'")),
    "powershell": lambda name, value: "$env:{} = '{}'".format(name, value.replace("'", "''")),
    "dotenv": "{}={}".format,  # no shell, but a file .env: VS Code's kernels take it from the folder that is open
}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.pass_obj
def status(surroundings: Surroundings, as_json: bool) -> int:
    """Which lab is here, and whether it answers.

    \b
    Examples:
      lab status
      lab status --state ./red --json

    Exits with 3 where there is no lab, or none that answers.
    """
    lab = surroundings.lab()
    ready = answers(lab)
    stacks = {"stacks": stack_statuses(lab)} if lab.kind == "aws" else {}
    if as_json:
        document = {"state": str(surroundings.folder.path), "ready": ready, "kind": lab.kind, **stacks, **handover(lab)}
        click.echo(json.dumps(document, indent=2))
    else:
        click.echo(overview(lab, surroundings.folder.path, ready))
        for team, said in stacks.get("stacks", {}).items():
            click.echo(f"  stack of {team}  {said}")
    return Exit.DONE if ready else Exit.NOT_READY


@click.command()
@click.option(
    "--shell",
    type=click.Choice(list(SHELLS)),
    default=None,
    help="For which shell.  [default: the one in $SHELL, else bash]",
)
@click.option("--json", "as_json", is_flag=True, help="For machines: one object of names and values.")
@click.pass_obj
def env(surroundings: Surroundings, shell: str | None, as_json: bool) -> None:
    """Print the variables that make the AWS CLI, boto3 and `lab` work as this team's learner.

    The learner's session lasts twelve hours, or one where the organiser is in a role already; near its end this renews
    it, in the organiser's terminal.

    \b
    Examples:
      eval "$(lab env)"
      lab env --shell fish | source
      lab env --shell powershell | Invoke-Expression
      lab env --shell dotenv > .env          for VS Code: what is in it is secret
    """
    access = surroundings.access()
    access.check()
    exports = access.exports()
    if as_json:
        click.echo(json.dumps(exports, indent=2))
        return
    line = SHELLS[shell or usual_shell()]
    for name, value in exports.items():
        click.echo(line(name, value))


@click.command()
@click.pass_obj
def key(surroundings: Surroundings) -> None:
    """Print the answer key: what a perfect sheet says. For organisers; it needs the lab's state folder.

    \b
    Examples:
      lab key
      lab key --team red > key.json
    """
    lab = surroundings.lab()
    click.echo(json.dumps(key_of(lab.team(surroundings.team).stage, lab.seed), indent=2, ensure_ascii=False))


def usual_shell() -> str:
    """The shell that the user seems to be in."""
    name = Path(os.environ.get("SHELL", "bash")).name
    return {"fish": "fish", "pwsh": "powershell"}.get(name, "bash")


def answers(lab: Lab) -> bool:
    """Whether the lab's HTTP API says that it is well.

    Its certificate need not be one that this machine trusts: nothing secret is asked or told.
    """
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    try:
        health = f"{lab.portal}/api/health"
        with urllib.request.urlopen(health, timeout=2, context=tls) as response:  # noqa: S310 - our own address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def stack_statuses(lab: Lab) -> dict[str, str]:
    """By team, what CloudFormation says of its stack, or why it says nothing."""
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    from infra.deploy.change import standing

    soon = Config(connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 2})
    said = {}
    for team in lab.teams:
        try:
            session = team.organiser.session(region=lab.region, endpoint=lab.endpoint)
            stack = standing(session.client("cloudformation", config=soon))
            said[team.stage.team] = stack["StackStatus"] if stack else "is gone: `lab teardown` clears what is left"
        except (BotoCoreError, ClientError) as error:
            said[team.stage.team] = f"not known: {error}"
    return said


def handover(lab: Lab) -> dict[str, Any]:
    """What `lab up --json` prints: where the lab is, and what each team needs to begin."""
    return {
        "endpoint": lab.endpoint,
        "region": lab.region,
        "portal": lab.portal,
        "organiser": {"token": lab.organiser_token, "link": lab.link(lab.organiser_token)},
        "teams": [
            {
                "team": team.stage.team,
                "account_id": team.stage.account_id,
                "store": {"kind": team.stage.store_kind, "id": team.stage.store_id},
                "token": team.access.token,
                "link": lab.link(team.access.token),
                "learner": {
                    "access_key_id": team.access.credentials.access_key_id,
                    "secret_access_key": team.access.credentials.secret_access_key,
                    "session_token": team.access.credentials.session_token,
                    "expires_at": until(team),
                },
            }
            for team in lab.teams
        ],
    }


def until(team: Team) -> str | None:
    """When the learner's session expires, in UTC; `lab env` renews it."""
    expires = team.access.credentials.expires_at
    return expires.strftime("%Y-%m-%dT%H:%M:%SZ") if expires else None


HEADLINES = {
    ("local", True): "The lab is up",
    ("local", False): "The lab does not answer (its process may have ended): `lab down`, then `lab up`",
    ("classroom", True): "The class is served",
    ("classroom", False): "The class is not served; it is kept: `lab event deploy --local --resume` goes on",
    ("aws", True): "The lab stands on AWS, and its page answers",
    ("aws", False): "The lab stands on AWS; its page does not answer: `lab serve`",
}
"""By kind of lab, and whether its page answers."""


def overview(lab: Lab, folder: Path, ready: bool) -> str:
    """The lab on one screen."""
    lines = [
        HEADLINES[lab.kind, ready],
        f"  AWS endpoint  {lab.endpoint or 'AWS'}  ({lab.region})",
        f"  page and API  {lab.portal}",
        f"  organiser     {lab.link(lab.organiser_token)}",
        f"  state         {folder}",
    ]
    for team in lab.teams:
        lines += [
            f"  team {team.stage.team}",
            f"    account       {team.stage.account_id}",
            f"    event store   {team.stage.store_id}",
            f"    page          {lab.link(team.access.token)}",
            f"    session       until {until(team) or 'its keys are deleted'}",
        ]
    return "\n".join(lines)
