from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from grader.containment.interfaces import placements
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
