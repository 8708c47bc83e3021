"""The pages and parts of the Work view, and what its forms send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from grader.desk.api import asked_step, asked_task, read_body
from grader.desk.desk import Desk
from grader.desk.page import language_of, words
from grader.desk.team import DeskTeam
from grader.desk.work.chapters import Chapter, blocks, chapters, inline, opened_queries, shown_query
from grader.desk.work.form import answer_of, fields_of, places, sheet_of
from grader.desk.work.standing import Standing, TaskState, standing
from grader.render.words import number
from grader.sheet.parse import NotGradableError
from grader.words import translated
from scenario.workshop import Task, task

Context = Mapping[str, Any]


def routes(desk: Desk) -> list[BaseRoute]:
    """The pages' routes: those of fixed names before those of tasks."""
    work = Work(desk)
    return [
        Route("/work", work.page, methods=["GET"]),
        Route("/work/score", work.score, methods=["GET"]),
        Route("/work/{task}", work.page, methods=["GET"]),
        Route("/work/{task}/tasks", work.tasks, methods=["GET"]),
        Route("/work/{task}/answer", work.answer, methods=["GET"]),
        Route("/work/{task}/answer", work.submit, methods=["POST"]),
        Route("/work/{task}/hints", work.hints, methods=["GET"]),
        Route("/work/{task}/grade", work.grade, methods=["POST"]),
        Route("/work/{task}/hint/{step}", work.hint, methods=["POST"]),
    ]


@dataclass(frozen=True, slots=True)
class Look:
    """What is shown to a team, in a language, at one task."""

    team: DeskTeam
    standing: Standing
    language: str
    task: Task

    @property
    def state(self) -> TaskState:
        """How the team stands in the task."""
        return self.standing.states[self.task.id]

    @property
    def chapter(self) -> Chapter:
        """What the guide says of the task."""
        return next(chapter for chapter in chapters(self.language) if chapter.task == self.task.id)

    @property
    def parts(self) -> Sequence[tuple[str, Sequence[TaskState]]]:
        """All tasks in the order of the guide, by the part that they are in."""
        grouped = groupby(chapters(self.language), key=lambda chapter: chapter.part)
        return [(part, [self.standing.states[chapter.task] for chapter in members]) for part, members in grouped]

    def beside(self, by: int) -> Task | None:
        """The task so many further on in the guide; None beyond its ends."""
        order = [chapter.task for chapter in chapters(self.language)]
        place = order.index(self.task.id) + by
        return task(order[place]) if 0 <= place < len(order) else None

    def context(self) -> dict[str, Any]:
        """What the view's templates name."""
        opened = opened_queries({id_: state.steps for id_, state in self.standing.states.items()})
        return {
            "team": self.team.stage.team,
            "store": self.team.stage.store_id,
            "look": self,
            "task": self.task,
            "state": self.state,
            "answer": self.state.answer,
            "errors": (),
            "bad": frozenset(),
            "hints": self.task.shown_hints(self.state.steps, store_id="EDS_ID"),
            "blocks": lambda section: blocks(section, self.language, opened),
            "query": lambda name: shown_query(name, opened),
            "inline": inline,
            "number": number,
            "said": lambda sentence: translated(sentence, self.language),
        }


class Work:
    """The endpoints. What blocks (SQLite, AWS) runs in a thread."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def page(self, request: Request) -> Response:
        """The page at a task: the one that is asked for, else the first that is open. htmx gets the task alone."""
        look = await self._look(request)
        if "hx-request" in request.headers:
            return self._parts(request, look.context(), "work-task.html", "work-tasks.html")
        return self._desk.pages.page(request, "work.html", **look.context(), sql=request.query_params.get("sql", ""))

    async def score(self, request: Request) -> Response:
        """The team's score."""
        team = self._desk.team(request)
        return self._desk.pages.fragment(
            request,
            "work-score.html",
            standing=await run_in_threadpool(standing, team, self._desk.submissions),
            number=number,
        )

    async def tasks(self, request: Request) -> Response:
        """All tasks, of which the path's is the one that is shown."""
        look = await self._look(request)
        return self._desk.pages.fragment(request, "work-tasks.html", **look.context())

    async def answer(self, request: Request) -> Response:
        """The answer that counts and its verdict."""
        look = await self._look(request)
        return self._desk.pages.fragment(request, "work-answer.html", **look.context())

    async def hints(self, request: Request) -> Response:
        """The hints that were shown, and what the next one costs."""
        look = await self._look(request)
        return self._parts(request, look.context(), "work-hints.html", "work-query.html")

    async def submit(self, request: Request) -> Response:
        """Keep an answer and grade."""
        team, asked = self._desk.accepting(request), asked_task(request)
        answer = answer_of(asked, fields_of(await read_body(request)))
        if answer is None:
            return await self._refused(request, answer, [words(language_of(request))["work"]["empty"]])
        try:
            await run_in_threadpool(team.submit, sheet_of(asked, answer), self._desk.submissions)
        except NotGradableError as error:
            sentences = [translated(str(one), language_of(request)) for one in error.errors]
            return await self._refused(request, answer, sentences, places(error.errors))
        self._desk.live.tell(team.stage.store_id, "sheet")
        return await self._graded(request, team)

    async def grade(self, request: Request) -> Response:
        """Grade now."""
        return await self._graded(request, self._desk.accepting(request))

    async def hint(self, request: Request) -> Response:
        """Show hints, up to a step; the report that follows says what they cost."""
        team, asked, steps = self._desk.accepting(request), asked_task(request), asked_step(request)
        await run_in_threadpool(team.show_hints, asked, steps, self._desk.submissions)
        self._desk.live.tell(team.stage.store_id, "hints")
        await self._report(team)
        look = await self._look(request)
        return self._parts(request, look.context(), "work-hints.html", "work-tasks.html", "work-query.html")

    async def _graded(self, request: Request, team: DeskTeam) -> Response:
        await self._report(team)
        look = await self._look(request)
        return self._parts(request, look.context(), "work-answer.html", "work-tasks.html")

    async def _report(self, team: DeskTeam) -> None:
        await run_in_threadpool(team.report, self._desk.submissions)
        self._desk.live.tell(team.stage.store_id, "findings")

    async def _refused(
        self, request: Request, answer: Any, errors: Sequence[str], bad: frozenset[tuple[int, str]] = frozenset()
    ) -> Response:
        """The form as it was sent, with what to mend in it."""
        context = (await self._look(request)).context() | {"answer": answer, "errors": errors, "bad": bad}
        return self._parts(request, context, "work-answer.html", status=HTTPStatus.UNPROCESSABLE_ENTITY)

    async def _look(self, request: Request) -> Look:
        """What is to be shown at the path's task, or at the first that is open. Raises HTTPException 404."""
        team, language = self._desk.team(request), language_of(request)
        asked = asked_task(request) if "task" in request.path_params else None
        stands = await run_in_threadpool(standing, team, self._desk.submissions)
        return Look(team, stands, language, asked or _first_open(stands, language))

    def _parts(self, request: Request, context: Context, *templates: str, status: int = HTTPStatus.OK) -> Response:
        """The first part, and others that htmx puts where their like are."""
        first, *others = templates
        parts = [self._desk.pages.part(request, first, **context)]
        parts += (self._desk.pages.part(request, other, **{**context, "beside": True}) for other in others)
        return HTMLResponse("".join(parts), status)


def _first_open(stands: Standing, language: str) -> Task:
    """The first task in the guide that is not answered, or not done; the last where none is left."""
    order = [stands.states[chapter.task] for chapter in chapters(language)]
    return next((state.task for state in order if state.verdict is None), order[-1].task)
