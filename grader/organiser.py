"""Verbs of an organiser: `lab export`, `lab verify`, `lab collect`; and grading other than one's own.

A learner may export too: the report of the own team, as it is graded then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

import click

from grader.client import Portal
from grader.render import RENDERERS, as_csv
from grader.render.words import moment, summary
from grader.report import Report, report_schema
from grader.signature import genuine
from scenario.access import Access
from scenario.exits import Exit

if TYPE_CHECKING:
    from grader.batch import Graded
    from grader.desk.team import DeskTeam
    from grader.submissions import Submissions

DAMAGE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What judging raises for evidence that is not in AWS's shapes, which only somebody's hand can have brought there."""


class NewFile(click.File):
    """A file that is written whole or not at all. One that is a folder is refused before anything is done."""

    def __init__(self) -> None:
        """Text in UTF-8, opened when there is something to write."""
        super().__init__("w", encoding="utf-8", lazy=True, atomic=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> IO[Any]:
        """As click's."""
        if isinstance(value, str) and Path(value).is_dir():
            self.fail(f"{value!r} is a folder: name a file", param, ctx)
        return super().convert(value, param, ctx)


OUT = click.option(
    "--out",
    type=NewFile(),
    default="-",
    metavar="FILE",
    help="Where to write it.  [default: standard output]",
)


class NotGradedError(LookupError):
    """Nobody has been graded yet whose report could be exported."""


class Organiser(Protocol):
    """Whoever mounts these verbs says where the lab is. Every method raises what says that it is not there."""

    team: str | None

    @property
    def language(self) -> str:
        """The language of what learners read."""

    def access(self) -> Access:
        """The learner's way to the lab, of a learner and of an organiser in a learner's place."""

    def learner(self) -> Access | None:
        """The way to the lab of a learner who asks; None where an organiser does."""

    def desk(self) -> DeskTeam:
        """The chosen team."""

    def desks(self) -> Sequence[DeskTeam]:
        """Every team of the lab that is up. Raises LookupError where none is."""

    def known_desks(self) -> Iterable[DeskTeam]:
        """Every team of the lab that is up and of those that are down, to judge what was collected of it."""

    def submissions(self) -> AbstractContextManager[Submissions]:
        """What was handed in and graded, also in labs that are down."""

    def signing_secret(self) -> bytes:
        """What the lab's reports are signed with."""


@click.command()
@click.option(
    "--format", "form", type=click.Choice(list(RENDERERS)), default="text", show_default=True, help="In which form."
)
@OUT
@click.pass_obj
def export(source: Organiser, form: str, out: IO[str]) -> int:
    """Write a report in another form: for people, for CI, for Gradescope, for a spreadsheet.

    An organiser gets the last report that a team of the lab was given, and when no lab is up, the last one of any lab
    before; csv is of every team at once. A learner's report is graded now. --lang is for the forms that people read:
    text, html and gradescope.

    \b
    Examples:
      lab export --format html --out report.html
      lab export --format csv --out class.csv
      lab export --format gradescope --team red --out results.json

    Exits with 3 where nobody has been graded yet.
    """
    reports = chosen_reports(source)
    if not reports:
        require_team(source)
        raise NotGradedError("nobody has been graded yet: `lab grade`, or `lab grade --all`")
    if form == "csv":
        click.echo(as_csv(reports), out)
    elif len(reports) == 1:
        click.echo(RENDERERS[form](reports[0], source.language), out)
    else:
        names = ", ".join(report.team for report in reports)
        raise click.UsageError(f"--format {form} is of one team: choose one of {names} with --team")
    return Exit.DONE


def chosen_reports(source: Organiser) -> list[Report]:
    """The last report of each team that was asked for; a learner's own is graded now."""
    if access := source.learner():
        return [Portal(access.portal, access.token).report()]
    with source.submissions() as submissions:
        reports = last_reports(source, submissions)
    return [report for report in reports if source.team in (None, report.team)]


def require_team(source: Organiser) -> None:
    """Raises click.UsageError where a team was asked for that no lab has ever had."""
    names = sorted({desk.stage.team for desk in source.known_desks()}) if source.team else []
    if names and source.team not in names:
        raise click.UsageError(f"there is no team {source.team!r}: choose one of {', '.join(names)} with --team")


def last_reports(source: Organiser, submissions: Submissions) -> list[Report]:
    """The last report of each team of the lab that is up; where none is, of each team of any lab that was."""
    last = {lab: submissions.reports(lab)[-1] for lab in submissions.graded()}
    try:
        return [last[desk.stage.store_id] for desk in source.desks() if desk.stage.store_id in last]
    except LookupError:
        by_team = {report.team: report for report in last.values()}  # of labs one after the other, the latest
        return [by_team[team] for team in sorted(by_team)]


@click.command()
@click.argument("report", type=click.File("rb"), metavar="FILE|-")
@click.pass_obj
def verify(source: Organiser, report: IO[bytes]) -> int:
    """Tell whether a report, in JSON, is as this lab signed it. For organisers; it needs the lab's state folder.

    \b
    Examples:
      lab verify report.json
      lab grade --json | lab verify -

    Exits with 1 where it is not: another lab's, or changed since.
    """
    text = report.read()
    try:
        sound = genuine(text, source.signing_secret())
    except ValueError as error:
        click.echo(f"Not genuine: this is no report ({error}).", err=True)
        return Exit.FAILED
    if not sound:
        click.echo("Not genuine: this lab did not sign it, or it was changed since.", err=True)
        return Exit.FAILED
    said = Report.from_json(json.loads(text))
    click.echo(f"Genuine. {summary(said)}, graded {moment(said.graded_at)}.")
    return Exit.DONE


@click.command()
@OUT
@click.pass_obj
def collect(source: Organiser, out: IO[str]) -> int:
    """Save all that grading a team looks at. For organisers; `lab grade --evidence` grades it again, without AWS.

    It holds no answer key, no seed and no credentials: the state folder has them, also when the lab is down.

    \b
    Examples:
      lab collect --out blue.json
      lab grade --evidence blue.json

    Exits with 3 where AWS did not show everything: what it did show is saved.
    """
    with source.submissions() as submissions:
        collected = source.desk().collect(submissions)
    click.echo(json.dumps(collected.as_json(), indent=1, ensure_ascii=False), out)
    for gap, reason in collected.evidence.gaps.items():
        click.echo(f"AWS did not show {gap}: {reason}", err=True)
    return Exit.NOT_READY if collected.evidence.gaps else Exit.DONE


def grade_class(source: Organiser, *, json_: bool, fail_under: float | None) -> int:
    """`lab grade --all`: grade every team, telling of each as it ends."""
    from grader.batch import SCHEMA, grade_all

    desks = source.desks()
    done = 0

    def heard(graded: Graded) -> None:
        nonlocal done
        done += 1
        click.echo(f"{done} of {len(desks)}: {_outcome(graded)}", err=True)

    with source.submissions() as submissions:
        ended = grade_all(desks, submissions, heard)
    if json_:
        click.echo(json.dumps({"schema": SCHEMA, "teams": [g.as_json() for g in ended]}, indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(map(_outcome, ended)))
    reports = [graded.report for graded in ended if graded.report]
    under = exit_under(reports, fail_under)
    return Exit.NOT_READY if len(reports) < len(ended) and under is not Exit.FAILED else under


def grade_collected(source: Organiser, evidence: IO[bytes]) -> Report:
    """`lab grade --evidence`: the report of what `lab collect` saved, the same as it was then. It is not kept.

    Raises click.UsageError for a file that is damaged, or of no team of a lab that the state folder knows.
    """
    from jsonschema import ValidationError, validate

    from grader.collected import Collected

    try:
        collected = Collected.read(evidence.read())
    except ValueError as error:
        raise click.UsageError(f"{evidence.name} is nothing that `lab collect` wrote: {error}") from error
    desk = next((desk for desk in source.known_desks() if desk.stage == collected.evidence.stage), None)
    if desk is None:
        raise click.UsageError(
            f"{evidence.name} was collected in a lab whose answer key is not here: choose its state folder with --state"
        )
    desk.key()  # before: no fault of the file
    try:
        report = desk.judge(collected)
        validate(report.as_json(), report_schema())
    except (*DAMAGE, ValidationError) as error:
        said = error.message if isinstance(error, ValidationError) else repr(error)
        raise click.UsageError(f"{evidence.name} is damaged, it cannot be graded: {said}") from error
    return report


def exit_under(reports: Iterable[Report], fail_under: float | None) -> Exit:
    """What a minimum of points makes of scores; points that are still open may yet reach it."""
    least = fail_under or 0
    scores = [(report.score, report.score + report.open) for report in reports]
    if any(reachable < least for _, reachable in scores):
        return Exit.FAILED
    return Exit.NOT_READY if any(score < least for score, _ in scores) else Exit.DONE


def _outcome(graded: Graded) -> str:
    return summary(graded.report) if graded.report else f"{graded.team}: not graded: {graded.trouble}"
