"""Proof that the lab can be solved and that the grader is not fooled: learners of code in fresh labs.

A responder sees of the lab what a learner sees: the AWS endpoint with LearnerRole, and the HTTP API with the team's
token. Python runs one thread at a time: many responders are shared out to several
processes, each with a local AWS of its own.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import click
from botocore.exceptions import BotoCoreError, ClientError

from grader.client import Portal, PortalError
from grader.report import Report, Verdict
from grader.sheet.parse import NotGradableError
from infra.deploy.state import StateFolder, Team
from infra.local.fault_cli import call
from scenario.answer_key import key_of
from scenario.query import QueryError
from scenario.responders.catalogue import CATALOGUE
from scenario.responders.expected import Expected, expected
from scenario.responders.reference import NothingFoundError
from scenario.responders.responder import NotRefusedError, Responder
from scenario.workshop import tasks

TROUBLE = (BotoCoreError, ClientError, NotRefusedError, NothingFoundError, PortalError, QueryError)
"""What keeps a responder from doing what it stands for: a fault of the lab, which the others need not suffer from."""

UNTOUCHED = "untouched"  # the team of those that leave no trace
SHARE = 8  # responders that are worth a process more


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one responder's lab ended. `faults` is what was not as it must be, a sentence each."""

    name: str
    about: str  # what the responder does
    expected: tuple[tuple[str, Expected], ...]  # by finding, in the order of the tasks
    report: Report
    faults: tuple[str, ...]


def validate(
    responders: Sequence[type[Responder]], *, background: int, say: Callable[[str], None], store: str = "lake"
) -> Iterator[Outcome]:
    """Put every responder to the test, in labs that are all fresh; the outcomes come in the responders' order."""
    names = [responder.title() for responder in responders]
    processes = min(os.cpu_count() or 1, -(-len(names) // SHARE))
    if processes == 1:
        yield from prove(names, background, say, store)
        return
    shares = [names[start::processes] for start in range(processes)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        settings = ([value] * processes for value in (background, partial(click.echo, err=True), store))
        proved = pool.map(prove, shares, *settings)
        outcomes = {outcome.name: outcome for share in proved for outcome in share}
    yield from (outcomes[name] for name in names)


def prove(names: Sequence[str], background: int, say: Callable[[str], None], store: str = "lake") -> list[Outcome]:
    """Put these responders to the test in one local AWS, each in an account of its own with this kind of store.

    Those that leave no trace share one: it is proved to be untouched before each. Nobody is without a neighbour.
    """
    from infra.local.lab import Plan, running  # moto is slow to import, and whoever only shares out needs none

    known = {responder.title(): responder for responder in CATALOGUE}
    chosen = [known[name] for name in names]
    wanted = [responder.title() if responder.leaves_traces() else UNTOUCHED for responder in chosen]
    teams = (*dict.fromkeys(wanted), "neighbour")
    plan = Plan(teams=teams[: max(2, len(teams) - 1)], store=store, background=background, bystanders=1)
    with tempfile.TemporaryDirectory() as folder, running(plan, StateFolder(Path(folder)), say=say) as lab:
        places = [plan.teams.index(team) for team in wanted]
        return [
            _outcome(responder, lab.teams[place], lab.teams[place - 1], lab.seed, say)
            for responder, place in zip(chosen, places, strict=True)
        ]


def _outcome(responder: type[Responder], team: Team, neighbour: Team, seed: str, say: Callable[[str], None]) -> Outcome:
    portal = Portal(team.access.portal, team.access.token)
    shared = not responder.leaves_traces()
    faults = _traces(portal.report()) if shared or responder.graded_first else []
    counted: dict[str, Any] = {}
    done = True
    if responder.fault:
        call(team, "POST", json.dumps(dict(responder.fault)).encode())
    try:
        sheets = responder(team.access, neighbour.access).sheets()
        refusals = sum(not _hand_in(portal, sheet, counted) for sheet in sheets)
        if refusals != responder.refusals:
            faults.append(f"{refusals} sheets were not gradable, expected {responder.refusals}")
    except TROUBLE as error:
        faults.append(f"it could not do what it stands for: {error}")
        done = False
    report, key = portal.report(), key_of(team.stage, seed)
    wanted = tuple((task.id, expected(responder.expects, task, counted, key)) for task in tasks())
    faults += _differences(dict(wanted), report) if done else []
    say(f"{responder.title()}: {report.score:g} of {report.max} points, {'as it must' if not faults else 'WRONG'}")
    return Outcome(
        name=responder.title(), about=responder.about(), expected=wanted, report=report, faults=tuple(faults)
    )


def _traces(report: Report) -> list[str]:
    """What somebody has left in the lab already."""
    return [f"{f.id} is {f.verdict} before anything is done" for f in report.findings if f.verdict is not Verdict.FAIL]


def _hand_in(portal: Portal, sheet: bytes, counted: dict[str, Any]) -> bool:
    """Hand in a sheet; whether it was gradable, and then added to those that count."""
    try:
        portal.submit(sheet)
    except NotGradableError:
        return False
    counted.update(json.loads(sheet))
    return True


def _differences(wanted: dict[str, Expected], report: Report) -> list[str]:
    return [
        f"{f.id}: {f.verdict} with {f.points:g} points, expected {want.verdict} with {want.points:g} ({f.message})"
        for f, want in zip(report.findings, wanted.values(), strict=True)
        if (f.verdict, round(f.points, 2)) != (want.verdict, want.points)
    ]
