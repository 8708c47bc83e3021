"""Was every volume of the compromised instance kept for the investigation, in time?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from grader.containment.ending import Ending, ending
from grader.containment.judgement import (
    AT_ONCE,
    SETTLE,
    Judgement,
    acts,
    best,
    blind,
    by_learner,
    failed,
    passed,
    together,
    unknown,
)
from grader.evidence.bundle import Evidence, Resource
from grader.evidence.event import Event, get, items
from grader.evidence.log import volume_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One snapshot of one volume: the act that made it, and how EC2 shows it; either may be missing."""

    id: str
    act: Event | None
    shown: Resource | None


def snapshotted(evidence: Evidence, settle: timedelta = SETTLE) -> Judgement:
    """You started a snapshot of every volume of the instance before it was terminated, and it is complete."""
    if unseen := blind(evidence, "events", "instances", "snapshots", "images"):
        return unseen
    end = ending(evidence)
    volumes = volume_ids(evidence.stage, evidence.events, evidence.instance)
    judged = [_kept(evidence, end, volume, settle) for volume in volumes]
    return together(judged, str(snapshotted.__doc__))


def _kept(evidence: Evidence, end: Ending, volume: str, settle: timedelta) -> Judgement:
    """The best that can be said of any snapshot of one volume, and of images that are on their way."""
    judged = [_judged(evidence, end, copy, settle) for copy in _copies(evidence, volume)]
    judged += [_on_its_way(image) for image in _pending(evidence, end)]
    if judged:
        return best(judged)
    taken = [e for e in acts(evidence, "CreateSnapshot") if by_learner(evidence, e)]
    hint = " You took one of another volume." if taken else ""
    copied = [e.id for e in acts(evidence, "CopySnapshot") if by_learner(evidence, e)]
    hint += " A copy of another snapshot is not taken from the volume." if copied else ""
    return failed(f"A volume of the compromised instance has no snapshot.{hint}", *copied)


def _judged(evidence: Evidence, end: Ending, copy: Copy, settle: timedelta) -> Judgement:
    if copy.act is None:
        return _without_act(copy, settled=end.settled(evidence, settle))
    proofs = (copy.act.id, copy.id)
    if not by_learner(evidence, copy.act):
        return failed(f"{copy.id} was not taken by your team's role.", *proofs)
    if end.unseen and not end.settled(evidence, settle):
        return unknown(f"{copy.id} is there; the log does not yet show when the instance was terminated.", *proofs)
    if end.at is not None and copy.act.time > end.at:
        return failed(f"{copy.id} was started after the termination.", *proofs, *((end.event.id,) if end.event else ()))
    if copy.shown is None:
        return failed(f"{copy.id} was taken, but is no longer there.", *proofs)
    account = evidence.stage.account_id
    if _strangers(copy.shown["CreateVolumePermissions"], account):
        return failed(f"{copy.id} is shared with others: evidence stays in the account.", *proofs)
    if shared := next((e for e in _sharings(evidence, copy.id) if by_learner(evidence, e)), None):
        return failed(
            f"{copy.id} was shared with others for a while: it may have left the account.", *proofs, shared.id
        )
    state = copy.shown["State"]
    if state == "pending":
        progress = copy.shown.get("Progress", "pending")
        return unknown(f"{copy.id} is not complete yet ({progress}).", *proofs, again=AT_ONCE)
    if state != "completed":
        return failed(f"{copy.id} is in state {state}: it holds nothing to investigate.", *proofs)
    return passed("", *proofs)


def _sharings(evidence: Evidence, snapshot: str) -> Iterator[Event]:
    """The calls that shared a snapshot with anybody but its own account, in either of the two forms EC2 takes."""
    for event in acts(evidence, "ModifySnapshotAttribute"):
        added = items(get(event.asked, "createVolumePermission") or {}, "add")
        if get(event.asked, "operationType") == "add":
            added = [*added, *items(event.asked, "userIdSet"), *items(event.asked, "userGroupSet")]
        if get(event.asked, "snapshotId") == snapshot and _strangers(added, evidence.stage.account_id):
            yield event


def _strangers(permissions: Sequence[Mapping[str, Any]], account: str) -> set[str]:
    """Whom they name, without the account itself: its own needs no permission, and gains nothing by one."""
    return {str(peer) for permission in permissions for peer in permission.values()} - {account}


def _pending(evidence: Evidence, end: Ending) -> list[Event]:
    """The learner's images of the instance, made in time, of which EC2 does not show yet what is in them."""
    unfinished = {image["ImageId"] for image in evidence.images if image.get("State") == "pending"}
    return [
        event
        for event in acts(evidence, "CreateImage")
        if get(event.asked, "instanceId") == evidence.stage.instance_id
        and get(event.answered, "imageId") in unfinished
        and by_learner(evidence, event)
        and (end.at is None or event.time <= end.at)
    ]


def _on_its_way(image: Event) -> Judgement:
    id_ = str(get(image.answered, "imageId"))
    return unknown(f"{id_} is not complete yet.", image.id, id_, again=AT_ONCE)


def _without_act(copy: Copy, *, settled: bool) -> Judgement:
    if settled:
        return failed(f"{copy.id} is there, but the log shows no call that made it.", copy.id)
    return unknown(f"{copy.id} is there; the event of the call that made it has not reached the log yet.", copy.id)


def copies(evidence: Evidence) -> list[Copy]:
    """Every snapshot of any volume of the compromised instance."""
    volumes = volume_ids(evidence.stage, evidence.events, evidence.instance)
    return [copy for volume in volumes for copy in _copies(evidence, volume)]


def _copies(evidence: Evidence, volume: str) -> list[Copy]:
    """Every snapshot of a volume that calls made, or that EC2 shows."""
    shown = {s["SnapshotId"]: s for s in evidence.snapshots if s["VolumeId"] == volume}
    made = dict(_made(evidence, volume))
    return [Copy(id=id_, act=made.get(id_), shown=shown.get(id_)) for id_ in sorted({*shown, *made})]


def _made(evidence: Evidence, volume: str) -> Iterator[tuple[str, Event]]:
    for event in acts(evidence, "CreateSnapshot", "CreateSnapshots"):
        yield from ((copy, event) for copy, source in _pairs(event.answered) if source == volume)
    for event in acts(evidence, "CreateImage"):
        if get(event.asked, "instanceId") == evidence.stage.instance_id:
            yield from ((copy, event) for copy in _of_image(evidence, get(event.answered, "imageId"), volume))


def _pairs(tree: Any) -> Iterator[tuple[str, str]]:
    """Every (snapshot, volume) in an answer: CreateSnapshots nests them, and newer records begin in capitals."""
    if isinstance(tree, list):
        for branch in tree:
            yield from _pairs(branch)
    elif isinstance(tree, Mapping):
        names = {name.casefold(): value for name, value in tree.items()}
        if "snapshotid" in names and "volumeid" in names:
            yield names["snapshotid"], names["volumeid"]
        for branch in tree.values():
            yield from _pairs(branch)


def _of_image(evidence: Evidence, image_id: str | None, volume: str) -> Iterator[str]:
    """The snapshots behind an image: CreateImage answers with the image alone."""
    mapped = {
        mapping["Ebs"].get("SnapshotId")
        for image in evidence.images
        if image["ImageId"] == image_id
        for mapping in image["BlockDeviceMappings"]
        if "Ebs" in mapping
    }
    return (s["SnapshotId"] for s in evidence.snapshots if s["VolumeId"] == volume and s["SnapshotId"] in mapped)
