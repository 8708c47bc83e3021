from __future__ import annotations

from datetime import timedelta

import pytest

from grader.containment.judgement import Judgement
from grader.containment.terminated import terminated
from grader.report import Verdict
from tests.grader.scenes import INSTANCE, ORGANISER, Scene, contained

AT_ONCE = timedelta(0)


def test_passes_with_the_event_and_the_instance() -> None:
    """The first termination is the proof."""
    scene = Scene()
    event = scene.terminate(60)
    scene.terminate(90)
    expected = Judgement(verdict=Verdict.PASS, message=str(terminated.__doc__), evidence=(event, INSTANCE))
    assert expected == terminated(scene.evidence())


def test_passes_when_ec2_has_forgotten_the_instance() -> None:
    """A terminated instance vanishes within the hour; the event stays."""
    scene = contained()
    scene.hidden.add("instances")
    assert terminated(scene.evidence()).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("state", "said"), [("running", "is running"), ("stopping", "is only stopping"), ("stopped", "is only stopped")]
)
def test_an_instance_that_lives_fails(state: str, said: str) -> None:
    """Running and stopped fail at once; stopped with a hint."""
    scene = Scene()
    scene.state = state
    judged = terminated(scene.evidence())
    assert (judged.verdict, said in judged.message) == (Verdict.FAIL, True)


@pytest.mark.parametrize(
    "error", ["Client.UnauthorizedOperation", "Client.DryRunOperation", "Client.OperationNotPermitted"]
)
def test_refused_calls_and_dry_runs_prove_nothing(error: str) -> None:
    """Only a call that succeeded counts."""
    scene = Scene()
    scene.act("TerminateInstances", {"instancesSet": {"items": [{"instanceId": INSTANCE}]}}, at=60, error=error)
    assert terminated(scene.evidence()).verdict is Verdict.FAIL


def test_another_instance_proves_nothing() -> None:
    """A bystander's end is not this instance's."""
    scene = Scene()
    items = {"items": [{"instanceId": "i-0bbbbbbbbbbbbbbb1", "previousState": {"name": "running"}}]}
    scene.act("TerminateInstances", {"instancesSet": items}, {"instancesSet": items}, at=60)
    assert terminated(scene.evidence()).verdict is Verdict.FAIL


def test_the_organisers_act_is_not_the_learners() -> None:
    """Whoever else ended the instance, the team gets no points for it."""
    scene = Scene()
    scene.terminate(60, by=ORGANISER)
    judged = terminated(scene.evidence())
    assert (judged.verdict, "not by your team's role" in judged.message) == (Verdict.FAIL, True)


@pytest.mark.parametrize(("at", "expected"), [(3600, Verdict.UNKNOWN), (240 + 7200, Verdict.FAIL)])
def test_an_end_that_only_ec2_shows_is_waited_for(at: float, expected: Verdict) -> None:
    """Unknown until the log had its time, then a fail."""
    scene = contained()
    scene.forget_calls("TerminateInstances")
    assert expected is terminated(scene.evidence(at)).verdict


def test_an_instance_that_nobody_shows_is_unknown() -> None:
    """Neither log nor EC2 tell of it: a matter for the organiser, never the learner's failure."""
    scene = Scene()
    scene.hidden.add("instances")
    assert terminated(scene.evidence(), AT_ONCE).verdict is Verdict.UNKNOWN


def test_ec2_behind_the_log_is_unknown() -> None:
    """EC2's view is eventually consistent."""
    scene = contained()
    scene.state = "running"
    assert terminated(scene.evidence(), AT_ONCE).verdict is Verdict.UNKNOWN
