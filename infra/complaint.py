"""How a mistake reads on a terminal: in the language that was chosen, click's own sentences as well as the lab's."""

from __future__ import annotations

from io import StringIO

import click

from grader.words import translated
from infra.deploy.surroundings import Surroundings
from scenario.language import LANGUAGES, UnknownLanguageError


def complain(about: click.ClickException | str, surroundings: Surroundings) -> None:
    """Say what went wrong, on standard error. What click shows are lines of their own: usage, where help is, the error.

    In English where the language itself is the mistake, or was chosen by a `--lang` that click had not read yet.
    """
    try:
        language = surroundings.language
    except UnknownLanguageError:
        language = LANGUAGES[0]
    lines = [about] if isinstance(about, str) else _shown(about)
    for line in lines:
        click.echo(translated(line, language), err=True)


def _shown(error: click.ClickException) -> list[str]:
    shown = StringIO()
    error.show(file=shown)
    return shown.getvalue().splitlines()
