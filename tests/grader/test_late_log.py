"""A late log never counts against anyone: whatever has not arrived yet, nothing that was done well is a fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.grade import grade
from grader.report import Verdict
from scenario.answer_key import answer_key
from scenario.workshop import tasks
from tests.grader.scenes import BYSTANDER, ORGANISER, STAGE, STORY, Scene, contained, permission

KEY = answer_key(STORY, STAGE)
SETTLE = timedelta(hours=2)


def by_interface() -> Scene:
    scene = Scene()
    scene.move(100, scene.closed_group(60), by_interface=True)
    scene.snapshot(160)
    scene.terminate(240)
    return scene


def over_a_temporary_group() -> Scene:
    scene = Scene()
    scene.snapshot(30)
    scene.move(60, scene.new_group(50, "sg-0temporary"))
    scene.move(180, scene.closed_group(120))
    scene.terminate(240)
    return scene


def group_opened_and_closed_again() -> Scene:
    scene = Scene()
    group = scene.closed_group(20)
    scene.allow(40, group, permission("10.0.0.0/8"))
    scene.snapshot(45)
    scene.move(50, group)
    scene.revoke(60, group, permission("10.0.0.0/8"))
    scene.terminate(240)
    return scene


def group_opened_afterwards() -> Scene:
    scene = contained()
    scene.allow(400, "sg-0new", permission("10.0.0.0/8"))
    return scene


def bystander_down_by_the_organiser() -> Scene:
    scene = contained()
    scene.bystander = "stopped"
    scene.act("StopInstances", {"instancesSet": {"items": [{"instanceId": BYSTANDER}]}}, at=300, by=ORGANISER)
    return scene


GOOD = (
    contained,
    by_interface,
    over_a_temporary_group,
    group_opened_and_closed_again,
    bystander_down_by_the_organiser,
)


@pytest.mark.parametrize("act", GOOD)
@given(data=st.data())
def test_events_that_are_late_cost_no_containment_goal(act: Callable[[], Scene], data: st.DataObject) -> None:
    """Any part of the log, and anything that EC2 shows no longer."""
    scene = act()
    ids = [record["eventID"] for record in scene.records]
    scene.forget(*data.draw(st.sets(st.sampled_from(ids)), label="late"))
    scene.hidden = data.draw(st.sets(st.sampled_from(["instances", "interfaces"])), label="hidden")
    report = grade(KEY, KEY, scene.evidence(at=600), tasks(), SETTLE)
    assert [(f.id, f.message) for f in report.findings if f.verdict is Verdict.FAIL] == []


@given(st.sets(st.sampled_from(Scene().calls)))
def test_calls_that_are_late_cost_no_answer(late: set[object]) -> None:
    """Any part of what the instance did: right answers pass or stay open."""
    evidence = contained().evidence()
    seen = replace(evidence, calls=tuple(call for call in evidence.calls if call not in late))
    verdicts = {f.id: f.verdict for f in grade(KEY, KEY, seen, tasks(), SETTLE).findings}
    assert Verdict.FAIL not in verdicts.values()


@pytest.mark.parametrize("act", [*GOOD, group_opened_afterwards])
def test_with_the_whole_log_all_of_it_passes(act: Callable[[], Scene]) -> None:
    """So the acts above are good ones."""
    report = grade(KEY, KEY, act().evidence(at=600), tasks(), SETTLE)
    assert (report.score, report.open) == (100, 0)


def test_what_ec2_shows_undone_is_a_fail_until_the_log_says_otherwise() -> None:
    """A group that stands open now, and no event that says it was closed at the time."""
    scene = group_opened_afterwards()
    scene.forget_calls("CreateSecurityGroup", "AuthorizeSecurityGroupEgress")
    (finding,) = [f for f in grade(KEY, KEY, scene.evidence(at=600), tasks(), SETTLE).findings if f.id == "isolated"]
    assert (finding.verdict, finding.message) == (
        Verdict.FAIL,
        "sg-0new still lets traffic through: egress to 10.0.0.0/8 (all protocols).",
    )
