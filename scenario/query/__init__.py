"""The query client: SQL in, rows out, whichever store a lab's events are in.

    open_store(session, stage).run(f"select eventname, count(*) as total from {stage.store_id} group by eventname")

There are two siblings: Lake, which asks a CloudTrail Lake event data store, and Athena, which asks a view of a trail's
log files. They take the same SQL; only the name after FROM differs.
"""

from scenario.query.athena import Athena
from scenario.query.errors import (
    QueryBusyError,
    QueryCancelledError,
    QueryError,
    QueryFailedError,
    QueryRejectedError,
    QueryTimeoutError,
)
from scenario.query.kinds import KINDS, Place, Stored, open_store
from scenario.query.lake import Lake
from scenario.query.rows import Rows
from scenario.query.store import Store

__all__ = [
    "KINDS",
    "Athena",
    "Lake",
    "Place",
    "QueryBusyError",
    "QueryCancelledError",
    "QueryError",
    "QueryFailedError",
    "QueryRejectedError",
    "QueryTimeoutError",
    "Rows",
    "Store",
    "Stored",
    "open_store",
]
