from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from grader.containment.judgement import AT_ONCE as BUSY
from grader.containment.judgement import Judgement, failed, passed, unknown
from grader.containment.snapshotted import copies, snapshotted
from grader.evidence.bundle import Evidence, Resource
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


def of_many_volumes(scene: Scene) -> None:
    made = [{"snapshotId": f"snap-{n}", "volumeId": id_, "tagSet": {}} for n, id_ in enumerate(["vol-0other", VOLUME])]
    answered = {"CreateSnapshotsResponse": {"snapshotSet": made, "owner": {"volumeId": "vol-0other"}}}
    scene.act("CreateSnapshots", {"CreateSnapshotsRequest": {}}, answered, at=60)
    scene.keep("snap-1", 60)


def image_in_the_second_of_the_end(scene: Scene) -> None:
    of_an_image(scene)
    scene.records[0]["eventTime"] = scene.records[1]["eventTime"]


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
        of_many_volumes,
        of_an_image,
        image_in_the_second_of_the_end,
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


NONE = "A volume of the compromised instance has no snapshot."
SHARED = "snap-0 was shared with others for a while: it may have left the account."
SNAPSHOT, SHARE = "event-0-CreateSnapshot", "event-1-ModifySnapshotAttribute"


@pytest.mark.parametrize(
    ("story", "message", "proofs"),
    [
        (nothing, NONE, ()),
        (
            too_late,
            "snap-0 was started after the termination.",
            ("event-1-CreateSnapshot", "snap-0", "event-0-TerminateInstances"),
        ),
        (of_another_volume, f"{NONE} You took one of another volume.", ()),
        (deleted_since, "snap-0 was taken, but is no longer there.", (SNAPSHOT, "snap-0")),
        (shared, "snap-0 is shared with others: evidence stays in the account.", (SNAPSHOT, "snap-0")),
        (shared_for_a_while, SHARED, (SNAPSHOT, "snap-0", SHARE)),
        (public_for_a_while, SHARED, (SNAPSHOT, "snap-0", SHARE)),
        (shared_in_the_older_form, SHARED, (SNAPSHOT, "snap-0", SHARE)),
        (public_in_the_older_form, SHARED, (SNAPSHOT, "snap-0", SHARE)),
        (image_too_late, NONE, ()),
        (image_failed, NONE, ()),
        (image_by_the_organiser, NONE, ()),
        (in_error, "snap-0 is in state error: it holds nothing to investigate.", (SNAPSHOT, "snap-0")),
        (refused, NONE, ()),
        (copied, f"{NONE} A copy of another snapshot is not taken from the volume.", ("event-0-CopySnapshot",)),
        (by_the_organiser, "snap-0 was not taken by your team's role.", (SNAPSHOT, "snap-0")),
    ],
)
def test_fails_every_unsound_way(story: Callable[[Scene], None], message: str, proofs: tuple[str, ...]) -> None:
    """A fail says which snapshot, why it will not do, and what proves it."""
    scene = Scene()
    story(scene)
    assert snapshotted(scene.evidence(), AT_ONCE) == failed(message, *proofs)


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


def test_every_volume_that_ec2_shows_at_the_instance_counts() -> None:
    """Also one that it was launched with."""
    scene, second = contained(), {"DeviceName": "/dev/sdb", "Ebs": {"VolumeId": "vol-0second"}}
    assert snapshotted(launched_with(scene.evidence(), second)).message == f"{NONE} You took one of another volume."
    scene.snapshot(70, volume="vol-0second")
    both = launched_with(scene.evidence(), second)
    assert snapshotted(both).verdict is Verdict.PASS
    assert [copy.id for copy in copies(both)] == ["snap-0", "snap-1"]


def launched_with(evidence: Evidence, volume: Resource) -> Evidence:
    compromised, *others = evidence.instances
    return replace(evidence, instances=({**compromised, "BlockDeviceMappings": [volume]}, *others))


@pytest.mark.parametrize(("progress", "said"), [({"Progress": "42%"}, "42%"), ({}, "pending")])
def test_pending_is_unknown(progress: dict[str, str], said: str) -> None:
    """A snapshot that is not complete may become so, within a minute or more."""
    scene = Scene()
    scene.snapshots[scene.snapshot(60, state="pending")] |= progress
    expected = unknown(f"snap-0 is not complete yet ({said}).", SNAPSHOT, "snap-0", again=BUSY)
    assert snapshotted(scene.evidence(), AT_ONCE) == expected


@pytest.mark.parametrize("end", [240, 60])
def test_an_image_that_is_pending_is_unknown(end: float) -> None:
    """Its snapshots are not told before it is there; one that is told already is not held against anyone."""
    scene = Scene()
    image_pending(scene)
    scene.keep("snap-9", 61, state="pending")
    scene.terminate(end)
    judged = snapshotted(scene.evidence(at=240 + 7200), AT_ONCE)
    assert judged == unknown("ami-9 is not complete yet.", "event-0-CreateImage", "ami-9", again=BUSY)


WITHOUT_ACT = "snap-0 is there, but the log shows no call that made it."
LATE_ACT = "snap-0 is there; the event of the call that made it has not reached the log yet."
LATE_END = "snap-0 is there; the log does not yet show when the instance was terminated."


@pytest.mark.parametrize(
    ("missing", "at", "expected"),
    [
        ("CreateSnapshot", 3600, unknown(LATE_ACT, "snap-0")),
        ("CreateSnapshot", 240 + 7200, failed(WITHOUT_ACT, "snap-0")),
        ("TerminateInstances", 3600, unknown(LATE_END, SNAPSHOT, "snap-0")),
        ("TerminateInstances", 240 + 7200, passed(str(snapshotted.__doc__), SNAPSHOT, "snap-0")),
    ],
)
def test_a_missing_event_is_waited_for(missing: str, at: float, expected: Judgement) -> None:
    """The snapshot is there, the log is late: unknown until it had its time."""
    scene = contained()
    scene.forget_calls(missing)
    assert snapshotted(scene.evidence(at)) == expected


def test_what_only_ec2_tells_of_the_end_is_enough_to_be_too_late() -> None:
    """Once the log had its time."""
    scene = Scene()
    too_late(scene)
    scene.forget_calls("TerminateInstances")
    expected = failed("snap-0 was started after the termination.", "event-1-CreateSnapshot", "snap-0")
    assert snapshotted(scene.evidence(240 + 7200)) == expected


@pytest.mark.parametrize("source", ["events", "instances", "snapshots", "images"])
def test_what_aws_does_not_show_is_unknown(source: str) -> None:
    """An AWS error is never a fail."""
    scene = Scene()
    scene.gaps[source] = "UnauthorizedOperation"
    assert snapshotted(scene.evidence(), AT_ONCE).verdict is Verdict.UNKNOWN


def test_a_share_takes_a_pass_back_when_its_event_arrives() -> None:
    """Nobody waits hours for a pass that no event speaks against: what is seen counts, until more is seen."""
    scene = Scene()
    scene.snapshot(60)
    event = share(scene, {"group": "all"})
    whole = scene.evidence()
    scene.forget(event)
    assert snapshotted(scene.evidence(), AT_ONCE).verdict is Verdict.PASS
    assert snapshotted(whole, AT_ONCE) == failed(SHARED, SNAPSHOT, "snap-0", SHARE)
