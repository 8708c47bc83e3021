"""The verb `lab event`: a stem of its own."""

from __future__ import annotations

import click

from infra.stem import Stem

VERBS = {
    "plan": "infra.event.plan_cli",
    "init": "infra.event.init_cli",
    "deploy": "infra.event.deploy_cli",
    "wait": "infra.event.watch_cli",
    "status": "infra.event.watch_cli",
    "grade": "infra.event.grade_cli",
    "scoreboard": "infra.event.grade_cli",
    "export": "infra.event.keep_cli",
    "teardown": "infra.event.teardown_cli",
    "forget": "infra.event.keep_cli",
}


@click.group(cls=Stem, verbs=VERBS)
def event() -> None:
    """Many teams at once: a roster, an account for each team, one organiser.

    \b
    Examples:
      lab event plan --teams 100           what limits an event of 100 teams, how long it takes, what it costs
      lab event init --roster roster.csv   writes a roster to fill in; once that is done, begins the event
      lab event deploy --profile organiser, lab event wait, lab event grade, lab event scoreboard
      lab event export --to ./backup, lab event teardown, lab event forget
      lab event deploy --local --teams 40 --host 0.0.0.0
    """
