"""The verb `lab hint`: help with a task, for some of its points."""

from __future__ import annotations

from typing import Any, Protocol

import click

from grader.client import Portal
from grader.words import translated
from scenario.access import Access
from scenario.exits import Exit
from scenario.language import text
from scenario.workshop import tasks


class AccessSource(Protocol):
    """Whoever mounts this verb says how the lab is reached, and in which language it speaks."""

    @property
    def language(self) -> str:
        """The learner's language."""

    def access(self) -> Access:
        """The learner's way to the lab."""


@click.command()
@click.argument("task", type=click.Choice([task.id for task in tasks()]), metavar="TASK")
@click.option("--seen", is_flag=True, help="Only those that were shown already, which costs nothing.")
@click.pass_obj
def hint(source: AccessSource, task: str, seen: bool) -> int:
    """Show the next hint of a task: a nudge, then the shape of the query or call, then the query or call itself.

    Each takes some of the task's points, once; what the guide shows openly takes none.

    \b
    Examples:
      lab hint uploaded_files
      lab hint isolated --seen
    """
    language, access = source.language, source.access()
    portal = Portal(access.portal, access.token)
    shown = portal.hints(task)
    if not seen and shown["next_cost"] is not None:
        shown = portal.show_hints(task, len(shown["hints"]) + 1)
    click.echo(_as_text(shown, language))
    return Exit.DONE


def head(hint: dict[str, Any], language: str) -> str:
    """Which hint it is, and what it took."""
    return translated(f"Hint {hint['step']} ({_points(hint['cost'])}):", language)


def ahead(shown: dict[str, Any], language: str) -> str:
    """What the next hint takes."""
    cost = shown["next_cost"]
    return translated("There are no more hints." if cost is None else f"The next hint costs {_points(cost)}.", language)


def _as_text(shown: dict[str, Any], language: str) -> str:
    """Every hint so far, a paragraph each, and what comes next."""
    return "\n\n".join([*(_paragraph(hint, language) for hint in shown["hints"]), ahead(shown, language)])


def _paragraph(hint: dict[str, Any], language: str) -> str:
    said = f"{head(hint, language)} {text(hint['text'], language)}"
    return f"{said}\n\n{hint['query'].strip()}" if hint["query"] else said


def _points(number: int) -> str:
    return f"{number or 'no'} point{'' if number == 1 else 's'}"
