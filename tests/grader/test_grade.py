from __future__ import annotations

from datetime import timedelta

import pytest

from grader.containment.checks import CHECKS
from grader.grade import grade
from grader.report import Verdict
from scenario.answer_key import answer_key
from scenario.workshop import tasks
from tests.grader.scenes import INSTANCE, INTERFACE, ORIGINAL, STAGE, STORY, VOLUME, Scene, contained

KEY = answer_key(STORY, STAGE)


def test_every_containment_task_has_its_check() -> None:
    """The table of checks and the task file name the same goals."""
    assert set(CHECKS) == {task.id for task in tasks() if task.kind == "containment"}


def test_an_untouched_lab_and_an_empty_sheet_have_nothing_of_100() -> None:
    """Every finding fails, none is unknown, in the order of the task file."""
    report = grade({}, KEY, Scene().evidence(), tasks())
    assert (report.team, report.score, report.max) == ("blue", 0, 100)
    assert [(f.id, f.verdict) for f in report.findings] == [(task.id, Verdict.FAIL) for task in tasks()]


@pytest.mark.parametrize("state", ["running", "stopped", "terminated", "gone"])
def test_nobody_learns_from_the_report_which_instance_it_is(state: str) -> None:
    """Before the learner touched anything, no finding names the instance, nor what belongs to it."""
    scene = Scene()
    scene.state = state
    scene.hidden |= {"instances"} if state == "gone" else set()
    for settle in (timedelta(0), timedelta(hours=2)):
        said = str(grade({}, KEY, scene.evidence(), tasks(), settle).as_json())
        assert [id_ for id_ in (INSTANCE, VOLUME, INTERFACE, ORIGINAL) if id_ in said] == []


def test_the_perfect_sheet_and_the_perfect_containment_have_100() -> None:
    """Every finding passes and names its proofs, but for the one that asks for an opinion."""
    report = grade(KEY, KEY, contained().evidence(), tasks())
    assert (report.score, report.verdict) == (100, Verdict.PASS)
    assert [finding.id for finding in report.findings if not finding.evidence] == ["prevention"]


def test_points_that_nobody_can_give_yet_are_open() -> None:
    """A late termination event leaves its own points and those that hang on its moment open."""
    scene = contained()
    scene.forget_calls("TerminateInstances")
    report = grade(KEY, KEY, scene.evidence(), tasks(), timedelta(hours=2))
    assert (report.score, report.open, report.verdict) == (60, 40, Verdict.UNKNOWN)


def test_grading_again_says_the_same() -> None:
    """Judging is pure."""
    evidence = contained().evidence()
    assert grade(KEY, KEY, evidence, tasks()) == grade(KEY, KEY, evidence, tasks())


def test_an_unknown_says_when_to_ask_again() -> None:
    """Five minutes for an event, one for what AWS was too busy to show, from when the evidence was gathered."""
    late, busy = contained(), contained()
    late.forget_calls("TerminateInstances")
    busy.gaps["instances"] = "Throttling"
    messages = [
        next(f.message for f in grade({}, KEY, scene.evidence(), tasks(), timedelta(hours=2)).findings if f.id == goal)
        for scene, goal in ((late, "terminated"), (late, "no_collateral_damage"), (busy, "terminated"))
    ]
    assert messages == [
        "It has ended; the TerminateInstances event has not reached the log yet. Ask again after 11:05:00 UTC.",
        "It counts once the termination is proved, which it is not yet. Ask again after 11:05:00 UTC.",
        "AWS did not show everything that this needs (instances: Throttling). Ask again after 11:01:00 UTC.",
    ]


def test_hints_are_subtracted_once_and_never_below_zero() -> None:
    """From what was reached, also from a part; a task without points has nothing to lose."""
    half = {"uploaded_files": KEY["uploaded_files"], "primary_call": "x"}
    report = grade(half, KEY, Scene().evidence(), tasks(), hints={"uploaded_files": 2, "primary_call": 3})
    found = {f.id: (f.points, f.hints, f.cost) for f in report.findings}
    assert (found["uploaded_files"], found["primary_call"]) == ((12, 2, 3), (0, 3, 6))
    assert found["footprint"] == (0, 0, 0)


def test_where_events_are_less_late_to_ask_again_is_sooner() -> None:
    """Ninety seconds in a lab whose events are that late at most."""
    scene = contained()
    scene.forget_calls("TerminateInstances")
    report = grade({}, KEY, scene.evidence(at=300), tasks(), timedelta(seconds=90))
    (finding,) = [f for f in report.findings if f.id == "terminated"]
    assert finding.message.endswith("Ask again after 10:06:30 UTC.")
