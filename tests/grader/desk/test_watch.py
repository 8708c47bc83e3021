from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import httpx
import pytest

from grader.desk.app import create_app
from grader.desk.live import Live
from grader.desk.watch import Pace, Watch
from grader.desk.watched import Watched
from grader.evidence.account import Account
from grader.submissions import SubmissionLog
from tests.grader.desk_aws import ENDED, Aws
from tests.grader.desk_teams import TOKEN, desk_team
from tests.grader.event_loop import in_loop
from tests.grader.scenes import contained
from tests.grader.serving import serving

HERE = "blue"  # the store id of `desk_team`
FAST = Pace(busy=0.02, calm=0.02, trouble=0.02, early=0.02, late=0.02)
PATIENCE = 30  # seconds


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    return Aws(monkeypatch)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SubmissionLog]:
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        yield log


async def nobody_watches() -> None:
    while any(task.get_name().startswith("watch") for task in asyncio.all_tasks()):
        await asyncio.sleep(0.01)


def test_whoever_looks_hears_of_changes_and_then_nobody_watches(aws: Aws, log: SubmissionLog) -> None:
    """The account, then the findings and the events that prove them."""
    live = Live()
    watch, team = Watch(log, live, FAST), desk_team(session=aws.session)

    async def look() -> set[str]:
        heard: set[str] = set()
        async with asyncio.timeout(PATIENCE):
            async with aclosing(live.changes(HERE)) as changes:  # type: ignore[type-var]
                async for versions in changes:
                    watch.follow(team)
                    heard |= versions.keys()
                    if heard == {"account", "findings", "events"}:
                        break
                    while watch.last(team) is None:
                        await asyncio.sleep(0.01)
                    aws.account, aws.scene = Account(instances=(ENDED,)), contained()
            await nobody_watches()
        return heard

    assert in_loop(look()) == {"account", "findings", "events"}
    assert live.watched() == frozenset()


def test_aws_is_asked_once_for_all_who_look(aws: Aws, log: SubmissionLog) -> None:
    """However many come at the same moment."""
    watch, team = Watch(log, Live()), desk_team(session=aws.session)

    async def all_look() -> int:
        judged = await asyncio.gather(*(watch.judged(team) for _ in range(20)))
        return len({id(one) for one in judged})

    assert (in_loop(all_look()), aws.asked) == (1, 1)


def test_who_has_to_ask_is_watched_for_too(aws: Aws, log: SubmissionLog) -> None:
    """A page without a stream asks every few seconds: the lab is watched in between."""
    live = Live()
    watch, team = Watch(log, live, FAST), desk_team(session=aws.session)

    async def ask() -> None:
        assert live.asked(HERE) == {}
        watch.follow(team)
        watch.follow(team)
        async with asyncio.timeout(PATIENCE):
            while aws.asked < 3:
                await asyncio.sleep(0.01)

    in_loop(ask())
    assert live.watched() == {HERE}


def test_a_fault_of_the_watch_is_logged_and_it_begins_anew(
    aws: Aws, log: SubmissionLog, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever looks next is watched for again."""
    live = Live()
    watch, team = Watch(log, live, FAST), desk_team(session=aws.session)

    def broken(_: Watched) -> None:
        raise KeyError("a fault")

    async def fail_and_go_on() -> None:
        live.asked(HERE)
        async with asyncio.timeout(PATIENCE):
            with monkeypatch.context() as patched:
                patched.setattr(Watched, "look", broken)
                watch.follow(team)
                await nobody_watches()
            watch.follow(team)
            while not aws.asked:
                await asyncio.sleep(0.01)

    in_loop(fail_and_go_on())
    assert [record.getMessage() for record in caplog.records] == ["nobody watches lab blue any more"]


def test_a_server_that_stops_watches_no_more(aws: Aws, log: SubmissionLog, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is left of the watch of a page that was open."""
    with (
        serving(create_app((desk_team(session=aws.session),), log)) as url,
        httpx.stream("GET", f"{url}/live", headers={"Authorization": f"Bearer {TOKEN}"}) as stream,
    ):
        lines = (line for line in stream.iter_lines() if line.startswith("data"))
        assert next(lines)
    assert caplog.records == []


@pytest.mark.parametrize(
    ("quiet", "took", "look", "judge"),
    [(0, 0, 2, 5), (20, 0.2, 2, 5), (40, 0, 4, 40 / 6), (40, 0.5, 5, 40 / 6), (160, 0, 8, 160 / 6), (9999, 9, 8, 60)],
)
def test_the_longer_nothing_changes_the_seldomer_aws_is_asked(
    quiet: float, took: float, look: float, judge: float
) -> None:
    """Within bounds; and the seldomer, the longer it takes to answer."""
    assert (Pace().look(quiet, took), Pace().judge(quiet)) == (look, judge)


@pytest.mark.parametrize(("took", "fresh"), [(0, 1), (0.3, 3), (9, 8)])
def test_the_longer_aws_takes_the_longer_its_answer_is_shown(took: float, fresh: float) -> None:
    """Within bounds."""
    assert Pace().fresh(took) == fresh
