from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from grader.containment.interfaces import moves, placements
from grader.containment.isolated import isolated
from grader.evidence.bundle import Evidence
from grader.report import Verdict
from tests.grader.scenes import CREATED, INSTANCE, INTERFACE, ORIGINAL, Scene, contained

SECOND = "eni-0second"


def with_second(evidence: Evidence, group: str) -> Evidence:
    """EC2 shows one interface more at the instance."""
    second = {
        "NetworkInterfaceId": SECOND,
        "Groups": [{"GroupId": group}],
        "Attachment": {"InstanceId": INSTANCE},
    }
    return replace(evidence, interfaces=(*evidence.interfaces, second))


def test_every_interface_that_ec2_shows_at_the_instance_counts() -> None:
    """The stage's own first, a bystander's never."""
    scene = Scene()
    scene.move(180, scene.closed_group(120))
    evidence = with_second(scene.evidence(), ORIGINAL)
    assert [placement.interface for placement in placements(evidence, None)] == [INTERFACE, SECOND]
    assert isolated(scene.evidence(), timedelta(0)).verdict is Verdict.PASS
    assert isolated(evidence, timedelta(0)).verdict is Verdict.FAIL


def test_an_interface_that_was_attached_since_counts_as_well() -> None:
    """From the log, where EC2 shows it no longer; one that went to another instance does not."""
    scene = contained()
    for interface, instance in ((SECOND, INSTANCE), ("eni-0other", "i-0other")):
        asked = {"networkInterfaceId": interface, "instanceId": instance, "deviceIndex": 1}
        scene.act("AttachNetworkInterface", asked, {"attachmentId": "eni-attach-1"}, at=30)
    scene.hidden.add("interfaces")
    evidence = scene.evidence()
    found = placements(evidence, CREATED + timedelta(seconds=240))
    assert [placement.interface for placement in found] == [INTERFACE, SECOND]
    assert found[1].told == ()
    assert isolated(evidence, timedelta(0)).verdict is Verdict.FAIL


def test_moves_of_several_interfaces_come_by_time() -> None:
    """Not one interface after the other."""
    scene = Scene()
    later = scene.move(180, scene.closed_group(120))
    asked = {"networkInterfaceId": SECOND, "groupSet": {"items": [{"groupId": "sg-0new"}]}}
    earlier = scene.act("ModifyNetworkInterfaceAttribute", asked, at=170)
    evidence = with_second(scene.evidence(), "sg-0new")
    assert [event.id for event in moves(evidence)] == [earlier, later]


def test_in_the_very_second_of_the_moment_ec2_shows_what_came_after() -> None:
    """Which of the two came first nobody can tell, so what was before is not shown."""
    scene = contained()
    scene.move(240, ORIGINAL)
    first, *_ = placements(scene.evidence(), CREATED + timedelta(seconds=240))
    assert first.shown is None
    assert [placing.groups for placing in (*first.last, *first.tied)] == [{"sg-0new"}, {ORIGINAL}]


def test_another_instances_move_is_none_of_this_one() -> None:
    """ModifyInstanceAttribute names the instance, not the interface."""
    scene = Scene()
    asked = {"instanceId": "i-0other", "groupSet": {"items": [{"groupId": scene.closed_group(120)}]}}
    scene.act("ModifyInstanceAttribute", asked, at=180)
    assert moves(scene.evidence()) == []
