"""The lab's tools in a cell:

    query, submit, hint, status, bars, timeline = set_up(team="blue", language="en")

They reach the lab as the shell that Jupyter was started from: by what `lab env` exports. The notebook itself holds no
secret, only whose it is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any, NamedTuple

import pandas as pd
from IPython.display import Image

from grader.client import Portal
from grader.hint import ahead, head
from grader.notebook.card import Card
from grader.notebook.charts import Charts
from grader.notebook.errors import OtherTeamError, UnansweredError
from grader.notebook.frame import as_answer, as_frame
from grader.notebook.ipython import attend
from grader.notebook.progress import Progress
from grader.notebook.words import Words
from grader.render.words import MARKS, number, spoken, summary
from grader.report import Finding
from scenario.access import Access
from scenario.cli import STORE_PLACEHOLDER
from scenario.language import known, text
from scenario.query import open_store
from scenario.workshop import task


class Tools(NamedTuple):
    """What the cells of a notebook call."""

    query: Callable[[str], pd.DataFrame]
    submit: Callable[..., Card]
    hint: Callable[..., Card]
    status: Callable[..., Card]
    bars: Callable[[pd.DataFrame], Image]
    timeline: Callable[[pd.DataFrame], Image]


def set_up(*, team: str, language: str = "en") -> Tools:
    """The tools of this team's notebook, once the lab has answered; it says where they lead.

    Raises NoAccessError where the environment says nothing of a lab, OtherTeamError where it is another team's,
    UnknownLanguageError, PortalError.
    """
    words = Words(known(language))
    attend(words)
    pd.set_option("display.max_colwidth", None)  # a key that is cut short is no answer
    pd.set_option("display.html.use_mathjax", False)  # what was logged is no formula
    access = Access.from_environment(os.environ)
    if access.team != team:
        raise OtherTeamError(words.say("other_team", mine=team, theirs=access.team))
    lab, charts = NotebookLab(access, words), Charts(words)
    print(lab.about())  # noqa: T201 - in a cell, this is how to say something
    return Tools(lab.query, lab.submit, lab.hint, lab.status, charts.bars, charts.timeline)


class NotebookLab:
    """One team's lab, as a learner's cells reach it. Every method raises PortalError where the lab's desk refuses."""

    def __init__(self, access: Access, words: Words) -> None:
        self._store = access.store_id
        self._portal = Portal(access.portal, access.token)
        self._events = open_store(access.session(), access)
        self._words = words

    def about(self) -> str:
        """Where the lab is."""
        team = self._portal.team()
        return self._words.say(
            "ready", team=team["team"], account=team["account_id"], region=team["region"], store=self._store
        )

    def query(self, sql: str) -> pd.DataFrame:
        """All rows that the event data store finds; EDS_ID stands for its id. Says so where there are none.

        Raises QueryError's children.
        """
        progress = Progress(self._words)
        rows = self._events.run(sql.replace(STORE_PLACEHOLDER, self._store), heard=progress)
        progress.end()
        if not rows.rows:
            print(self._words.say("no_rows"))  # noqa: T201 - as above
        return as_frame(rows)

    def submit(self, **answers: Any) -> Card:
        """Hand in answers, each by the name of its task: texts, lists, columns of a result, or a whole result.

        Raises UnansweredError for a `...` that is still there, NotGradableError.
        """
        for id_, answer in answers.items():
            if _is_open(answer):
                raise UnansweredError(self._words.say("fill_in_answer", task=id_))
        sheet = {id_: as_answer(answer) for id_, answer in answers.items()}
        kept = self._portal.submit(json.dumps(sheet, default=list).encode())
        return Card(self._words.say("handed_in"), [self._kept(id_, kept) for id_ in answers])

    def hint(self, task: str, step: int = 1) -> Card:
        """Show a task's hints up to this step. Each takes some of its points, once: to run the cell again is free."""
        shown = self._portal.show_hints(task, step)
        return Card(
            self._title(task), [row for hint in shown["hints"] for row in self._hinted(hint)], self._ahead(shown)
        )

    def status(self, *only: str) -> Card:
        """Have the team graded now, and show how it stands: in all tasks, or only in those that are named."""
        report = spoken(self._portal.report(), self._words.language)
        findings = [finding for finding in report.findings if not only or finding.id in only]
        return Card(summary(report, self._words.language), [_found(finding) for finding in findings])

    def _kept(self, id_: str, kept: dict[str, Any]) -> tuple[str, str]:
        if id_ in kept["refused"]:
            return self._title(id_), self._words.say("no_attempts_left")
        return self._title(id_), self._words.say("attempts_left", count=kept["attempts_left"][id_])

    def _hinted(self, hint: dict[str, Any]) -> list[tuple[str, str]]:
        query = [("", hint["query"].strip())] if hint["query"] else []
        return [(head(hint, self._words.language), text(hint["text"], self._words.language)), *query]

    def _ahead(self, shown: dict[str, Any]) -> str:
        costs = ahead(shown, self._words.language)
        if shown["next_cost"] is None:
            return costs
        return f"{costs} {self._words.say('next_hint', task=shown['task'], step=len(shown['hints']) + 1)}"

    def _title(self, id_: str) -> str:
        return text(task(id_).title, self._words.language)


def _found(finding: Finding) -> tuple[str, ...]:
    return MARKS[finding.verdict], finding.title, f"{number(finding.points)}/{finding.max}", finding.message


def _is_open(answer: Any) -> bool:
    """Whether there is still an ellipsis in it."""
    if isinstance(answer, dict):
        answer = list(answer.values())
    return answer is ... or (isinstance(answer, list | tuple) and any(map(_is_open, answer)))
