"""Which event data stores a CloudTrail Lake query reads: the resources of StartQuery and of all that follows it."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from typing import Any

from infra.local.call import Call

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Ids in these name no store.
STRINGS_AND_COMMENTS = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)
MOST_REMEMBERED = 100_000
PRIMARY = "primary"  # Athena's workgroup of those who name none


class StartedQueries:
    """Remembers which stores the queries read that were started."""

    def __init__(self) -> None:
        self._stores: dict[tuple[str, str], tuple[str, ...]] = {}  # by account and query id
        self._lock = threading.Lock()

    def notice(self, call: Call, result: Mapping[str, Any]) -> None:
        """Take note of a StartQuery that was answered, or of Athena's; other calls are no matter."""
        if (call.service, call.operation) == ("athena", "StartQueryExecution"):
            asked: tuple[str, ...] = (call.parameters.get("WorkGroup", PRIMARY),)
        elif (call.service, call.operation) == ("cloudtrail", "StartQuery"):
            asked = stores_in(call.parameters["QueryStatement"])
        else:
            return
        query_id = result.get("QueryId") or result["QueryExecutionId"]
        with self._lock:
            self._stores[call.caller.account_id, query_id] = asked
            if len(self._stores) > MOST_REMEMBERED:
                del self._stores[next(iter(self._stores))]

    def stores_of(self, account_id: str, query_id: str) -> tuple[str, ...]:
        """Ids of the stores that a query of this account reads, or the workgroup that it runs in.

        None when there is no such query.
        """
        return self._stores.get((account_id, query_id), ())


def stores_in(statement: str) -> tuple[str, ...]:
    """Ids of the stores that a statement names outside its strings and comments."""
    return tuple(dict.fromkeys(UUID.findall(STRINGS_AND_COMMENTS.sub(" ", statement.lower()))))
