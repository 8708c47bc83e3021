"""CloudTrail Lake on DuckDB."""

from infra.local.lake.lake import Lake
from infra.local.lake.store import EventDataStore

__all__ = ["EventDataStore", "Lake"]
