"""The verb `lab flags`: what an organiser should look at, and no learner hears of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from grader.copied import Reference
from grader.copied import flags as copied
from grader.organiser import Organiser
from grader.sheet.witness import health
from scenario.exits import Exit

if TYPE_CHECKING:
    from grader.desk.team import DeskTeam
    from grader.submissions import Submissions

SCHEMA = "ec2-investigation-lab/flags/1"


@click.command()
@click.option("--json", "json_", is_flag=True, help="For machines.")
@click.pass_obj
def flags(source: Organiser, json_: bool) -> int:
    """What an organiser should look at: labs that are not as their story says, sheets that look like another team's.

    It asks each lab's event data store, and needs the lab's state folder. What it prints may hold answers.

    \b
    Examples:
      lab flags
      lab flags --json | jq '.teams[] | select(.copied != [])'

    Exits with 1 where there is anything to look at.
    """
    desks = source.desks()
    with source.submissions() as submissions:
        found = looked_at(desks, submissions)
    if json_:
        click.echo(json.dumps({"schema": SCHEMA, "teams": found}, indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(line for team in found for line in _lines(team)))
    return Exit.FAILED if any(team["health"] or team["copied"] for team in found) else Exit.DONE


def looked_at(desks: Sequence[DeskTeam], submissions: Submissions) -> list[dict[str, Any]]:
    """One object for each team: `team`, `health` (sentences), `copied` (as `grader.copied.Flag`)."""
    references = {desk.stage.team: Reference(key=desk.key(), bucket=desk.stage.drop_bucket) for desk in desks}
    return [
        {
            "team": team,
            "health": list(health(references[team].key, desk.collect(submissions).evidence)),
            "copied": [asdict(flag) for flag in copied(submissions.sheets(desk.stage.store_id), team, references)],
        }
        for team, desk in zip(references, desks, strict=True)
    ]


def _lines(team: dict[str, Any]) -> list[str]:
    sentences = [*team["health"]]
    sentences += [
        f"submission {flag['submission']} holds what only {flag['like']}'s lab has: {', '.join(flag['fields'])}"
        for flag in team["copied"]
    ]
    return [f"{team['team']}: {sentence}" for sentence in sentences or ["nothing to look at"]]
