from __future__ import annotations

import json
from typing import Any

import pytest

from grader.containment.notes import notes
from tests.grader.containment.test_revocation import CONSOLE, ROLE
from tests.grader.scenes import INSTANCE, ORGANISER, Scene, contained

FIRST_SNAPSHOT = "The snapshot came first, then the isolation: the attacker could go on in between."
FIRST_ISOLATION = "The isolation came first, then the snapshot: the attacker was stopped before anything else."


def said(scene: Scene) -> dict[str, str]:
    return {note.id: note.message for note in notes(scene.evidence())}


def test_nothing_done_is_nothing_said() -> None:
    """Notes are about what was done."""
    assert said(Scene()) == {}


def test_the_order_and_the_time_of_the_perfect_containment() -> None:
    """A minute each from the snapshot to the end."""
    assert said(contained()) == {
        "first_act": FIRST_SNAPSHOT,
        "seconds": "From the first act of containment to the last it took 180 seconds.",
    }


@pytest.mark.parametrize(("moved", "message"), [(10, FIRST_ISOLATION), (60, None), (90, FIRST_SNAPSHOT)])
def test_which_came_first(moved: float, message: str | None) -> None:
    """Both are good; of one second nobody can tell."""
    scene = Scene()
    scene.snapshot(60)
    scene.move(moved, scene.closed_group(5))
    assert said(scene).get("first_act") == message


def test_all_that_a_careful_responder_does_is_noted() -> None:
    """Protection on, sessions revoked, tags on the snapshot, stopped first."""
    scene = contained()
    scene.act("ModifyInstanceAttribute", {"instanceId": INSTANCE, "disableApiTermination": {"value": True}}, at=10)
    document = json.dumps({"Version": "2012-10-17", "Statement": [CONSOLE]})
    scene.act("PutRolePolicy", {"roleName": ROLE, "policyDocument": document}, at=20, service="iam")
    scene.act("StopInstances", {"instancesSet": {"items": [{"instanceId": INSTANCE}]}}, at=230)
    for snapshot in scene.snapshots.values():
        snapshot["Tags"] = [{"Key": "case", "Value": "4711"}]
    assert list(said(scene)) == [
        "first_act",
        "stopped_before",
        "termination_protection",
        "sessions_revoked",
        "snapshot_tagged",
        "seconds",
    ]


@pytest.mark.parametrize("how", [{"by": ORGANISER}, {"error": "Client.UnauthorizedOperation"}])
def test_acts_of_others_and_failed_calls_are_not_noted(how: dict[str, Any]) -> None:
    """As for points."""
    scene = Scene()
    scene.act(
        "ModifyInstanceAttribute", {"instanceId": INSTANCE, "disableApiTermination": {"value": True}}, at=1, **how
    )
    scene.act("StopInstances", {"instancesSet": {"items": [{"instanceId": INSTANCE}]}}, at=2, **how)
    assert said(scene) == {}


def test_protection_switched_off_is_not_protection() -> None:
    """Nor is a stop after the end."""
    scene = contained()
    scene.act("ModifyInstanceAttribute", {"instanceId": INSTANCE, "disableApiTermination": {"value": False}}, at=10)
    scene.act("StopInstances", {"instancesSet": {"items": [{"instanceId": INSTANCE}]}}, at=500)
    assert list(said(scene)) == ["first_act", "seconds"]


def test_one_act_alone_has_no_order_and_takes_no_time() -> None:
    """Two have: from the snapshot to the move, whichever snapshot came first in the log."""
    snapshot, move, both = Scene(), Scene(), Scene()
    snapshot.snapshot(60)
    move.move(60, move.closed_group(5))
    assert (said(snapshot), said(move)) == ({}, {})
    both.snapshot(120)
    both.snapshot(60)
    both.move(90, both.closed_group(5))
    assert said(both)["first_act"] == FIRST_SNAPSHOT
    assert said(both)["seconds"] == "From the first act of containment to the last it took 60 seconds."


def test_tags_of_a_snapshot_that_nobody_knows_who_took_are_not_noted() -> None:
    """Its event is late."""
    scene = Scene()
    scene.snapshots[scene.snapshot(60)]["Tags"] = [{"Key": "case", "Value": "4711"}]
    scene.forget_calls("CreateSnapshot")
    assert said(scene) == {}
