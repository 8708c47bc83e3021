"""The CloudTrail API: called directly, and by boto3 over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.aws.cloudtrail import handlers
from infra.local.call import AwsError
from infra.local.lake import Lake
from tests.infra.local.conftest import ACCOUNT, Serve
from tests.infra.local.lake.sample import CREATED, EVENTS, SELECTORS, call

NOW = datetime(2026, 4, 1, tzinfo=UTC)
Api = Callable[..., Mapping[str, Any]]


@pytest.fixture
def lake() -> Iterator[Lake]:
    """An empty lake."""
    made = Lake()
    yield made
    made.close()


@pytest.fixture
def flushed() -> list[str]:
    """Grows each time the API asks for what was answered before."""
    return []


@pytest.fixture
def api(lake: Lake, flushed: list[str]) -> Api:
    """A function that calls an operation by its name."""
    table = handlers(lake, lambda: flushed.append("flush"))
    return lambda operation, **parameters: table["cloudtrail", operation](call(operation, **parameters))


@pytest.fixture
def store_id(api: Api, lake: Lake) -> str:
    """An event data store with five events."""
    made = api("CreateEventDataStore", Name="lab", AdvancedEventSelectors=SELECTORS, TerminationProtectionEnabled=False)
    lake.deliver(EVENTS)
    return str(made["EventDataStoreArn"]).rpartition("/")[2]


def code_of(action: Callable[[], Any]) -> str:
    """The error code that an action raises."""
    with pytest.raises(AwsError) as raised:
        action()
    return raised.value.code


def test_a_store_from_creation_to_deletion(api: Api) -> None:
    """Create, Get, List, Update, Delete and Restore show one store in their own shapes."""
    made = api("CreateEventDataStore", Name="lab", RetentionPeriod=7, TagsList=[{"Key": "team", "Value": "a"}])
    arn = made["EventDataStoreArn"]
    shown = {
        "EventDataStoreArn": arn,
        "Name": "lab",
        "Status": "ENABLED",
        "AdvancedEventSelectors": [
            {
                "Name": "Default management events",
                "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}],
            }
        ],
        "MultiRegionEnabled": True,
        "OrganizationEnabled": False,
        "RetentionPeriod": 7,
        "TerminationProtectionEnabled": True,
        "CreatedTimestamp": CREATED,
        "UpdatedTimestamp": CREATED,
        "BillingMode": "EXTENDABLE_RETENTION_PRICING",
    }
    assert made == {**shown, "TagsList": [{"Key": "team", "Value": "a"}]}
    assert api("GetEventDataStore", EventDataStore=arn) == {**shown, "FederationStatus": "DISABLED"}
    assert api("ListEventDataStores") == {"EventDataStores": [{"EventDataStoreArn": arn, "Name": "lab"}]}
    assert code_of(lambda: api("DeleteEventDataStore", EventDataStore=arn)) == (
        "EventDataStoreTerminationProtectedException"
    )
    changes = {"Name": "new", "TerminationProtectionEnabled": False, "RetentionPeriod": 30}
    updated = {**shown, **changes, "UpdatedTimestamp": NOW}
    assert api("UpdateEventDataStore", EventDataStore=arn, time=NOW, **changes) == updated
    assert api("DeleteEventDataStore", EventDataStore=arn) == {}
    assert api("GetEventDataStore", EventDataStore=arn)["Status"] == "PENDING_DELETION"
    assert api("RestoreEventDataStore", EventDataStore=arn)["Status"] == "STOPPED_INGESTION"


def test_ingestion_stops_and_starts(api: Api, lake: Lake) -> None:
    """A store that is stopped takes nothing, and each change needs the status before it."""
    arn = api("CreateEventDataStore", Name="lab", TerminationProtectionEnabled=False)["EventDataStoreArn"]
    store = lake.stores(ACCOUNT, "us-east-1")[0]
    lake.deliver(EVENTS[:1])
    assert api("StopEventDataStoreIngestion", EventDataStore=arn) == {}
    lake.deliver(EVENTS[:1])
    assert (api("GetEventDataStore", EventDataStore=arn)["Status"], lake.count(store)) == ("STOPPED_INGESTION", 1)
    status = "InvalidEventDataStoreStatusException"
    assert code_of(lambda: api("StopEventDataStoreIngestion", EventDataStore=arn)) == status
    assert api("StartEventDataStoreIngestion", EventDataStore=arn) == {}
    lake.deliver(EVENTS[:1])
    assert (api("GetEventDataStore", EventDataStore=arn)["Status"], lake.count(store)) == ("ENABLED", 2)
    assert code_of(lambda: api("StartEventDataStoreIngestion", EventDataStore=arn)) == status
    assert code_of(lambda: api("RestoreEventDataStore", EventDataStore=arn)) == status


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"Name": "x"}, "InvalidParameterException"),
        ({"Name": "no spaces"}, "InvalidParameterException"),
        ({"Name": "lab", "RetentionPeriod": 6}, "InvalidParameterException"),
        ({"Name": "lab", "RetentionPeriod": 3654}, "InvalidParameterException"),
        ({"Name": "lab", "AdvancedEventSelectors": [{"FieldSelectors": []}]}, "InvalidEventSelectorsException"),
    ],
)
def test_stores_that_are_not_created(api: Api, parameters: dict[str, Any], code: str) -> None:
    """Each refusal has its code."""
    assert code_of(lambda: api("CreateEventDataStore", **parameters)) == code


def test_a_query_from_start_to_results(api: Api, store_id: str, flushed: list[str]) -> None:
    """A quick query is finished at the first poll; everything answered before its start has been asked for."""
    statement = f"select eventName, count(*) as total from {store_id} group by eventname order by eventname limit 2"
    started = api("StartQuery", QueryStatement=statement)
    assert flushed == ["flush"]
    rows = [
        [{"eventName": "AssumeRole"}, {"total": "1"}],
        [{"eventName": "ListBuckets"}, {"total": "1"}],
    ]
    assert api("GetQueryResults", **started) == {
        "QueryStatus": "FINISHED",
        "QueryStatistics": {"ResultsCount": 2, "TotalResultsCount": 2, "BytesScanned": 7_500},
        "QueryResultRows": rows,
    }
    described = dict(api("DescribeQuery", **started))
    assert described["QueryStatistics"].pop("ExecutionTimeInMillis") < 1_000
    assert described == {
        **started,
        "QueryString": statement,
        "QueryStatus": "FINISHED",
        "QueryStatistics": {
            "EventsMatched": 2,
            "EventsScanned": 5,
            "BytesScanned": 7_500,
            "CreationTime": CREATED,
        },
    }
    assert api("ListQueries", EventDataStore=store_id) == {
        "Queries": [{**started, "QueryStatus": "FINISHED", "CreationTime": CREATED}]
    }
    assert api("ListQueries", EventDataStore=store_id, QueryStatus="FAILED") == {"Queries": []}


def test_pages_of_results(api: Api, store_id: str) -> None:
    """Every page but the last has a token, and pages can be read again."""
    started = api("StartQuery", QueryStatement=f"select eventname from {store_id} order by eventtime")
    token: dict[str, str] = {}
    for _ in range(2):
        pages: list[list[str]] = []
        token = {}
        while True:
            page = api("GetQueryResults", **started, MaxQueryResults=2, **token)
            pages.append([row[0]["eventname"] for row in page["QueryResultRows"]])
            if "NextToken" not in page:
                break
            token = {"NextToken": page["NextToken"]}
        assert pages == [["ListBuckets", "PutObject"], ["TerminateInstances", "ListUsers"], ["AssumeRole"]]
    assert code_of(lambda: api("GetQueryResults", **started, MaxQueryResults=1_001)) == "InvalidMaxResultsException"
    assert code_of(lambda: api("GetQueryResults", **started, NextToken="x")) == "InvalidNextTokenException"
    other = api("StartQuery", QueryStatement=f"select eventname from {store_id}")
    assert code_of(lambda: api("GetQueryResults", **other, **token)) == "InvalidNextTokenException"


def test_a_query_without_rows(api: Api, store_id: str) -> None:
    """Nothing found is a finished query too."""
    started = api("StartQuery", QueryStatement=f"select eventname from {store_id} where eventname = 'Nothing'")
    assert api("GetQueryResults", **started)["QueryResultRows"] == []


def test_a_failed_query(api: Api, store_id: str) -> None:
    """Describing and reading it give the reason."""
    started = api("StartQuery", QueryStatement=f"select 1 / (count(*) - 5) as x from {store_id}")
    result = api("GetQueryResults", **started)
    assert (result["QueryStatus"], result["QueryResultRows"]) == ("FAILED", [])
    assert result["ErrorMessage"] == api("DescribeQuery", **started)["ErrorMessage"]
    assert result["ErrorMessage"].startswith("Division by zero")


def test_cancelling(api: Api, store_id: str) -> None:
    """A running query is cancelled, an ended one is inactive."""
    slow = f"select count(*) as n from {', '.join(f'{store_id} t{n}' for n in range(16))}"
    started = api("StartQuery", QueryStatement=slow)
    assert api("CancelQuery", **started) == {**started, "QueryStatus": "CANCELLED"}
    assert code_of(lambda: api("CancelQuery", **started)) == "InactiveQueryException"


@pytest.mark.parametrize("operation", ["DescribeQuery", "GetQueryResults", "CancelQuery"])
def test_queries_of_others_and_of_deleted_stores(api: Api, store_id: str, operation: str) -> None:
    """A query is not found in another account, and inactive with its store."""
    started = api("StartQuery", QueryStatement=f"select 1 as x from {store_id}")
    assert code_of(lambda: api(operation, **started, account_id="222222222222")) == "QueryIdNotFoundException"
    api("DeleteEventDataStore", EventDataStore=store_id)
    assert code_of(lambda: api(operation, **started)) == "InactiveEventDataStoreException"


@pytest.mark.parametrize(
    ("operation", "parameters", "code"),
    [
        ("StartQuery", {}, "InvalidParameterException"),
        ("StartQuery", {"QueryStatement": "drop table x"}, "InvalidQueryStatementException"),
        ("DescribeQuery", {}, "InvalidParameterException"),
        ("GetEventDataStore", {"EventDataStore": "0" * 36}, "EventDataStoreNotFoundException"),
        ("ListQueries", {"EventDataStore": "0" * 36}, "EventDataStoreNotFoundException"),
    ],
)
def test_wrong_parameters(api: Api, operation: str, parameters: dict[str, Any], code: str) -> None:
    """Each has AWS's code."""
    assert code_of(lambda: api(operation, **parameters)) == code


def test_through_boto3(serve_local_aws: Serve, lake: Lake) -> None:
    """The module's client gets the same over HTTP: store, query, results, events, and errors by their names."""
    local = serve_local_aws(handlers=handlers(lake, lambda: None))
    client = local.client("cloudtrail")
    arn = client.create_event_data_store(Name="lab", AdvancedEventSelectors=list(SELECTORS))["EventDataStoreArn"]
    store_id = arn.rpartition("/")[2]
    recent = datetime.now(UTC).replace(microsecond=0)
    records = [{**event, "eventTime": recent.strftime("%Y-%m-%dT%H:%M:%SZ")} for event in EVENTS]
    lake.deliver(records)
    statement = f"select useridentity.principalid, requestparameters from {store_id} where eventname = 'PutObject'"
    query_id = client.start_query(QueryStatement=statement)["QueryId"]
    answer = client.get_query_results(QueryId=query_id)
    assert (answer["QueryStatus"], answer["QueryResultRows"]) == (
        "FINISHED",
        [
            [
                {"principalid": "AROAEXAMPLE0000000001:i-0aaaaaaaaaaaaaaa1"},
                {
                    "requestparameters": "{bucketName=drop, Host=drop.s3.us-east-1.amazonaws.com, "
                    "key=loot/báo cáo, 1=2.txt}"
                },
            ]
        ],
    )
    events = client.lookup_events(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "ListUsers"}])
    assert json.loads(events["Events"][0]["CloudTrailEvent"]) == records[3]
    assert events["Events"][0]["EventTime"] == recent
    assert client.list_event_data_stores()["EventDataStores"] == [{"EventDataStoreArn": arn, "Name": "lab"}]
    with pytest.raises(ClientError) as refused:
        client.start_query(QueryStatement="drop table x")
    assert refused.value.response["Error"] == {
        "Code": "InvalidQueryStatementException",
        "Message": "line 1:1: Only SELECT statements are allowed",
    }
    with pytest.raises(client.exceptions.QueryIdNotFoundException):
        client.describe_query(QueryId=ACCOUNT.ljust(36, "0"))
