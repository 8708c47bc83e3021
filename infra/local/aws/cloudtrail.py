"""The CloudTrail API of event data stores, their queries and the event history; trails stay moto's.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from infra.local.aws.cloudtrail_parameters import offset_of, page_of, present, size_of, times_of, token_for
from infra.local.aws.event_history import lookup_events
from infra.local.call import AwsError, Call
from infra.local.lake.lake import Lake, inactive
from infra.local.lake.queries import FINISHED, Queries, Query
from infra.local.lake.selectors import MANAGEMENT
from infra.local.lake.store import ENABLED, PENDING_DELETION, STOPPED, EventDataStore

Handler = Callable[[Call], Mapping[str, Any]]

MOST_RESULTS = 1_000
STATUSES = {"QUEUED", "RUNNING", "FINISHED", "FAILED", "CANCELLED", "TIMED_OUT"}
RETENTION_DAYS = {"EXTENDABLE_RETENTION_PRICING": (366, 3653), "FIXED_RETENTION_PRICING": (2557, 2557)}
LEAST_RETENTION_DAYS = 7

# Parameters of Create- and UpdateEventDataStore, and the fields of a store.
SETTINGS: Mapping[str, str] = {
    "Name": "name",
    "AdvancedEventSelectors": "selectors",
    "MultiRegionEnabled": "multi_region",
    "OrganizationEnabled": "organization",
    "RetentionPeriod": "retention_days",
    "TerminationProtectionEnabled": "termination_protection",
    "BillingMode": "billing_mode",
}


def handlers(
    lake: Lake, before_query: Callable[[], None], queries: Queries | None = None
) -> dict[tuple[str, str], Handler]:
    """What the endpoint answers itself, by (service, operation).

    `before_query` is called before anything is read from the lake; it returns once every call that was answered
    before it has been delivered. `queries` is for limits other than the usual ones.
    """
    api = _CloudTrail(lake=lake, queries=queries or Queries(lake), before_query=before_query)
    return {
        ("cloudtrail", "CreateEventDataStore"): api.create_store,
        ("cloudtrail", "GetEventDataStore"): api.get_store,
        ("cloudtrail", "ListEventDataStores"): api.list_stores,
        ("cloudtrail", "UpdateEventDataStore"): api.update_store,
        ("cloudtrail", "DeleteEventDataStore"): api.delete_store,
        ("cloudtrail", "RestoreEventDataStore"): api.restore_store,
        ("cloudtrail", "StartEventDataStoreIngestion"): api.start_ingestion,
        ("cloudtrail", "StopEventDataStoreIngestion"): api.stop_ingestion,
        ("cloudtrail", "StartQuery"): api.start_query,
        ("cloudtrail", "DescribeQuery"): api.describe_query,
        ("cloudtrail", "GetQueryResults"): api.get_query_results,
        ("cloudtrail", "CancelQuery"): api.cancel_query,
        ("cloudtrail", "ListQueries"): api.list_queries,
        ("cloudtrail", "LookupEvents"): partial(lookup_events, lake, before_query),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _CloudTrail:
    lake: Lake
    queries: Queries
    before_query: Callable[[], None]

    def create_store(self, call: Call) -> Mapping[str, Any]:
        settings = _settings(call)
        store = self.lake.create_store(
            **{"selectors": MANAGEMENT, **settings},
            account_id=call.caller.account_id,
            region=call.region,
            ingestion=call.parameters.get("StartIngestion", True),
            tags=call.parameters.get("TagsList", ()),
            created=call.time,
        )
        return {**_shown(store), "TagsList": list(store.tags)}

    def get_store(self, call: Call) -> Mapping[str, Any]:
        return {**_shown(self._store(call)), "FederationStatus": "DISABLED"}

    def list_stores(self, call: Call) -> Mapping[str, Any]:
        stores = self.lake.stores(call.caller.account_id, call.region)
        page, token = page_of([_summary(store) for store in stores], call, "MaxResults", MOST_RESULTS)
        return present({"EventDataStores": page, "NextToken": token})

    def update_store(self, call: Call) -> Mapping[str, Any]:
        store = self._store(call)
        if store.status == PENDING_DELETION:
            raise inactive()
        return _shown(self.lake.change_store(store, updated=call.time, **_settings(call)))

    def delete_store(self, call: Call) -> Mapping[str, Any]:
        self.lake.delete_store(call.caller.account_id, call.region, call.parameters["EventDataStore"])
        return {}

    def restore_store(self, call: Call) -> Mapping[str, Any]:
        return _shown(self._move(call, PENDING_DELETION, STOPPED))

    def start_ingestion(self, call: Call) -> Mapping[str, Any]:
        self._move(call, STOPPED, ENABLED)
        return {}

    def stop_ingestion(self, call: Call) -> Mapping[str, Any]:
        self.before_query()  # what was answered before belongs into the store
        self._move(call, ENABLED, STOPPED)
        return {}

    def _move(self, call: Call, before: str, after: str) -> EventDataStore:
        """Change a store's status, which has to be the one before."""
        store = self._store(call)
        if store.status != before:
            raise AwsError(
                "InvalidEventDataStoreStatusException", "The event data store is not in a status that allows this."
            )
        return self.lake.change_store(store, updated=call.time, status=after)

    def start_query(self, call: Call) -> Mapping[str, Any]:
        statement = call.parameters.get("QueryStatement")
        if not statement or call.parameters.get("QueryAlias"):
            raise _parameter("A query is started from a QueryStatement; QueryAlias is for dashboards only.")
        self.before_query()
        query = self.queries.start(
            call.caller.account_id,
            call.region,
            statement,
            created=call.time,
            delivery_uri=call.parameters.get("DeliveryS3Uri"),
        )
        return {"QueryId": query.id}

    def describe_query(self, call: Call) -> Mapping[str, Any]:
        query = self._query(call)
        return present(
            {
                "QueryId": query.id,
                "QueryString": query.statement,
                "QueryStatus": query.status,
                "QueryStatistics": {
                    "EventsMatched": query.results.count,
                    "EventsScanned": query.events_scanned,
                    "BytesScanned": query.bytes_scanned,
                    "ExecutionTimeInMillis": query.milliseconds,
                    "CreationTime": query.created,
                },
                "ErrorMessage": query.error,
                "DeliveryS3Uri": query.delivery_uri,
            }
        )

    def get_query_results(self, call: Call) -> Mapping[str, Any]:
        query = self._query(call)
        size = size_of(call, "MaxQueryResults", MOST_RESULTS)
        start = offset_of(call.parameters.get("NextToken"), query.id)
        rows = query.results.page(start, size) if query.status == FINISHED else []
        rest = start + len(rows) < query.results.count
        return present(
            {
                "QueryStatus": query.status,
                "QueryStatistics": {
                    "ResultsCount": len(rows),
                    "TotalResultsCount": query.results.count,
                    "BytesScanned": query.bytes_scanned,
                },
                "QueryResultRows": rows,
                "NextToken": token_for(query.id, start + len(rows)) if rows and rest else None,
                "ErrorMessage": query.error,
            }
        )

    def cancel_query(self, call: Call) -> Mapping[str, Any]:
        query = self.queries.cancel(call.caller.account_id, self._query(call).id)
        return {"QueryId": query.id, "QueryStatus": "CANCELLED"}

    def list_queries(self, call: Call) -> Mapping[str, Any]:
        store = self._store(call)
        if store.status == PENDING_DELETION:
            raise inactive()
        wanted = call.parameters.get("QueryStatus")
        if wanted is not None and wanted not in STATUSES:
            raise AwsError("InvalidQueryStatusException", "The query status is not valid for the operation.")
        start, end = times_of(call, "InvalidDateRangeException", default_start=datetime.min.replace(tzinfo=UTC))
        found = [
            {"QueryId": query.id, "QueryStatus": query.status, "CreationTime": query.created}
            for query in self.queries.of_store(store)
            if start <= query.created <= end and wanted in (None, query.status)
        ]
        page, token = page_of(found, call, "MaxResults", MOST_RESULTS)
        return present({"Queries": page, "NextToken": token})

    def _store(self, call: Call) -> EventDataStore:
        return self.lake.store(call.caller.account_id, call.region, call.parameters["EventDataStore"])

    def _query(self, call: Call) -> Query:
        query_id = call.parameters.get("QueryId")
        if not query_id:
            raise _parameter("A QueryId is required.")
        query = self.queries.get(call.caller.account_id, query_id)
        if any(self.lake.store(s.account_id, s.region, s.id).status == PENDING_DELETION for s in query.stores):
            raise inactive()
        return query


def _settings(call: Call) -> dict[str, Any]:
    given = {SETTINGS[name]: value for name, value in call.parameters.items() if name in SETTINGS}
    least, most = LEAST_RETENTION_DAYS, RETENTION_DAYS[given.get("billing_mode", "EXTENDABLE_RETENTION_PRICING")][1]
    if not least <= given.get("retention_days", least) <= most:
        raise _parameter(f"RetentionPeriod has to be between {least} and {most} days.")
    if "name" in given and not re.fullmatch(r"[a-zA-Z0-9._\-]{3,128}", given["name"]):
        raise _parameter("Name has 3 to 128 letters, digits, dots, hyphens and underscores.")
    return given


def _summary(store: EventDataStore) -> dict[str, Any]:
    return {"EventDataStoreArn": store.arn, "Name": store.name}


def _shown(store: EventDataStore) -> dict[str, Any]:
    return {
        "EventDataStoreArn": store.arn,
        "Name": store.name,
        "Status": store.status,
        "AdvancedEventSelectors": [dict(selector) for selector in store.selectors],
        "MultiRegionEnabled": store.multi_region,
        "OrganizationEnabled": store.organization,
        "RetentionPeriod": store.retention_days,
        "TerminationProtectionEnabled": store.termination_protection,
        "CreatedTimestamp": store.created,
        "UpdatedTimestamp": store.updated,
        "BillingMode": store.billing_mode,
    }


def _parameter(message: str) -> AwsError:
    return AwsError("InvalidParameterException", message)
