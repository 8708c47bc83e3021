"""Athena's API of query executions; workgroups stay moto's.

AWS: reads Glue and S3, and writes the result, in the caller's name; what is no statement is refused at once, and what
is wrong with it otherwise lets the execution fail, with a reason that names the place.
https://docs.aws.amazon.com/athena/latest/APIReference/
Bare moto: every execution succeeds with results that were prepared for it.
"""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.athena.models import WorkGroup, athena_backends
from moto.s3.models import s3_backends
from moto.utilities.utils import get_partition

from infra.local import chance
from infra.local.aws import athena_reasons as reasons
from infra.local.aws.athena_access import check_access, may_read_result
from infra.local.aws.athena_stores import Stores, side_of
from infra.local.aws.cloudtrail_parameters import offset_of, page_of, present, token_for
from infra.local.call import AwsError, Call
from infra.local.lake.queries import CANCELLED, FINISHED, QUEUED, RUNNING, Queries, Query
from infra.local.lake.sql import translate
from infra.local.lake.views import StaleViewError

Handler = Callable[[Call], Mapping[str, Any]]

SUCCEEDED, FAILED = "SUCCEEDED", "FAILED"
STATES = {QUEUED: QUEUED, RUNNING: RUNNING, FINISHED: SUCCEEDED, CANCELLED: CANCELLED}  # all else has failed
MOST_RESULTS = 1_000
MOST_LISTED = 50
MOST_KEPT = 10_000


def handlers(stores: Stores, queries: Queries, before_query: Callable[[], None]) -> dict[tuple[str, str], Handler]:
    """What the endpoint answers itself, by (service, operation).

    `before_query` returns once the files of every call that was answered before it are in their buckets.
    """
    api = _Athena(stores=stores, queries=queries, before_query=before_query)
    return {
        ("athena", "StartQueryExecution"): api.start,
        ("athena", "GetQueryExecution"): api.get,
        ("athena", "GetQueryResults"): api.results,
        ("athena", "StopQueryExecution"): api.stop,
        ("athena", "ListQueryExecutions"): api.list,
    }


@dataclass(slots=True, kw_only=True)
class Execution:
    """One execution. `query` is None where it has failed before it ran, for this reason."""

    id: str
    work_group: str
    statement: str
    context: Mapping[str, str]
    created: datetime
    output: str  # s3://bucket/key
    scanned: int  # bytes
    query: Query | None = None
    reason: str = ""
    written: bool = False

    @property
    def state(self) -> str:
        """As Athena names it."""
        return STATES.get(self.query.status, FAILED) if self.query else FAILED


@dataclass(slots=True, kw_only=True)
class _Athena:
    stores: Stores
    queries: Queries
    before_query: Callable[[], None]
    _executions: dict[tuple[str, str], Execution] = field(default_factory=dict)  # by account and id, oldest first
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, call: Call) -> Mapping[str, Any]:
        statement = call.parameters["QueryString"]
        context = call.parameters.get("QueryExecutionContext", {})
        work_group = _work_group(call)
        _check_statement(statement)
        self.before_query()
        execution = Execution(
            id=chance.uuid4(),
            work_group=work_group.name,
            statement=statement,
            context=context,
            created=call.time,
            output=_output(call, work_group),
            scanned=0,
        )
        execution.output += f"{execution.id}.csv"
        self._run(call, execution, work_group)
        with self._lock:
            self._executions[call.caller.account_id, execution.id] = execution
            if len(self._executions) > MOST_KEPT:
                del self._executions[next(iter(self._executions))]
        return {"QueryExecutionId": execution.id}

    def _run(self, call: Call, execution: Execution, work_group: WorkGroup) -> None:
        """Let the query run, or say why it does not."""
        account_id = call.caller.account_id
        try:
            shown = self.stores.of(account_id, call.region)
            names = {name: one.opened.store.id for name, one in shown.items()}
            database = execution.context.get("Database", "").lower()
            names |= {n.partition(".")[2]: i for n, i in names.items() if n.partition(".")[0] == database}
            asked = [shown[name] for name in _views_in(execution.statement, names, shown)]
            check_access(call, asked, execution.output)
            execution.scanned = sum(one.size for one in asked)
            limit = int(work_group.configuration.get("BytesScannedCutoffPerQuery", 0))
            if limit and execution.scanned > limit:
                execution.reason = f"Bytes scanned limit was exceeded: {execution.scanned} of {limit}"
                return
            execution.query = self.queries.start(
                side_of(account_id), call.region, execution.statement, created=call.time, views=names
            )
        except StaleViewError as error:
            execution.reason = f"INVALID_VIEW: line 1:1: {error}"
        except AwsError as error:
            if error.code == "MaxConcurrentQueriesException":
                raise AwsError("TooManyRequestsException", "Too many queries are running in this account.") from error
            execution.reason = reasons.of_refusal(error)

    def get(self, call: Call) -> Mapping[str, Any]:
        execution = self._execution(call)
        if execution.state == SUCCEEDED:
            _write_result(call, execution)
        query = execution.query
        return {
            "QueryExecution": {
                "QueryExecutionId": execution.id,
                "Query": execution.statement,
                "StatementType": "DML",
                "WorkGroup": execution.work_group,
                "QueryExecutionContext": dict(execution.context),
                "ResultConfiguration": {"OutputLocation": execution.output},
                "Status": present(
                    {
                        "State": execution.state,
                        "StateChangeReason": reasons.of_end(query) if query else execution.reason,
                        "SubmissionDateTime": execution.created,
                    }
                ),
                "Statistics": {
                    "DataScannedInBytes": execution.scanned,
                    "EngineExecutionTimeInMillis": query.milliseconds if query else 0,
                },
            }
        }

    def results(self, call: Call) -> Mapping[str, Any]:
        execution = self._execution(call)
        may_read_result(call, execution.output)
        if execution.state != SUCCEEDED or execution.query is None:
            raise _invalid(f"Query has not yet finished. Current state: {execution.state}")
        found, size = execution.query.results, call.parameters.get("MaxResults", MOST_RESULTS)
        if not 1 <= size <= MOST_RESULTS:
            raise _invalid(f"MaxResults has to be between 1 and {MOST_RESULTS}.")
        start = offset_of(call.parameters.get("NextToken"), execution.id)  # the header is the row 0
        rows = [] if start else [[{"VarCharValue": name} for name in found.columns]]
        rest = size - len(rows)
        first = max(0, start - 1)
        rows += [_data(row) for row in found.texts(first, rest)] if rest else []
        end = start + len(rows)
        columns = [{"Name": n, "Label": n, "Type": t} for n, t in zip(found.columns, found.types, strict=True)]
        return present(
            {
                "ResultSet": {"Rows": [{"Data": row} for row in rows], "ResultSetMetadata": {"ColumnInfo": columns}},
                "NextToken": token_for(execution.id, end) if end <= found.count else None,
                "UpdateCount": 0,
            }
        )

    def stop(self, call: Call) -> Mapping[str, Any]:
        """What has ended stays as it is: to stop it is no error."""
        execution = self._execution(call)
        if execution.query and not execution.query.done.is_set():
            self.queries.cancel(side_of(call.caller.account_id), execution.query.id)
        return {}

    def list(self, call: Call) -> Mapping[str, Any]:
        """The workgroup's, newest first."""
        wanted = call.parameters.get("WorkGroup", "primary")
        with self._lock:
            held = [one for (account, _), one in self._executions.items() if account == call.caller.account_id]
        ids = [one.id for one in reversed(held) if one.work_group == wanted]
        page, token = page_of(ids, call, "MaxResults", MOST_LISTED)
        return present({"QueryExecutionIds": page, "NextToken": token})

    def _execution(self, call: Call) -> Execution:
        found = self._executions.get((call.caller.account_id, call.parameters["QueryExecutionId"]))
        if found is None:
            raise _invalid(f"QueryExecution {call.parameters['QueryExecutionId']} was not found")
        return found


def _check_statement(statement: str) -> None:
    """Raise AwsError for what is no SELECT at all, whatever it names."""
    try:
        translate(statement, _Anything())
    except AwsError as error:
        if not reasons.is_semantic(error):
            raise _invalid(error.message) from error


class _Anything(dict[str, str]):
    """Every view there may be."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> str:
        return name


def _views_in(statement: str, names: Mapping[str, str], shown: Mapping[str, Any]) -> list[str]:
    """The names of the views that a statement is over. Raises AwsError."""
    ids = set(translate(statement, names).stores)
    return [name for name in shown if names[name] in ids]


def _work_group(call: Call) -> WorkGroup:
    name = call.parameters.get("WorkGroup", "primary")
    found = athena_backends[call.caller.account_id][call.region].work_groups.get(name)
    if found is None:
        raise _invalid(f"WorkGroup {name} is not found.")
    return found


def _output(call: Call, work_group: WorkGroup) -> str:
    """The folder of results: the workgroup's, where it has one and enforces it."""
    own = work_group.configuration.get("ResultConfiguration", {}).get("OutputLocation", "")
    asked = call.parameters.get("ResultConfiguration", {}).get("OutputLocation", "")
    enforced = str(work_group.configuration.get("EnforceWorkGroupConfiguration", True)).lower() == "true"
    chosen = (own if enforced else "") or asked or own
    if not chosen:
        raise _invalid("No output location provided. An output location is required.")
    return f"{chosen.rstrip('/')}/"


def _data(row: list[str | None]) -> list[dict[str, str]]:
    return [{} if value is None else {"VarCharValue": value} for value in row]


def _write_result(call: Call, execution: Execution) -> None:
    """Put the rows into the bucket of results, once."""
    if execution.written or execution.query is None:
        return
    execution.written = True
    bucket, _, key = execution.output.removeprefix("s3://").partition("/")
    found, text = execution.query.results, io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(found.columns)
    writer.writerows(found.texts(0, found.count))
    backend = s3_backends[call.caller.account_id][get_partition(call.region)]
    if bucket in backend.buckets:
        backend.put_object(bucket, key, text.getvalue().encode("utf-8", "replace"))


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidRequestException", message)
