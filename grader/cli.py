"""Verbs of a learner who has answers: `lab submit` and `lab grade`."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from functools import partial
from typing import IO, Protocol

import click

from grader.client import Portal
from grader.notebook.executed import MAX_BYTES as NOTEBOOK_BYTES
from grader.organiser import Organiser, exit_under, grade_class, grade_collected
from grader.render import as_json, as_text
from grader.report import Report, Verdict
from grader.sheet.parse import MAX_BYTES, NotGradableError
from grader.words import translated
from scenario.access import Access
from scenario.exits import Exit

_EXITS = {Verdict.PASS: Exit.DONE, Verdict.FAIL: Exit.FAILED, Verdict.UNKNOWN: Exit.NOT_READY}


class AccessSource(Protocol):
    """Whoever mounts these verbs says how the lab is reached, and in which language it speaks."""

    @property
    def language(self) -> str:
        """The learner's language."""

    def access(self) -> Access:
        """The learner's way to the lab."""


@click.command()
@click.argument("sheet", type=click.File("rb"), required=False, metavar="[FILE|-]")
@click.option("--notebook", type=click.File("rb"), metavar="FILE", help="An executed notebook, as evidence.")
@click.pass_obj
def submit(source: AccessSource, sheet: IO[bytes] | None, notebook: IO[bytes] | None) -> int:
    """Hand in an answer sheet: a JSON file, or - for standard input. Or an executed notebook.

    A sheet may hold any of the answers; what it leaves out keeps the answer of an earlier one. So many answers to one
    question count: an attempt is used where the answer changes, not where it is only spelt otherwise.

    A notebook gives no points. It is kept as it is, and the report names it by its SHA-256 and the time; the last one
    counts.

    \b
    Examples:
      lab submit sheet.json
      echo '{"instance_id": "i-0123456789abcdef0"}' | lab submit -
      lab submit --notebook investigation.ipynb

    Exits with 1 where answers came after the last attempt: the earlier ones stay. Exits with 2 where the sheet or the
    notebook cannot be graded, saying why; nothing is counted then.
    """
    if notebook and not sheet:
        what, hand_in = "notebook", partial(_notebook, notebook)
    elif sheet and not notebook:
        what, hand_in = "sheet", partial(_sheet, sheet)
    else:
        raise click.UsageError("hand in a sheet, or a notebook with --notebook: one of them")
    say, access = partial(translated, language=source.language), source.access()
    try:
        return hand_in(Portal(access.portal, access.token), say)
    except NotGradableError as error:
        click.echo(say(f"This {what} cannot be graded, and was not counted:"), err=True)
        for problem in error.errors:
            click.echo(f"  {say(str(problem))}", err=True)
        return Exit.USAGE


def _notebook(notebook: IO[bytes], portal: Portal, say: Callable[[str], str]) -> int:
    kept = portal.submit_notebook(notebook.read(NOTEBOOK_BYTES + 1))
    found = f"{kept['run']} of {kept['cells']} cells were run, {kept['queries']} of them queries with their result"
    click.echo(say(f"Handed in: {found}."))
    click.echo(f"SHA-256 {kept['sha256']}")
    return Exit.DONE


def _sheet(sheet: IO[bytes], portal: Portal, say: Callable[[str], str]) -> int:
    held = portal.submit(sheet.read(MAX_BYTES + 1))
    click.echo(say(f"Handed in. Answered so far: {', '.join(held['answered']) or 'nothing'}."))
    for field in held["refused"]:
        click.echo(say(f"No attempts are left for {field}: its earlier answer stays."), err=True)
    return Exit.FAILED if held["refused"] else Exit.DONE


@click.command()
@click.option("--json", "json_", is_flag=True, help="The report as JSON.")
@click.option(
    "--all", "all_", is_flag=True, help="Every team, for organisers: one that cannot be graded stops no other."
)
@click.option("--evidence", type=click.File("rb"), metavar="FILE", help="What `lab collect` saved, for organisers.")
@click.option("--fail-under", type=click.FloatRange(0), metavar="N", help="Exit with 1 for fewer points, else with 0.")
@click.pass_obj
def grade(source: Organiser, json_: bool, all_: bool, evidence: IO[bytes] | None, fail_under: float | None) -> int:
    """Have the answers and the containment graded now.

    \b
    Examples:
      lab grade
      lab grade --json | jq .score
      lab grade --all --fail-under 60
      lab grade --evidence blue.json

    Exits with 0 when all passed, with 1 when something failed, with 3 when something is not known yet. With --all, and
    with --fail-under, only points count: 0 when there are enough, 3 when those that are open may make it enough, or
    when a team could not be graded.
    """
    if all_ and evidence:
        raise click.UsageError("--all asks AWS, --evidence does not: choose one")
    if all_:
        return grade_class(source, json_=json_, fail_under=fail_under)
    report = grade_collected(source, evidence) if evidence else _graded(source)
    click.echo(as_json(report) if json_ else _for_screen(report, source.language))
    return _EXITS[report.verdict] if fail_under is None else exit_under([report], fail_under)


def _graded(source: AccessSource) -> Report:
    access = source.access()
    return Portal(access.portal, access.token).report()


def _for_screen(report: Report, language: str) -> str:
    """As wide and as colourful as the terminal is; see no-color.org."""
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return as_text(report, language, width=min(shutil.get_terminal_size((100, 24)).columns, 120), colour=colour)
