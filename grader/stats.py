"""The verb that counts a class: `lab stats`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from grader.organiser import Organiser, last_reports
from grader.render.words import number
from grader.report import Report
from scenario.exits import Exit

if TYPE_CHECKING:
    from grader.desk.team import DeskTeam
    from grader.statistics import Answered, TaskStatistics
    from grader.submissions import Submissions


@click.command()
@click.option("--json", "json_", is_flag=True, help="For machines.")
@click.pass_obj
def stats(source: Organiser, json_: bool) -> int:
    """How the class did, task by task, in the last report of each team. For organisers.

    \b
    Examples:
      lab stats
      lab stats --json | jq '.tasks[] | select(.solved < 3)'
    """
    from grader.statistics import SCHEMA, statistics

    with source.submissions() as submissions:
        reports = last_reports(source, submissions)
        tasks = statistics(reports, _answered(source, submissions, reports))
    if json_:
        document = {"schema": SCHEMA, "teams": len(reports), "tasks": [task.as_json() for task in tasks]}
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        click.echo(_as_table(tasks))
    return Exit.DONE


def _answered(source: Organiser, submissions: Submissions, reports: Iterable[Report]) -> Iterable[Answered]:
    """What the teams of these reports ever handed in."""
    from grader.statistics import Answered

    stories: dict[str, DeskTeam] = {}
    for desk in source.known_desks():
        stories.setdefault(desk.seed_id, desk)  # of labs with the same seed, the latest
    desks = [stories[report.seed_id] for report in reports if report.seed_id in stories]
    return [
        Answered(
            sheets=[submission.sheet for submission in submissions.sheets(desk.stage.store_id)],
            key=desk.key(),
            bucket=desk.stage.drop_bucket,
        )
        for desk in desks
    ]


def _as_table(tasks: Sequence[TaskStatistics]) -> str:
    heads = ("task", "solved", "partly", "unknown", "attempts", "hints", "commonest wrong answer")
    rows = [heads, *map(_cells, tasks)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _cells(task: TaskStatistics) -> tuple[str, ...]:
    counts = (f"{count}/{task.teams}" for count in (task.solved, task.partly, task.unknown))
    wrong = f"{task.wrong} ({task.wrong_teams})" if task.wrong else ""
    return (task.id, *counts, number(task.attempts), number(task.hints), wrong)
