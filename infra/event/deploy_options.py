"""All that may be chosen of an event when it is deployed: on AWS, in a classroom, and in both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import click
from click.core import ParameterSource

from infra.deploy.deploy_cli import KINDS

PERMISSIONS: Final[Mapping[str, str]] = {"organisation": "SERVICE_MANAGED", "roles": "SELF_MANAGED"}
"""By how accounts let the organiser in, the stack set's permission model."""

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
PORT = click.IntRange(0, 65535)

# Names, help, and what click's options take besides.
IN_BOTH: Final[Sequence[tuple[str, str, dict[str, Any]]]] = (
    ("--store", "Where events are queried.  [default: athena; classroom: lake]", {"type": click.Choice(KINDS)}),
    ("--bystanders", "Harmless instances beside it.  [default: 2]", {"type": click.IntRange(0, 3)}),
)
ON_AWS: Final[Sequence[tuple[str, str, dict[str, Any]]]] = (
    (
        "--accounts",
        "Accounts let the organiser in as members of the organisation, or by roles made there.  [default: roles]",
        {"type": click.Choice(list(PERMISSIONS))},
    ),
    ("--concurrency", "How many accounts are graded at once.", {"type": click.IntRange(1, 10_000)}),
    ("--budget-usd", "Dollars a month for what the event itself costs.", {"type": click.IntRange(1)}),
    ("--budget-email", "Who hears of the budget and of alarms.", {"metavar": "ADDRESS"}),
    ("--replace", "Let it take away, replace or restart what stands; else it asks.", {"is_flag": True}),
)
IN_A_ROOM: Final[Sequence[tuple[str, str, dict[str, Any]]]] = (
    ("--local", "Serve a class from this machine, without AWS.", {"is_flag": True}),
    ("--teams", "So many teams: team-01, ...; else those of --roster.", {"type": click.IntRange(1, 999)}),
    ("--resume", "Go on with the class that ended, as it was.", {"is_flag": True}),
    ("--detach", "Return when it is ready, and leave it running.", {"is_flag": True}),
    ("--host", "Listen at this address; 0.0.0.0 for all.", {"default": "127.0.0.1", "show_default": True}),
    ("--url-host", "The name that links carry.  [default: found]", {"default": ""}),
    ("--port", "AWS's; 0: any.", {"type": PORT, "default": 4566, "show_default": True}),
    ("--portal-port", "The page's; 0: any.", {"type": PORT, "default": 8080, "show_default": True}),
    ("--tls-cert", "A certificate with its chain, PEM.", {"type": FILE}),
    ("--tls-key", "Its key, PEM.", {"type": FILE}),
    ("--seed", "The same seed, the same labs.  [default: a fresh one]", {"default": ""}),
    (
        "--background",
        "Events of others, for each team.",
        {"type": click.IntRange(0, 20_000_000), "default": 2_000, "show_default": True},
    ),
    (
        "--feedback",
        "What learners hear of their answers.",
        {"type": click.Choice(["none", "counts", "full"]), "default": "counts", "show_default": True},
    ),
    (
        "--attempts",
        "Answers to one question that count.",
        {"type": click.IntRange(1), "default": 10, "show_default": True},
    ),
)

GOING_ON: Final = ("--local", "--resume", "--detach")
"""What may be asked of a class that goes on as it was."""


def deploy_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Every option above; its help says where it is for one place alone."""
    for table, place in ((IN_A_ROOM, "Classroom: "), (ON_AWS, "AWS: "), (IN_BOTH, "")):
        for name, about, settings in reversed(table):
            command = click.option(name, help=f"{place}{about}", **settings)(command)
    return command


def check_place(*, local: bool, resume: bool) -> None:
    """Refuse what was asked of another place than the one that is meant, or of a class that goes on as it was.

    Raises UsageError naming those options.
    """
    of_a_room, on_aws, in_both = (_given(name for name, *_ in table) for table in (IN_A_ROOM, ON_AWS, IN_BOTH))
    on_aws += _given(["--profile"])
    anew = [name for name in of_a_room + in_both if name not in GOING_ON]
    if not local and of_a_room:
        raise click.UsageError(f"only a class takes {', '.join(of_a_room)}: say --local, or leave it out")
    if local and on_aws:
        raise click.UsageError(f"only an event on AWS takes {', '.join(on_aws)}: leave out that or --local")
    if resume and anew:
        raise click.UsageError(
            "--resume goes on with the class as it was, at the address that its links carry: "
            f"leave out {', '.join(anew)}"
        )


def _given(options: Iterable[str]) -> list[str]:
    """Which of these options the command line has."""
    context = click.get_current_context()
    sources = {name: context.get_parameter_source(name.removeprefix("--").replace("-", "_")) for name in options}
    return [name for name, source in sources.items() if source is ParameterSource.COMMANDLINE]
