from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from grader.containment.isolated import isolated
from grader.containment.judgement import Judgement
from grader.report import Verdict
from tests.grader.scenes import INTERFACE, ORGANISER, ORIGINAL, Scene, contained, permission

AT_ONCE = timedelta(0)


def verdict(scene: Scene, *, settle: timedelta = AT_ONCE, at: float = 3600) -> Verdict:
    return isolated(scene.evidence(at), settle).verdict


def test_passes_the_perfect_containment_with_every_proof() -> None:
    """A pass says the sentence of the docstring and names the move, the group, its changes, and the end."""
    expected = Judgement(
        verdict=Verdict.PASS,
        message=str(isolated.__doc__),
        evidence=(
            "event-3-ModifyInstanceAttribute",
            "sg-0new",
            "event-1-CreateSecurityGroup",
            "event-2-RevokeSecurityGroupEgress",
            INTERFACE,
            "event-4-TerminateInstances",
        ),
    )
    assert expected == isolated(contained().evidence())


def per_interface(scene: Scene) -> None:
    scene.move(180, scene.closed_group(120), by_interface=True)
    scene.terminate(240)


def temporary_group(scene: Scene) -> None:
    scene.move(100, scene.new_group(90, "sg-0temporary"))
    scene.move(180, scene.closed_group(120))
    scene.terminate(240)


def two_closed_groups(scene: Scene) -> None:
    scene.move(180, scene.closed_group(120, "sg-0one"), scene.closed_group(121, "sg-0two"))
    scene.terminate(240)


def closed_after_the_move(scene: Scene) -> None:
    scene.move(130, scene.new_group(120))
    scene.revoke(180, "sg-0new")
    scene.terminate(240)


def only_loopback(scene: Scene) -> None:
    scene.move(180, scene.closed_group(120))
    scene.allow(190, "sg-0new", permission("127.0.0.1/32"))
    scene.terminate(240)


def all_in_one_second(scene: Scene) -> None:
    scene.move(120, scene.closed_group(120))
    scene.terminate(120)


def moved_in_the_second_of_the_end(scene: Scene) -> None:
    scene.move(240, scene.closed_group(120))
    scene.move(240, ORIGINAL)
    scene.terminate(240)
    scene.hidden.add("interfaces")


def shown_where_the_second_had_two(scene: Scene) -> None:
    scene.move(180, ORIGINAL)
    scene.move(180, scene.closed_group(120))
    scene.terminate(240)


def moved_twice_in_a_second(scene: Scene) -> None:
    scene.move(180, scene.closed_group(120, "sg-0one"))
    scene.move(180, scene.closed_group(121, "sg-0two"))
    scene.terminate(240)
    scene.hidden.add("interfaces")


def opened_after_the_end(scene: Scene) -> None:
    scene.move(180, scene.closed_group(120))
    scene.terminate(240)
    scene.allow(300, "sg-0new", permission())


def moved_back_after_the_end(scene: Scene) -> None:
    scene.move(180, scene.closed_group(120))
    scene.terminate(240)
    scene.move(300, ORIGINAL, by_interface=True)


def group_deleted_since(scene: Scene) -> None:
    scene.move(180, scene.closed_group(120))
    scene.terminate(240)
    scene.hidden.add("interfaces")
    scene.act("DeleteSecurityGroup", {"groupId": "sg-0new"}, at=300)
    del scene.groups["sg-0new"]


def not_terminated_yet(scene: Scene) -> None:
    scene.move(180, scene.closed_group(120))


def terminated_twice(scene: Scene) -> None:
    scene.move(180, scene.closed_group(120))
    scene.terminate(240)
    scene.terminate(300)


def stopped_first(scene: Scene) -> None:
    scene.move(180, scene.closed_group(120))
    scene.act("StopInstances", {"instancesSet": {"items": []}}, at=200)
    scene.terminate(240)


def moved_back_in_the_second_of_the_end(scene: Scene) -> None:
    scene.move(180, scene.closed_group(120))
    scene.move(240, ORIGINAL)
    scene.terminate(240)


def opened_in_the_second_of_the_end(scene: Scene) -> None:
    scene.move(180, scene.closed_group(120))
    scene.terminate(240)
    scene.allow(240, "sg-0new", permission())
    scene.allow(240, "sg-0new", permission("0.0.0.0/0", "tcp", FromPort=22, ToPort=22), side="ingress")


def closed_in_the_second_of_the_end(scene: Scene) -> None:
    scene.move(180, scene.new_group(120))
    scene.terminate(240)
    scene.revoke(240, "sg-0new")


def ingress_opened_after_the_end(scene: Scene) -> None:
    scene.move(180, scene.closed_group(120))
    scene.terminate(240)
    scene.allow(300, "sg-0new", permission("0.0.0.0/0", "tcp", FromPort=22, ToPort=22), side="ingress")


def to_a_closed_group_that_was_there(scene: Scene) -> None:
    scene.groups["sg-0older"] = {"ingress": [], "egress": []}
    scene.move(180, "sg-0older")
    scene.terminate(240)


def alive_in_a_closed_group_that_was_there(scene: Scene) -> None:
    scene.groups["sg-0older"] = {"ingress": [], "egress": []}
    scene.move(180, "sg-0older")


def alive_and_the_revocation_is_late(scene: Scene) -> None:
    scene.move(180, scene.closed_group(120))
    scene.forget_calls("RevokeSecurityGroupEgress")


def revoked_by_id(scene: Scene) -> None:
    scene.new_group(120)
    scene.groups["sg-0new"]["egress"].clear()
    ids = {"items": [{"securityGroupRuleId": "sgr-0default"}]}
    scene.act("RevokeSecurityGroupEgress", {"groupId": "sg-0new", "securityGroupRuleIdSet": ids}, at=130)
    scene.move(180, "sg-0new")
    scene.terminate(240)


@pytest.mark.parametrize(
    "story",
    [
        per_interface,
        temporary_group,
        two_closed_groups,
        closed_after_the_move,
        only_loopback,
        all_in_one_second,
        moved_in_the_second_of_the_end,
        shown_where_the_second_had_two,
        moved_twice_in_a_second,
        opened_after_the_end,
        moved_back_after_the_end,
        group_deleted_since,
        not_terminated_yet,
        terminated_twice,
        stopped_first,
        moved_back_in_the_second_of_the_end,
        opened_in_the_second_of_the_end,
        closed_in_the_second_of_the_end,
        ingress_opened_after_the_end,
        to_a_closed_group_that_was_there,
        alive_in_a_closed_group_that_was_there,
        alive_and_the_revocation_is_late,
        revoked_by_id,
    ],
)
def test_passes_every_sound_way(story: Callable[[Scene], None]) -> None:
    """Whoever ends up without any open rule, in groups other than the original, before the end, passes."""
    scene = Scene()
    story(scene)
    assert isolated(scene.evidence(), AT_ONCE).verdict is Verdict.PASS


def nothing_at_all(scene: Scene) -> None:
    pass


def terminated_first(scene: Scene) -> None:
    scene.terminate(60)


def moved_after_the_end(scene: Scene) -> None:
    scene.terminate(60)
    scene.move(180, scene.closed_group(120), by_interface=True)


def egress_left(scene: Scene) -> None:
    scene.move(180, scene.new_group(120))
    scene.terminate(240)


def ingress_left(scene: Scene) -> None:
    scene.closed_group(120)
    scene.allow(130, "sg-0new", permission("10.0.0.0/8", "tcp", FromPort=22, ToPort=22), side="ingress")
    scene.move(180, "sg-0new")
    scene.terminate(240)


def kept_beside_the_original(scene: Scene) -> None:
    scene.move(180, ORIGINAL, scene.closed_group(120))
    scene.terminate(240)


def original_edited(scene: Scene) -> None:
    scene.revoke(120, ORIGINAL)
    scene.terminate(240)


def rule_put_back(scene: Scene) -> None:
    scene.move(180, scene.closed_group(120))
    scene.allow(200, "sg-0new", permission())
    scene.terminate(240)


def closed_only_after_the_end(scene: Scene) -> None:
    scene.move(180, scene.new_group(120))
    scene.terminate(240)
    scene.revoke(300, "sg-0new")


def rule_put_back_in_the_same_second(scene: Scene) -> None:
    scene.move(180, scene.new_group(120))
    scene.revoke(190, "sg-0new")
    scene.allow(190, "sg-0new", permission())
    scene.terminate(240)
    del scene.groups["sg-0new"]


def an_open_group_that_was_there(scene: Scene) -> None:
    scene.groups["sg-0older"] = {"ingress": [], "egress": [permission("10.0.0.0/8")]}
    scene.move(180, "sg-0older")
    scene.terminate(240)
    scene.revoke(300, "sg-0older", permission("10.0.0.0/8"))


def original_restored(scene: Scene) -> None:
    scene.move(180, scene.closed_group(120))
    scene.move(200, ORIGINAL)
    scene.terminate(240)


def moved_there_and_back_in_a_second(scene: Scene) -> None:
    scene.move(180, scene.closed_group(120))
    scene.move(180, ORIGINAL)
    scene.terminate(240)
    scene.hidden.add("interfaces")


def moved_there_and_to_an_open_one_in_a_second(scene: Scene) -> None:
    scene.move(180, scene.new_group(120, "sg-0open"))
    scene.move(180, scene.closed_group(130))
    scene.terminate(240)
    scene.hidden.add("interfaces")


def refused_move(scene: Scene) -> None:
    scene.closed_group(120)
    asked = {"instanceId": "i-0", "groupSet": {"items": [{"groupId": "sg-0new"}]}}
    scene.act("ModifyInstanceAttribute", asked, at=180, error="Client.UnauthorizedOperation")
    scene.terminate(240)


def dry_run(scene: Scene) -> None:
    scene.closed_group(120)
    asked = {"networkInterfaceId": INTERFACE, "groupSet": {"items": [{"groupId": "sg-0new"}]}}
    scene.act("ModifyNetworkInterfaceAttribute", asked, at=180, error="Client.DryRunOperation")
    scene.terminate(240)


def other_instance_moved(scene: Scene) -> None:
    asked = {"instanceId": "i-0bbbbbbbbbbbbbbb1", "groupSet": {"items": [{"groupId": scene.closed_group(120)}]}}
    scene.act("ModifyInstanceAttribute", asked, at=180)
    scene.terminate(240)


def moved_by_the_organiser(scene: Scene) -> None:
    scene.move(180, scene.closed_group(120), by=ORGANISER)
    scene.terminate(240)


@pytest.mark.parametrize(
    ("story", "said"),
    [
        (nothing_at_all, "was in its original group: move it"),
        (terminated_first, "was in its original group when it was terminated"),
        (moved_after_the_end, "was in its original group when it was terminated"),
        (egress_left, "egress to 0.0.0.0/0 (all protocols)"),
        (ingress_left, "ingress from 10.0.0.0/8 (tcp 22-22)"),
        (kept_beside_the_original, "stayed in its original group"),
        (original_edited, "was edited in place"),
        (rule_put_back, "egress to 0.0.0.0/0 (all protocols)"),
        (closed_only_after_the_end, "egress to 0.0.0.0/0 (all protocols)"),
        (rule_put_back_in_the_same_second, "egress to 0.0.0.0/0 (all protocols)"),
        (an_open_group_that_was_there, "egress to 10.0.0.0/8 (all protocols)"),
        (original_restored, "was in its original group"),
        (moved_there_and_back_in_a_second, "was in its original group when it was terminated"),
        (moved_there_and_to_an_open_one_in_a_second, "egress to 0.0.0.0/0 (all protocols)"),
        (refused_move, "was in its original group"),
        (dry_run, "was in its original group"),
        (other_instance_moved, "was in its original group"),
        (moved_by_the_organiser, "not by your team's role"),
    ],
)
def test_fails_every_unsound_way(story: Callable[[Scene], None], said: str) -> None:
    """What was not cut off just before the end fails, saying why."""
    scene = Scene()
    story(scene)
    judged = isolated(scene.evidence(), AT_ONCE)
    assert (judged.verdict, said in judged.message) == (Verdict.FAIL, True), judged.message


def test_a_move_that_only_ec2_shows_is_unknown_while_the_instance_lives() -> None:
    """A late event is never held against anyone."""
    scene = Scene()
    event = scene.move(180, scene.closed_group(120))
    scene.forget(event)
    assert verdict(scene) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("at", "expected"), [(3600, Verdict.UNKNOWN), (240 + 7199, Verdict.UNKNOWN), (240 + 7200, Verdict.FAIL)]
)
@pytest.mark.parametrize("missing", ["ModifyInstanceAttribute", "RevokeSecurityGroupEgress"])
def test_an_event_missing_after_the_end_is_waited_for_and_then_held_against(
    missing: str, at: float, expected: Verdict
) -> None:
    """EC2 shows the act done, or shows nothing any more: unknown until the log had its time, then a fail."""
    scene = contained()
    scene.forget_calls(missing)
    scene.hidden.add("interfaces")
    assert expected is verdict(scene, settle=timedelta(hours=2), at=at)


def test_what_ec2_shows_undone_fails_at_once() -> None:
    """An interface that still shows its original group, with no later change, was never moved."""
    scene = Scene()
    scene.terminate(60)
    assert verdict(scene, settle=timedelta(hours=2)) is Verdict.FAIL


def test_a_termination_that_only_ec2_shows_leaves_order_unknown() -> None:
    """Without the moment of the end nobody can say what came before it."""
    scene = contained()
    scene.forget_calls("TerminateInstances")
    assert verdict(scene, settle=timedelta(hours=2)) is Verdict.UNKNOWN


@pytest.mark.parametrize("source", ["events", "instances", "interfaces", "groups"])
def test_what_aws_does_not_show_is_unknown(source: str) -> None:
    """An AWS error is never a fail, and the learner reads the reason."""
    scene = Scene()
    scene.gaps[source] = "ThrottlingException"
    judged = isolated(scene.evidence(), AT_ONCE)
    assert (judged.verdict, f"{source}: ThrottlingException" in judged.message) == (Verdict.UNKNOWN, True)


def revocation_late_and_group_deleted(scene: Scene) -> None:
    del scene.groups["sg-0new"]


def revocation_late(scene: Scene) -> None:
    pass


@pytest.mark.parametrize("story", [revocation_late_and_group_deleted, revocation_late])
@pytest.mark.parametrize(("at", "expected"), [(600, Verdict.UNKNOWN), (240 + 7200, Verdict.FAIL)])
def test_a_revocation_that_is_late_leaves_the_group_unknown(
    story: Callable[[Scene], None], at: float, expected: Verdict
) -> None:
    """Where EC2 shows the group closed, or shows it no longer; then it is held against the learner."""
    scene = contained()
    scene.forget_calls("RevokeSecurityGroupEgress")
    story(scene)
    judged = isolated(scene.evidence(at), timedelta(hours=2))
    assert (judged.verdict, judged.evidence) == (expected, ("sg-0new",))


def test_a_move_in_the_second_of_the_end_may_have_hidden_another() -> None:
    """EC2 shows what came after; what was before may be in an event that is late."""
    scene = Scene()
    scene.move(240, ORIGINAL)
    scene.terminate(240)
    assert verdict(scene, settle=timedelta(hours=2), at=600) is Verdict.UNKNOWN
    assert verdict(scene, settle=timedelta(hours=2), at=240 + 7200) is Verdict.FAIL


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (600, "Its groups are new; the event of that change has not reached the log yet."),
        (240 + 7200, "Its groups are others than before, but the log shows no call that changed them."),
    ],
)
def test_new_groups_that_no_event_explains_say_so(at: float, said: str) -> None:
    """While the log may be late, and then."""
    scene = contained()
    scene.forget_calls("ModifyInstanceAttribute")
    assert isolated(scene.evidence(at), timedelta(hours=2)).message == said


@pytest.mark.parametrize(
    ("story", "proofs"),
    [
        (original_restored, ("event-3-ModifyInstanceAttribute",)),
        (moved_by_the_organiser, ("event-2-ModifyInstanceAttribute",)),
        (egress_left, ("sg-0new",)),
    ],
)
def test_a_fail_names_what_it_rests_on(story: Callable[[Scene], None], proofs: tuple[str, ...]) -> None:
    """The move that undid it, or the group."""
    scene = Scene()
    story(scene)
    assert isolated(scene.evidence(), AT_ONCE).evidence == proofs
