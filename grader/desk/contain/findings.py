"""What the page says of containment: of a report as the learner may see it, and of nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from grader.desk.watched import Judged, sentence
from grader.evidence.event import Event
from grader.report import Finding, Verdict
from grader.words import translated
from scenario.workshop import Task, tasks

DONE_BY: Mapping[str, tuple[str, ...]] = {
    "snapshotted": ("CreateSnapshot", "CreateSnapshots", "CreateImage"),
    "isolated": ("ModifyInstanceAttribute", "ModifyNetworkInterfaceAttribute"),
    "terminated": ("TerminateInstances",),
}
"""The acts of containment, in their order, and the calls that do them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One finding on the page."""

    task: Task
    finding: Finding
    kind: str  # how it looks: its verdict, or "todo" where what fails can still be done
    message: str  # in the visitor's language
    at: datetime | None  # when it was done, where the finding names the act
    acts: tuple[Event, ...]  # all that the finding names, by time
    resources: tuple[str, ...]  # ids of the others


def goals() -> tuple[Task, ...]:
    """The tasks of containment, in their order."""
    return tuple(task for task in tasks() if task.kind == "containment")


def cards(judged: Judged, language: str) -> tuple[Card, ...]:
    """One for each goal."""
    findings = {finding.id: finding for finding in judged.report.findings}
    over = findings["terminated"].verdict is not Verdict.FAIL
    return tuple(_card(task, findings[task.id], judged.acts, language, over=over) for task in goals())


def notes(judged: Judged, language: str) -> tuple[str, ...]:
    """What an incident responder would say besides."""
    return tuple(translated(note.message, language) for note in judged.report.notes)


def told(judged: Judged | None) -> bool:
    """Whether the learner was told which instance is the compromised one.

    They gave it, and were told that it is right; or they acted on it, and a finding that passes names what they did.
    """
    return judged is not None and any(
        finding.verdict is Verdict.PASS
        and (finding.id == "instance_id" or (finding.id in DONE_BY and bool(finding.evidence)))
        for finding in judged.report.findings
    )


def _card(task: Task, finding: Finding, events: Mapping[str, Event], language: str, *, over: bool) -> Card:
    acts = sorted((events[id_] for id_ in finding.evidence if id_ in events), key=lambda event: event.time)
    return Card(
        task=task,
        finding=finding,
        kind="todo" if finding.verdict is Verdict.FAIL and not over else str(finding.verdict),
        message=translated(sentence(finding.message), language),
        at=next((event.time for event in acts if event.name in DONE_BY.get(task.id, ())), None),
        acts=tuple(acts),
        resources=tuple(id_ for id_ in finding.evidence if id_ not in events),
    )
