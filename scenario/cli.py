"""Verbs about what happened: `lab story` and `lab query`."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING, Protocol

import click

from scenario.access import Access
from scenario.language import text
from scenario.story import draw, story_as_json

if TYPE_CHECKING:
    from scenario.query import Rows

STORE_PLACEHOLDER = "EDS_ID"  # as the workshop's queries write it


class AccessSource(Protocol):
    """Whoever mounts these verbs says how the lab is reached, and in which language it speaks."""

    @property
    def language(self) -> str:
        """The learner's language."""

    def access(self) -> Access:
        """The learner's way to the lab."""


@click.command()
@click.option("--seed", required=True, help="The team's seed: any text; an organiser's `lab key` uses the lab's own.")
@click.option("--region", default="us-east-1", show_default=True, help="The lab's home region.")
def story(seed: str, region: str) -> None:
    """Print the story that a seed tells, step by step, as JSON.

    \b
    Examples:
      lab story --seed demo
      lab story --seed demo --region eu-west-1 | jq '.steps[].operation'
    """
    click.echo(json.dumps(story_as_json(draw(seed, region)), indent=2, ensure_ascii=False))


@click.command()
@click.argument("sql")
@click.option("--json", "form", flag_value="json", help="One JSON array of objects.")
@click.option("--csv", "form", flag_value="csv", help="Comma-separated values with a header.")
@click.pass_obj
def query(source: AccessSource, sql: str, form: str | None) -> None:
    """Ask the lab's event data store in SQL. EDS_ID stands for the store's id; - reads the SQL from standard input.

    \b
    Examples:
      lab query "select eventname, count(*) as total from EDS_ID group by eventname order by total desc"
      lab query --csv - < query.sql > result.csv

    Exits with 2 where the store refuses the SQL, with 4 where it cannot be reached.
    """
    from scenario.query import open_store  # boto3 is slow to import, and the help needs none

    access = source.access()
    asked = sys.stdin.read() if sql == "-" else sql
    rows = open_store(access.session(), access).run(asked.replace(STORE_PLACEHOLDER, access.store_id))
    if form:
        PRINTERS[form](rows)
        return
    print_table(rows)
    many = "" if len(rows.rows) == 1 else "s"
    click.echo(text({"en": f"{len(rows.rows)} row{many}", "vi": f"{len(rows.rows)} dòng"}, source.language), err=True)


def print_json(rows: Rows) -> None:
    """An array of objects; a name that comes twice keeps its last value, as JSON objects do."""
    click.echo(json.dumps([dict(zip(rows.columns, row, strict=True)) for row in rows.rows], indent=2))


def print_csv(rows: Rows) -> None:
    """A header and a line each."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(rows.columns)
    writer.writerows(rows.rows)


def print_table(rows: Rows) -> None:
    """A table: as wide as the terminal, long values folded; on a pipe as wide as it must be, a line a row."""
    from rich.console import Console
    from rich.table import Column, Table

    table = Table(*(Column(name, overflow="fold") for name in rows.columns), box=None, pad_edge=False)
    for row in rows.rows:
        table.add_row(*(value or "" for value in row))
    cells = [*rows.columns, *(value or "" for row in rows.rows for value in row)]
    width = None if sys.stdout.isatty() else sum(len(cell) + 2 for cell in cells)
    Console(highlight=False, markup=False, emoji=False, width=width).print(table)


PRINTERS = {"json": print_json, "csv": print_csv}
