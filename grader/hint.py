"""The verb `lab hint`: help with a task, for some of its points."""

from __future__ import annotations

from typing import Any, Protocol

import click

from grader.client import Portal
from scenario.access import Access
from scenario.exits import Exit
from scenario.workshop import tasks


class AccessSource(Protocol):
    """Whoever mounts this verb says how the lab is reached."""

    def access(self) -> Access:
        """The learner's way to the lab."""


@click.command()
@click.argument("task", type=click.Choice([task.id for task in tasks()]), metavar="TASK")
@click.option("--seen", is_flag=True, help="Only those that were shown already, which costs nothing.")
@click.pass_obj
def hint(source: AccessSource, task: str, seen: bool) -> int:
    """Show the next hint of a task: a nudge, then the shape of the query or call, then the query or call itself.

    Each takes some of the task's points, once.

    \b
    Examples:
      lab hint uploaded_files
      lab hint isolated --seen
    """
    access = source.access()
    portal = Portal(access.portal, access.token)
    shown = portal.hints(task)
    if not seen and shown["next_cost"] is not None:
        shown = portal.show_hints(task, len(shown["hints"]) + 1)
    click.echo(_as_text(shown))
    return Exit.DONE


def _as_text(shown: dict[str, Any]) -> str:
    """Every hint so far, a paragraph each, and what comes next."""
    hints = [_paragraph(hint) for hint in shown["hints"]]
    cost = shown["next_cost"]
    ahead = "There are no more hints." if cost is None else f"The next hint costs {_points(cost)}."
    return "\n\n".join([*hints, ahead])


def _paragraph(hint: dict[str, Any]) -> str:
    text = f"Hint {hint['step']} ({_points(hint['cost'])}): {hint['text']['en']}"
    return f"{text}\n\n{hint['query'].strip()}" if hint["query"] else text


def _points(number: int) -> str:
    return f"{number} point{'' if number == 1 else 's'}"
