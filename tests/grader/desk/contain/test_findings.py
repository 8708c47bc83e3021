from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.desk.contain.findings import cards, notes, told
from grader.desk.watched import Judged, judged
from grader.feedback import Feedback
from grader.submissions import SubmissionLog
from tests.grader.desk_teams import KEY, desk_team
from tests.grader.scenes import CREATED, INTERFACE, Scene, contained


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SubmissionLog]:
    with SubmissionLog.open(tmp_path / "submissions.db") as log:
        yield log


def preview(log: SubmissionLog, scene: Scene, feedback: Feedback = Feedback.COUNTS, *, right: bool = False) -> Judged:
    """What the desk would say, where the team had given the right instance, or nothing."""
    desk, evidence = desk_team(feedback=feedback), scene.evidence()
    sheet = {"instance_id": KEY["instance_id"]} if right else {}
    report = desk.judge(replace(desk.collect(log), evidence=evidence, sheet=sheet))
    return judged(report, desk.shown(report), evidence)


def test_each_goal_has_its_acts_and_the_time_it_was_done(log: SubmissionLog) -> None:
    """Events by time, then what else proves it."""
    shown = cards(preview(log, contained()), "en")
    assert [(c.task.id, c.kind, c.at and (c.at - CREATED).total_seconds()) for c in shown] == [
        ("snapshotted", "pass", 60),
        ("isolated", "pass", 180),
        ("terminated", "pass", 240),
        ("no_collateral_damage", "pass", None),
    ]
    assert [event.name for event in shown[1].acts] == [
        "CreateSecurityGroup",
        "RevokeSecurityGroupEgress",
        "ModifyInstanceAttribute",
        "TerminateInstances",
    ]
    assert shown[1].resources == ("sg-0new", INTERFACE)


def test_what_can_still_be_done_is_no_fault_yet(log: SubmissionLog) -> None:
    """Once the instance has ended, it is one."""
    untouched, ended = Scene(), Scene()
    ended.terminate(60)
    kinds = [[card.kind for card in cards(preview(log, scene), "en")] for scene in (untouched, ended)]
    assert kinds == [["todo"] * 4, ["fail", "fail", "pass", "pass"]]


def test_what_is_unknown_is_said_in_the_visitors_language(log: SubmissionLog) -> None:
    """Without when to ask again: the page does."""
    scene = contained()
    scene.forget_calls("TerminateInstances")
    scene.reason = ""
    said = {card.kind: card.message for card in cards(preview(log, scene), "vi")}
    assert said["unknown"].endswith(".")
    assert "UTC" not in said["unknown"]
    assert said["unknown"] != {card.kind: card.message for card in cards(preview(log, scene), "en")}["unknown"]


def test_notes_are_said_in_the_visitors_language(log: SubmissionLog) -> None:
    """As many in each."""
    shown = preview(log, contained())
    english, vietnamese = notes(shown, "en"), notes(shown, "vi")
    assert english[0] == "The snapshot came first, then the isolation: the attacker could go on in between."
    assert len(english) == len(vietnamese)
    assert not set(english) & set(vietnamese)


@pytest.mark.parametrize("feedback", list(Feedback))
def test_nothing_tells_the_instance_before_it_was_found(log: SubmissionLog, feedback: Feedback) -> None:
    """Neither before anything was done, nor by what was done to another."""
    missed = Scene()
    missed.snapshot(60, volume="vol-of-another")
    missed.closed_group(120)
    assert [told(None), *(told(preview(log, scene, feedback)) for scene in (Scene(), missed))] == [False] * 3


def test_the_right_answer_tells_it_where_the_organiser_tells_verdicts(log: SubmissionLog) -> None:
    """Where they keep them back, the page would give the verdict away."""
    shown = {feedback: told(preview(log, Scene(), feedback, right=True)) for feedback in Feedback}
    assert shown == {Feedback.NONE: False, Feedback.COUNTS: True, Feedback.FULL: True}


def test_an_act_that_passes_tells_it_where_the_report_names_the_act(log: SubmissionLog) -> None:
    """Before the end only where the organiser lets it; the end itself tells everybody."""
    kept, ended = Scene(), Scene()
    kept.snapshot(60)
    ended.terminate(60)
    shown = [[told(preview(log, scene, feedback)) for scene in (kept, ended)] for feedback in Feedback]
    assert shown == [[False, True], [True, True], [True, True]]
