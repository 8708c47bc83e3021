"""The Work view: the tasks with the guide, the answers, and SQL to find them with.

| request | answer |
|---|---|
| GET /work | the page at the first task that is still open; `?sql=` is for the editor |
| GET /work/{task} | the page at that task; for htmx the task alone |
| GET /work/score | the team's score, for the bar of every page |
| GET /work/{task}/tasks | all tasks, with how the team stands in each |
| GET /work/{task}/answer | the answer that counts, where it is entered, and its verdict |
| POST /work/{task}/answer | the same, once the answer is kept and graded; 422 where it is malformed, and nothing kept |
| GET /work/{task}/hints | the hints that were shown, and what the next one costs |
| POST /work/{task}/hint/{step} | the hints up to this step |
| POST /work/{task}/grade | the verdict of now |
| POST /api/query | the rows that `{"sql": ...}` finds, as a stream of lines; see `grader.desk.work.asking` |
| GET /api/columns | what the editor completes |
"""

from __future__ import annotations

from starlette.routing import BaseRoute

from grader.desk.desk import Desk
from grader.desk.work import asking, pages, vocabulary


def routes(desk: Desk) -> list[BaseRoute]:
    """All routes of the view."""
    return [*pages.routes(desk), *asking.routes(desk), *vocabulary.routes(desk)]
