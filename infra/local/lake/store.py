"""An event data store: its settings, without its events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.local.lake import selectors

ENABLED, STOPPED, PENDING_DELETION = "ENABLED", "STOPPED_INGESTION", "PENDING_DELETION"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDataStore:
    """One event data store. `created` and `updated` are UTC; `bit` is its place in the mask of each event's stores."""

    id: str  # a UUID
    account_id: str
    region: str
    name: str
    selectors: Sequence[selectors.Selector]
    retention_days: int
    multi_region: bool
    organization: bool
    termination_protection: bool
    billing_mode: str
    tags: Sequence[Mapping[str, str]]  # [{"Key": ..., "Value": ...}]
    created: datetime
    updated: datetime
    status: str
    bit: int
    elsewhere: bool = False  # its events are in a table of its own, under a view that is made anew for it

    @property
    def arn(self) -> str:
        """The ARN, whose last part is what SQL names after FROM."""
        return f"arn:aws:cloudtrail:{self.region}:{self.account_id}:eventdatastore/{self.id}"

    def takes(self, record: Mapping[str, Any], *, ever: bool = False) -> bool:
        """Does this record of its account belong here? `ever` counts what came before the store was created too."""
        return (
            self.status == ENABLED
            and (self.multi_region or record["awsRegion"] == self.region)
            and (ever or record["eventTime"] >= self.created.strftime("%Y-%m-%dT%H:%M:%SZ"))
            and selectors.matches(self.selectors, record)
        )
