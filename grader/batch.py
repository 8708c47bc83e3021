"""Grade a whole class: whatever is wrong with one team is told of that team, and stops no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

from grader.desk.team import DeskTeam
from grader.report import Report
from grader.submissions import Submissions

AT_ONCE = 8  # teams: each of them waits for AWS most of the time

SCHEMA = "ec2-investigation-lab/class/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """How the grading of one team ended: with a report, or with what kept it from one."""

    team: str
    report: Report | None = None
    trouble: str = ""

    def as_json(self) -> dict[str, Any]:
        """One element of what `lab grade --all --json` prints."""
        return {
            "team": self.team,
            "report": self.report.as_json() if self.report else None,
            "trouble": self.trouble,
        }


def grade_all(
    desks: Sequence[DeskTeam], submissions: Submissions, heard: Callable[[Graded], None]
) -> tuple[Graded, ...]:
    """Every team graded and its report kept, in the order of `desks`; `heard` is told of each as it ends."""
    ended: dict[str, Graded] = {}
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        futures = {pool.submit(desk.report, submissions): desk.stage.team for desk in desks}
        for future in as_completed(futures):
            graded = _graded(futures[future], future)
            ended[graded.team] = graded
            heard(graded)
    return tuple(ended[desk.stage.team] for desk in desks)


def each(desks: Sequence[DeskTeam], do: Callable[[DeskTeam], None], step: Callable[[], None]) -> None:
    """Do something for every team; `step` is called as each ends. Raises what the first of them raised, at the end."""
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        futures = [pool.submit(do, desk) for desk in desks]
        for _ in as_completed(futures):
            step()
    for future in futures:
        future.result()


def _graded(team: str, future: Future[Report]) -> Graded:
    """A fault of the lab is a trouble as well: a class of thirty is not lost for it."""
    if error := future.exception():
        return Graded(team=team, trouble=f"{type(error).__name__}: {error}")
    return Graded(team=team, report=future.result())
