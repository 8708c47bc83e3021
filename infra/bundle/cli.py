"""The verb `lab bundle`."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import click

STORES = ("athena", "lake")
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.option("--workshop-studio", type=FOLDER, metavar="DIR", help="Write a workshop for AWS Workshop Studio.")
@click.option("--stacksets", type=FOLDER, metavar="DIR", help="Write template, parameters and commands for StackSets.")
@click.option(
    "--store", type=click.Choice(STORES), default=STORES[0], show_default=True, help="Where events are queried."
)
@click.option("--seed", help="The lab's seed.  [default: a fresh one, written into the bundle]")
@click.option("--json", "as_json", is_flag=True, help="For machines: the files by bundle.")
def bundle(workshop_studio: Path | None, stacksets: Path | None, store: str, seed: str | None, as_json: bool) -> None:
    """Write the lab as a folder for those who bring the accounts: Workshop Studio, or StackSets in your own.

    Each bundle has a README.md that says how it is used, and what nobody has verified on AWS yet. It holds the lab's
    seed: it is for organisers alone. Where neither is asked for, the console takes the account template as it is.

    \b
    Examples:
      lab bundle --workshop-studio ./workshop
      lab bundle --stacksets ./stacksets --store lake
      lab bundle --stacksets ./stacksets --seed "$SEED" --json
    """
    from infra.bundle import stacksets as sets  # the guide and its Markdown are slow to import
    from infra.bundle import workshop_studio as studio
    from infra.bundle.folder import write

    wanted = {studio.bundle: workshop_studio, sets.bundle: stacksets}
    if not any(wanted.values()):
        raise click.UsageError("say for whom: --workshop-studio DIR, --stacksets DIR, or both")
    given = seed or secrets.token_hex(16)
    written = {}
    for make, folder in wanted.items():
        if folder is not None:
            files = make(seed=given, store=store)
            write(folder, files)
            written[str(folder)] = sorted(files)
    if as_json:
        click.echo(json.dumps(written, indent=2))
        return
    for name, paths in written.items():
        click.echo(f"{name}: {len(paths)} files; begin with {Path(name) / 'README.md'}")
