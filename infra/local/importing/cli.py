"""The verb `lab import`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from infra.deploy.surroundings import Surroundings
from scenario.exits import Exit

STORE = "imported"


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--store", default=STORE, show_default=True, help="The event data store to import into; made if missing.")
@click.option("--json", "as_json", is_flag=True, help="The report for machines.")
@click.pass_obj
def import_(surroundings: Surroundings, files: tuple[Path, ...], store: str, as_json: bool) -> int:
    """Load real CloudTrail logs into an event data store of their own, to practise on.

    FILES are log files or whole folders, such as a copy of a trail's bucket: CloudTrail's JSON, gzipped or not, JSON
    lines, or what `aws cloudtrail lookup-events` prints. The store stands beside the lab's own, in the team's account;
    the lab's tasks and grades know nothing of it. Importing the same files again adds nothing.

    \b
    Examples:
      lab import AWSLogs/
      lab import --store flaws-cloud *.json.gz
      lab import --json events.jsonl | jq -r .store

    Exits with 1 when nothing was imported.
    """
    from infra.local.importing.client import ImportClient, import_logs  # botocore is slow to import
    from infra.local.importing.logs import log_files

    team = surroundings.chosen_team()
    access = team.access
    if access.endpoint is None:
        raise click.UsageError("events can be imported into a lab on this machine only")
    client = ImportClient(
        access.endpoint, region=access.region, keys=team.keys(), readers=[team.stage.learner_role_arn]
    )
    paths = log_files(files)
    with progress(paths) as hear:
        report = import_logs(client, store, paths, hear)
    click.echo(json.dumps(report.as_json(), indent=2) if as_json else report.as_text())
    return Exit.DONE if report.imported else Exit.FAILED


@contextmanager
def progress(paths: Sequence[Path]) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, nothing elsewhere; gives the function that moves it: records and bytes until now."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.fields[records]:,} records"), BarColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=sum(path.stat().st_size for path in paths), records=0)
        yield lambda records, size: bar.update(task, completed=size, records=records)
