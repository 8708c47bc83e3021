"""All that one grading looks at, frozen: what is judged once can be judged again, without AWS, to the same end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

from grader.evidence.calls import Call
from grader.evidence.event import Event
from scenario.stage import Stage

SCHEMA = "ec2-investigation-lab/evidence/2"

Resource = Mapping[str, Any]
"""One element of a Describe answer, as boto3 shows it, with times as ISO 8601 text."""

_CODE = re.compile(r"[\w.]+")
_CODED = re.compile(r"An error occurred \(([\w.]+)\)")  # as botocore writes it

RESOURCES = ("instances", "interfaces", "volumes", "snapshots", "images", "groups")
SOURCES = ("events", "calls", *RESOURCES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the log and EC2 showed of one stage at one moment.

    `gone_since` is when the compromised instance was first seen to be gone; None while EC2 shows it, or where nobody
    looked before. `gaps` says why a source, one of SOURCES, could not be asked: what it would have shown is then
    unknown, not absent.
    """

    stage: Stage
    gathered_at: datetime  # UTC
    events: tuple[Event, ...] = ()  # since `stage.created_at`, by time, each once
    calls: tuple[Call, ...] = ()  # of the compromised instance
    instances: tuple[Resource, ...] = ()  # of the stage; terminated ones vanish within the hour
    interfaces: tuple[Resource, ...] = ()  # of the stage's VPC
    volumes: tuple[Resource, ...] = ()  # of the compromised instance
    snapshots: tuple[Resource, ...] = ()  # of those volumes, each with its `CreateVolumePermissions`
    images: tuple[Resource, ...] = ()  # the account's own
    groups: tuple[Resource, ...] = ()  # of the stage's VPC, with their rules
    gone_since: datetime | None = None  # UTC
    gaps: Mapping[str, str] = field(default_factory=dict)

    @property
    def instance(self) -> Resource | None:
        """The compromised instance, where EC2 still shows it."""
        return next((i for i in self.instances if i["InstanceId"] == self.stage.instance_id), None)

    def why(self, source: str) -> str:
        """Why a source could not be asked, for a learner: AWS's code, without the names in AWS's sentence."""
        reason = self.gaps[source]
        codes = [reason] if _CODE.fullmatch(reason) else _CODED.findall(reason)
        return ", ".join(dict.fromkeys(codes)) or "no answer"

    def as_json(self) -> dict[str, Any]:
        """The bundle as JSON holds it; `from_json` gives back an equal one."""
        return {
            "schema": SCHEMA,
            "stage": {**asdict(self.stage), "created_at": self.stage.created_at.isoformat()},
            "gathered_at": self.gathered_at.isoformat(),
            "events": [dict(event.raw) for event in self.events],
            "calls": [asdict(call) for call in self.calls],
            **{name: [dict(r) for r in getattr(self, name)] for name in RESOURCES},
            "gone_since": self.gone_since.isoformat() if self.gone_since else None,
            "gaps": dict(self.gaps),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """The inverse of `as_json`. Raises ValueError when the document is of another schema."""
        if document.get("schema") != SCHEMA:
            raise ValueError(f"expected a bundle of schema {SCHEMA}, found {document.get('schema')!r}")
        gone_since = document.get("gone_since")  # older bundles have none
        resources: dict[str, Any] = {name: tuple(document[name]) for name in RESOURCES}
        return cls(
            stage=stage_from_json(document["stage"]),
            gathered_at=datetime.fromisoformat(document["gathered_at"]),
            events=tuple(Event(raw) for raw in document["events"]),
            calls=tuple(Call(**call) for call in document["calls"]),
            gone_since=datetime.fromisoformat(gone_since) if gone_since else None,
            gaps=document["gaps"],
            **resources,
        )


def stage_from_json(document: Mapping[str, Any]) -> Stage:
    """The stage in a bundle, or wherever else it was kept so."""
    times = {"created_at": datetime.fromisoformat(document["created_at"])}
    return Stage(**{**document, **times, "bystander_instance_ids": tuple(document["bystander_instance_ids"])})
