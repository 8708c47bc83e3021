from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.desk.live import Live
from grader.desk.watched import Seen, Watched, judged, remembered, said, sentence
from grader.evidence.account import Account
from grader.feedback import Feedback
from grader.submissions import SubmissionLog
from tests.grader.desk_aws import ALIVE, ENDED, Aws
from tests.grader.desk_teams import desk_team
from tests.grader.scenes import CREATED, INSTANCE, Scene, contained

HERE = "blue"  # the store id of `desk_team`


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    return Aws(monkeypatch)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SubmissionLog]:
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        yield log


def watched_by(aws: Aws, log: SubmissionLog, **settings: Any) -> Watched:
    return Watched(desk_team(session=aws.session, **settings), log, Live())


def test_a_change_of_the_account_is_told(aws: Aws, log: SubmissionLog) -> None:
    """What is seen first is no change, and neither is the same again."""
    lab = watched_by(aws, log)
    heard = []
    for shown in (Account(instances=(ALIVE,)), Account(instances=(ALIVE,)), Account(instances=(ENDED,))):
        aws.account = shown
        lab.look()
        heard.append(lab.live.now(HERE).get("account", 0))
    assert heard == [0, 0, 1]


def test_aws_that_does_not_answer_changes_nothing_that_was_seen(aws: Aws, log: SubmissionLog) -> None:
    """The page is told when that begins and when it ends, and what was judged stays."""
    lab = watched_by(aws, log)
    lab.look()
    lab.judge()
    before = lab.seen, lab.judged
    heard = []
    for shown in (None, None, aws.account):
        aws.account = shown
        lab.look()
        heard.append((lab.seen.trouble, lab.due(0, 0), lab.live.now(HERE).get("account", 0)))
    assert heard == [(True, False, 1), (True, False, 1), (False, False, 2)]
    assert (lab.seen.account, lab.judged) == (before[0].account, before[1])


def test_where_aws_never_answered_nothing_is_judged(aws: Aws, log: SubmissionLog) -> None:
    """And the page says so."""
    aws.account = None
    lab = watched_by(aws, log)
    lab.look()
    assert (lab.seen, lab.due(0, 0)) == (Seen(trouble=True), False)


def test_a_changed_verdict_is_told_with_the_events_that_came(aws: Aws, log: SubmissionLog) -> None:
    """Once: what is judged again to the same end is not news."""
    lab = watched_by(aws, log)
    heard = []
    for scene in (Scene(), Scene(), contained(), contained()):
        aws.scene = scene
        lab.judge()
        now = lab.live.now(HERE)
        heard.append((now.get("findings", 0), now.get("events", 0)))
    assert heard == [(0, 0), (0, 0), (1, 1), (1, 1)]
    assert log.reports(HERE) == []


def test_a_log_that_cannot_be_asked_leaves_what_was_judged(aws: Aws, log: SubmissionLog) -> None:
    """Nothing turns grey for it, and it is asked again."""
    lab = watched_by(aws, log)
    aws.scene = contained()
    lab.judge()
    first = lab.judged
    assert first is not None
    aws.gaps = {"events": "ThrottlingException"}
    lab.judge()
    assert lab.judged == replace(first, waiting=True)
    assert lab.live.now(HERE) == {}


def test_what_there_is_to_judge(aws: Aws, log: SubmissionLog) -> None:
    """At first, after a sheet or a hint, and after a change of the account where what was judged is not fresh any more;
    else what is unknown, with patience.
    """
    lab = watched_by(aws, log)
    lab.look()
    due = [lab.due(0, 0)]
    lab.judge()
    due.append(lab.due(0, 0))
    for topic in ("sheet", "hints"):
        lab.live.tell(HERE, topic)
        due.append(lab.due(1e9, 0))
        lab.judge()
    aws.account = Account()
    lab.look()
    due += [lab.due(0, 1e9), lab.due(1e9, 0)]
    aws.scene = contained()
    aws.scene.forget_calls("TerminateInstances")
    lab.judge()
    due += [lab.due(1e9, 0), lab.due(0, 0)]
    assert due == [True, False, True, True, False, True, False, True]


def test_an_ended_instance_is_remembered_as_it_was() -> None:
    """EC2 shows no disk of it any more."""
    alive = remembered(Seen(), Account(instances=(ALIVE,)), CREATED)
    ended = remembered(alive, Account(instances=(ENDED,)), CREATED)
    assert ended == Seen(account=Account(instances=(ENDED,)), at=CREATED, attached={INSTANCE: ALIVE})


def test_only_the_events_that_the_learner_is_told_come_along(aws: Aws, log: SubmissionLog) -> None:
    """Where the organiser tells nothing before the end, the preview holds no event either."""
    team, open_ = desk_team(feedback=Feedback.NONE), desk_team()
    aws.scene.snapshot(60)
    evidence = aws.scene.evidence()
    held = []
    for desk in (team, open_):
        report = desk.judge(replace(desk.collect(log), evidence=evidence))
        held.append(list(judged(report, desk.shown(report), evidence).acts))
    assert held == [[], ["event-0-CreateSnapshot"]]


def test_when_to_ask_again_is_no_news(aws: Aws, log: SubmissionLog) -> None:
    """A report an hour later says the same of an unknown finding but for the time."""
    desk = desk_team()
    aws.scene = contained()
    aws.scene.forget_calls("TerminateInstances")
    first, later = (desk.judge(replace(desk.collect(log), evidence=aws.scene.evidence(at))) for at in (300.0, 600.0))
    assert first.findings != later.findings
    assert said(first) == said(later)
    assert sentence("It is there. Ask again after 10:00:00 UTC.") == "It is there."
