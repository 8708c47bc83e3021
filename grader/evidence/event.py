"""A typed, read-only view over one raw CloudTrail record, which is kept as it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One CloudTrail record. Shapes: the CloudTrail record contents reference, and records that AWS wrote."""

    raw: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The record's own id, unlike `requestID` never shared."""
        return str(self.raw["eventID"])

    @property
    def name(self) -> str:
        """The call: "TerminateInstances"."""
        return str(self.raw["eventName"])

    @property
    def time(self) -> datetime:
        """When the call was made, UTC, to the second: two events of one second have no order."""
        return datetime.fromisoformat(self.raw["eventTime"])

    @property
    def succeeded(self) -> bool:
        """False for what was refused, failed, or was a dry run (`Client.DryRunOperation`)."""
        return not self.raw.get("errorCode")

    @property
    def role_arn(self) -> str:
        """The role behind the session that called; "" for any other identity."""
        context = self.raw.get("userIdentity", {}).get("sessionContext") or {}
        return str((context.get("sessionIssuer") or {}).get("arn", ""))

    @property
    def asked(self) -> Mapping[str, Any]:
        """`requestParameters`; {} where AWS writes null."""
        return _unwrapped(self.raw.get("requestParameters"), "Request")

    @property
    def answered(self) -> Mapping[str, Any]:
        """`responseElements`; {} where AWS writes null."""
        return _unwrapped(self.raw.get("responseElements"), "Response")


def get(tree: Mapping[str, Any], name: str) -> Any:
    """The value under a name, whatever its case: EC2's older calls write `volumeId`, its newer ones `VolumeId`."""
    return next((value for key, value in tree.items() if key.casefold() == name.casefold()), None)


def items(tree: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The elements of an EC2 set: `{"items": [..]}`, `{"item": [..]}`, a list, or one element alone; [] for none."""
    held = get(tree, name) or []
    if isinstance(held, Mapping):
        held = held.get("items") or held.get("item") or held
    return held if isinstance(held, list) else [held]


def _unwrapped(tree: Mapping[str, Any] | None, kind: str) -> Mapping[str, Any]:
    """Newer EC2 calls put everything under one name, `{"CreateSnapshotsRequest": {..}}`; where there is nothing, ""."""
    if tree and len(tree) == 1 and next(iter(tree)).endswith(kind):
        inner: Mapping[str, Any] = next(iter(tree.values())) or {}
        return inner
    return tree or {}
