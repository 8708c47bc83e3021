from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from grader.containment.judgement import Judgement
from grader.containment.snapshotted import snapshotted
from grader.report import Verdict
from tests.grader.scenes import ACCOUNT, INSTANCE, LEARNER, ORGANISER, VOLUME, Scene, contained

AT_ONCE = timedelta(0)


def test_passes_with_the_event_and_the_snapshot() -> None:
    """A pass names the call and what it made."""
    expected = Judgement(
        verdict=Verdict.PASS, message=str(snapshotted.__doc__), evidence=("event-0-CreateSnapshot", "snap-0")
    )
    assert expected == snapshotted(contained().evidence())


def of_the_instance(scene: Scene) -> None:
    answered = {"CreateSnapshotsResponse": {"snapshotSet": {"item": {"snapshotId": "snap-9", "volumeId": VOLUME}}}}
    asked = {"CreateSnapshotsRequest": {"InstanceSpecification": {"InstanceId": INSTANCE}}}
    scene.act("CreateSnapshots", asked, answered, at=60)
    scene.keep("snap-9", 60)
    scene.terminate(240)


def of_an_image(scene: Scene) -> None:
    scene.act("CreateImage", {"instanceId": INSTANCE, "name": "evidence"}, {"imageId": "ami-9"}, at=60)
    scene.keep("snap-9", 61)
    mapping = {"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": "snap-9"}}
    scene.images.append({"ImageId": "ami-9", "BlockDeviceMappings": [mapping, {"VirtualName": "ephemeral0"}]})
    scene.terminate(240)


def in_the_second_of_the_end(scene: Scene) -> None:
    scene.snapshot(240)
    scene.terminate(240)


def before_any_end(scene: Scene) -> None:
    scene.snapshot(60)


def a_good_one_among_bad_ones(scene: Scene) -> None:
    scene.snapshot(50, state="error")
    scene.snapshot(60)
    scene.terminate(240)
    scene.snapshot(300)


def shared_with_itself(scene: Scene) -> None:
    scene.snapshots[scene.snapshot(60)]["CreateVolumePermissions"] = [{"UserId": ACCOUNT}]
    share(scene, {"userId": ACCOUNT})


def unshared_by_the_learner(scene: Scene) -> None:
    scene.snapshot(60)
    change(scene, "remove", {"userId": "444455556666"})
    asked = {"operationType": "remove", "userIdSet": {"items": [{"userId": "444455556666"}]}}
    scene.act("ModifySnapshotAttribute", {"snapshotId": "snap-0", **asked}, at=80)


def another_was_shared(scene: Scene) -> None:
    scene.snapshot(60)
    share(scene, {"group": "all"}, snapshot="snap-another")


def shared_by_the_organiser(scene: Scene) -> None:
    scene.snapshot(60)
    share(scene, {"group": "all"}, by=ORGANISER)


def a_good_one_beside_an_image(scene: Scene) -> None:
    image_pending(scene)
    scene.snapshot(70)


def share(scene: Scene, peer: dict[str, str], snapshot: str = "snap-0", by: str = LEARNER) -> str:
    return change(scene, "add", peer, snapshot, by)


def change(scene: Scene, how: str, peer: dict[str, str], snapshot: str = "snap-0", by: str = LEARNER) -> str:
    asked = {"snapshotId": snapshot, "createVolumePermission": {how: {"items": [peer]}}}
    return scene.act("ModifySnapshotAttribute", asked, at=70, by=by)


def image_pending(scene: Scene, at: float = 60, by: str = LEARNER, state: str = "pending") -> None:
    scene.act("CreateImage", {"instanceId": INSTANCE, "name": "evidence"}, {"imageId": "ami-9"}, at=at, by=by)
    scene.images.append({"ImageId": "ami-9", "State": state, "BlockDeviceMappings": []})


@pytest.mark.parametrize(
    "story",
    [
        of_the_instance,
        of_an_image,
        in_the_second_of_the_end,
        before_any_end,
        a_good_one_among_bad_ones,
        shared_with_itself,
        unshared_by_the_learner,
        another_was_shared,
        shared_by_the_organiser,
        a_good_one_beside_an_image,
    ],
)
def test_passes_every_sound_way(story: Callable[[Scene], None]) -> None:
    """One complete snapshot of the volume, started in time by the learner, is enough."""
    scene = Scene()
    story(scene)
    judged = snapshotted(scene.evidence(), AT_ONCE)
    assert judged.verdict is Verdict.PASS, judged.message


def nothing(scene: Scene) -> None:
    scene.terminate(240)


def too_late(scene: Scene) -> None:
    scene.terminate(240)
    scene.snapshot(241)


def of_another_volume(scene: Scene) -> None:
    scene.snapshot(60, volume="vol-0other")


def deleted_since(scene: Scene) -> None:
    del scene.snapshots[scene.snapshot(60)]


def shared(scene: Scene) -> None:
    scene.snapshots[scene.snapshot(60)]["CreateVolumePermissions"] = [{"Group": "all"}]


def shared_for_a_while(scene: Scene) -> None:
    scene.snapshot(60)
    share(scene, {"userId": "444455556666"})


def public_for_a_while(scene: Scene) -> None:
    scene.snapshot(60)
    share(scene, {"group": "all"})


def shared_in_the_older_form(scene: Scene) -> None:
    scene.snapshot(60)
    asked = {"operationType": "add", "userIdSet": {"items": [{"userId": ACCOUNT}, {"userId": "444455556666"}]}}
    scene.act("ModifySnapshotAttribute", {"snapshotId": "snap-0", **asked}, at=70)


def public_in_the_older_form(scene: Scene) -> None:
    scene.snapshot(60)
    asked = {"operationType": "add", "userGroupSet": {"items": [{"userGroup": "all"}]}}
    scene.act("ModifySnapshotAttribute", {"snapshotId": "snap-0", **asked}, at=70)


def image_too_late(scene: Scene) -> None:
    scene.terminate(240)
    image_pending(scene, at=241)


def image_failed(scene: Scene) -> None:
    image_pending(scene, state="failed")


def image_by_the_organiser(scene: Scene) -> None:
    image_pending(scene, by=ORGANISER)


def in_error(scene: Scene) -> None:
    scene.snapshot(60, state="error")


def refused(scene: Scene) -> None:
    scene.act("CreateSnapshot", {"volumeId": VOLUME}, at=60, error="Client.UnauthorizedOperation")


def copied(scene: Scene) -> None:
    asked = {"sourceSnapshotId": "snap-0elsewhere", "sourceRegion": "us-east-1"}
    scene.act("CopySnapshot", asked, {"snapshotId": "snap-9"}, at=60)


def by_the_organiser(scene: Scene) -> None:
    scene.snapshot(60, by=ORGANISER)


@pytest.mark.parametrize(
    ("story", "said"),
    [
        (nothing, "A volume of the compromised instance has no snapshot."),
        (too_late, "was started after the termination"),
        (of_another_volume, "You took one of another volume."),
        (deleted_since, "is no longer there"),
        (shared, "is shared with others"),
        (shared_for_a_while, "was shared with others for a while"),
        (public_for_a_while, "was shared with others for a while"),
        (shared_in_the_older_form, "was shared with others for a while"),
        (public_in_the_older_form, "was shared with others for a while"),
        (image_too_late, "A volume of the compromised instance has no snapshot."),
        (image_failed, "A volume of the compromised instance has no snapshot."),
        (image_by_the_organiser, "A volume of the compromised instance has no snapshot."),
        (in_error, "is in state error"),
        (refused, "A volume of the compromised instance has no snapshot."),
        (copied, "A copy of another snapshot is not taken from the volume."),
        (by_the_organiser, "not taken by your team's role"),
    ],
)
def test_fails_every_unsound_way(story: Callable[[Scene], None], said: str) -> None:
    """A fail says which snapshot, and why it will not do."""
    scene = Scene()
    story(scene)
    judged = snapshotted(scene.evidence(), AT_ONCE)
    assert (judged.verdict, said in judged.message) == (Verdict.FAIL, True), judged.message


def test_a_fail_does_not_tell_which_volumes_are_not_the_instances() -> None:
    """Whoever takes snapshots of many volumes would be told by and by which is."""
    scene = Scene()
    of_another_volume(scene)
    judged = snapshotted(scene.evidence(), AT_ONCE)
    assert "vol-" not in f"{judged.message} {judged.evidence}"


def test_every_volume_counts() -> None:
    """A second volume that was attached since needs a snapshot too."""
    scene = contained()
    scene.act("AttachVolume", {"instanceId": INSTANCE, "volumeId": "vol-0second"}, at=30, by=ORGANISER)
    judged = snapshotted(scene.evidence(), AT_ONCE)
    assert (judged.verdict, "has no snapshot" in judged.message) == (Verdict.FAIL, True)


def test_pending_is_unknown() -> None:
    """A snapshot that is not complete may become so."""
    scene = Scene()
    scene.snapshot(60, state="pending")
    assert snapshotted(scene.evidence(), AT_ONCE).verdict is Verdict.UNKNOWN


def test_an_image_that_is_pending_is_unknown() -> None:
    """Its snapshots are not told before it is there; one that is told already is not held against anyone."""
    scene = Scene()
    image_pending(scene)
    scene.keep("snap-9", 61, state="pending")
    scene.terminate(240)
    judged = snapshotted(scene.evidence(at=240 + 7200), AT_ONCE)
    assert (judged.verdict, judged.message) == (Verdict.UNKNOWN, "ami-9 is not complete yet.")


@pytest.mark.parametrize(
    ("missing", "at", "expected"),
    [
        ("CreateSnapshot", 3600, Verdict.UNKNOWN),
        ("CreateSnapshot", 240 + 7200, Verdict.FAIL),
        ("TerminateInstances", 3600, Verdict.UNKNOWN),
    ],
)
def test_a_missing_event_is_waited_for(missing: str, at: float, expected: Verdict) -> None:
    """The snapshot is there, the log is late: unknown until it had its time."""
    scene = contained()
    scene.forget_calls(missing)
    assert expected is snapshotted(scene.evidence(at)).verdict


@pytest.mark.parametrize("source", ["events", "instances", "snapshots", "images"])
def test_what_aws_does_not_show_is_unknown(source: str) -> None:
    """An AWS error is never a fail."""
    scene = Scene()
    scene.gaps[source] = "UnauthorizedOperation"
    assert snapshotted(scene.evidence(), AT_ONCE).verdict is Verdict.UNKNOWN
