"""The verb `lab notebook`: the team's notebook, written and opened."""

from __future__ import annotations

import os
import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn, Protocol

import click

from grader.words import translated
from scenario.access import Access
from scenario.exits import Exit

NO_JUPYTERLAB = (
    "JupyterLab is not installed here: `pip install jupyterlab`, or open the notebook with any other Jupyter "
    'or VS Code, started in a terminal in which `eval "$(lab env)"` was run.'
)


class AccessSource(Protocol):
    """Whoever mounts this verb says how the lab is reached, and in which language it speaks."""

    @property
    def language(self) -> str:
        """The learner's language."""

    def access(self) -> Access:
        """The learner's way to the lab."""


@click.command()
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default="investigation.ipynb",
    show_default=True,
    metavar="FILE",
    help="Where to write it.",
)
@click.option("--no-open", is_flag=True, help="Write it only.")
@click.option("--force", is_flag=True, help="Write it anew where it is there already: what was done in it is lost.")
@click.pass_obj
def notebook(source: AccessSource, out: Path, no_open: bool, force: bool) -> int:
    """Write your team's notebook, and open it in JupyterLab. A notebook that is there already is opened as it is.

    It holds no credentials: JupyterLab has them in its environment. Any other Jupyter and VS Code open it as well, when
    they are started in a terminal in which eval "$(lab env)" was run.

    \b
    Examples:
      lab notebook
      lab notebook --lang vi --out dieu-tra.ipynb
      lab notebook --no-open

    Exits with 2 where the file cannot be written, or is there already and is not to be opened.
    """
    say, access = partial(translated, language=source.language), source.access()
    if write(out, access.team, source.language, force=force):
        click.echo(say(f"Wrote {out}."), err=True)
    elif no_open:
        raise click.UsageError(say(f"{out} is there already: --force writes it anew, --out chooses another name."))
    else:
        click.echo(say(f"{out} is there already, and is opened as it is. --force writes it anew."), err=True)
    if not no_open and find_spec("jupyterlab") is None:
        click.echo(say(NO_JUPYTERLAB))
    elif not no_open:
        become_jupyterlab(out, access)
    return Exit.DONE


def write(out: Path, team: str, language: str, *, force: bool) -> bool:
    """Write the notebook; False where a file is there already, which stays unless by `force`.

    Raises click.FileError where it cannot be written.
    """
    from grader.notebook.write import notebook as written  # nbformat is slow to import, and the help needs none
    from scenario.workshop.guide import guide

    document = written(guide(language), team=team, language=language)
    try:
        with out.open("w" if force else "x", encoding="utf-8") as file:
            file.write(document)
    except FileExistsError:
        return False
    except OSError as error:
        raise click.FileError(str(out), hint=error.strerror) from error
    return True


def become_jupyterlab(notebook: Path, access: Access) -> NoReturn:
    """Open the notebook in JupyterLab as this learner, in place of this process."""
    sys.stderr.flush()
    command = [sys.executable, "-m", "jupyterlab", str(notebook)]
    os.execve(sys.executable, command, access.environment(os.environ))  # noqa: S606 - the user's own interpreter
