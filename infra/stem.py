"""A command whose verbs are imported when they are called for, and what all verbs share."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from importlib import import_module
from keyword import iskeyword
from typing import Any

import click

from infra.deploy.surroundings import Surroundings
from scenario.language import LANGUAGES


class Stem(click.Group):
    """A group of verbs, each in a module that is imported when it is called for, each taking `shared_options`."""

    def __init__(self, *args: Any, verbs: Mapping[str, str], **kwargs: Any) -> None:
        """`verbs` holds the module of each, in the order in which help lists them."""
        super().__init__(*args, **kwargs)
        self.verbs = verbs

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs, in their order."""
        return list(self.verbs)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb of that name, from the package it belongs to."""
        if cmd_name not in self.verbs:
            return None
        attribute = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command: click.Command = copy(getattr(import_module(self.verbs[cmd_name]), attribute))
        present = {param.name for param in command.params}
        command.params = [*command.params, *(option for option in shared_options() if option.name not in present)]
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click's, but a verb that does not exist is answered with those that do."""
        if args and not args[0].startswith("-") and args[0] not in self.verbs:
            ctx.fail(f"there is no verb {args[0]!r}; the verbs are {', '.join(self.verbs)}")
        return super().resolve_command(ctx, args)


def shared_options() -> list[click.Option]:
    """The options that every verb takes; what is said after a verb goes before what was said to its group."""

    def keep(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
        surroundings = ctx.ensure_object(Surroundings)
        if value is not None:
            setattr(surroundings, str(param.name), value)

    return [
        click.Option(
            ["--state"],
            metavar="DIR",
            expose_value=False,
            callback=keep,
            help="The lab's state folder.  [default: $LAB_STATE, else the user's state folder]",
        ),
        click.Option(
            ["--team"], metavar="NAME", expose_value=False, callback=keep, help="The team; optional while there is one."
        ),
        click.Option(
            ["--lang"],
            type=click.Choice(LANGUAGES),
            expose_value=False,
            is_eager=True,  # before whatever else may be wrong, which is to be said in it
            callback=keep,
            help="The language of what learners read.  [default: $LAB_LANG, else en]",
        ),
    ]
