from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from grader.containment.ending import ending
from grader.containment.no_collateral_damage import no_collateral_damage
from grader.containment.snapshotted import snapshotted
from grader.containment.terminated import terminated
from grader.report import Verdict
from tests.grader.scenes import CREATED, INSTANCE, ORGANISER, Scene


@pytest.mark.parametrize("before", ["shutting-down", "terminated"])
def test_a_termination_that_changed_nothing_is_not_the_end(before: str) -> None:
    """AWS answers for an instance that has ended already too: whoever calls then has not ended it."""
    scene = Scene()
    first = scene.terminate(60, by=ORGANISER)
    scene.state = before
    scene.terminate(90)
    scene.forget(first)
    evidence = scene.evidence(at=3600)
    assert ending(evidence).event is None
    assert terminated(evidence, timedelta(hours=2)).verdict is Verdict.UNKNOWN
    assert terminated(evidence, timedelta(0)).verdict is Verdict.FAIL


@pytest.mark.parametrize("before", ["running", "stopping", "stopped", "pending"])
def test_the_first_termination_that_changed_something_is_the_end(before: str) -> None:
    """Whatever state the instance was in."""
    scene = Scene()
    scene.state = before
    first = scene.terminate(60)
    scene.terminate(90)
    end = ending(scene.evidence())
    assert end.event
    assert (end.event.id, end.at, end.over, end.unseen) == (first, end.event.time, True, False)


def test_an_answer_that_tells_no_previous_state_counts() -> None:
    """Older records do not."""
    scene = Scene()
    items = {"items": [{"instanceId": INSTANCE}]}
    event = scene.act("TerminateInstances", {"instancesSet": items}, {"instancesSet": items}, at=60)
    end = ending(scene.evidence())
    assert end.event
    assert end.event.id == event


@pytest.mark.parametrize("state", ["shutting-down", "terminated"])
def test_an_end_without_its_event_is_unknown(state: str) -> None:
    """EC2 shows it ended; who did that the log may tell yet."""
    scene = Scene()
    scene.state = state
    assert terminated(scene.evidence(), timedelta(hours=2)).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(("hours", "expected"), [(1.9, Verdict.UNKNOWN), (2, Verdict.FAIL)])
def test_an_instance_that_is_gone_without_an_event_is_waited_for_since_that_was_seen(
    hours: float, expected: Verdict
) -> None:
    """No event can come of what nobody called: the log has its time, then it is held against the team."""
    scene = Scene()
    scene.hidden.add("instances")
    evidence = replace(scene.evidence(3600 * (1 + hours)), gone_since=CREATED + timedelta(hours=1))
    for check in (terminated, snapshotted, no_collateral_damage):
        judged = check(evidence, timedelta(hours=2))
        assert judged.verdict is (Verdict.FAIL if check is snapshotted else expected), judged.message


def test_a_log_that_could_not_be_read_proves_nothing() -> None:
    """Neither for nor against the learner."""
    scene = Scene()
    scene.gaps = {"events": "AccessDenied"}
    assert terminated(scene.evidence(), timedelta(0)).verdict is Verdict.UNKNOWN


def test_the_event_tells_the_moment_also_when_the_instance_is_gone() -> None:
    """Not when somebody first saw that."""
    scene = Scene()
    scene.terminate(60)
    scene.hidden.add("instances")
    evidence = replace(scene.evidence(), gone_since=CREATED + timedelta(seconds=900))
    assert (ending(evidence).state, ending(evidence).at) == ("gone", CREATED + timedelta(seconds=60))


def test_when_a_stopped_instance_was_stopped_is_no_end() -> None:
    """EC2 tells of both in the same place."""
    scene = Scene()
    scene.state, scene.reason = "stopped", "User initiated (2026-11-24 10:01:00 GMT)"
    assert (ending(scene.evidence()).over, ending(scene.evidence()).at) == (False, None)


def test_where_ec2_gives_no_reason_the_moment_is_unknown() -> None:
    """As for an instance that AWS itself ended."""
    scene, evidence = Scene(), Scene().evidence()
    scene.state = "terminated"
    compromised, *others = scene.evidence().instances
    without = {name: value for name, value in compromised.items() if name != "StateTransitionReason"}
    end = ending(replace(evidence, instances=(without, *others)))
    assert (end.over, end.at) == (True, None)
