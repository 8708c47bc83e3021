"""Athena's API, on a lab whose store is Athena's: through the learner's own role, which is what the template says."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.deploy.state import StateFolder, Team
from infra.local.lab import Plan, running
from scenario import workshop
from scenario.query import QueryFailedError, QueryRejectedError, Store, open_store
from scenario.responders.spying import GradersQuestions


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """The team of a small lab in Athena."""
    folder = StateFolder(tmp_path_factory.mktemp("athena"))
    with running(Plan(store="athena", background=50, bystanders=1), folder, say=lambda text: None) as lab:
        yield lab.teams[0]


@pytest.fixture(scope="module")
def store(team: Team) -> Store:
    """The learner's client."""
    return open_store(team.access.session(), team.access)


def client(team: Team) -> Any:
    session: Any = team.access.session()
    return session.client("athena")


def started(team: Team, sql: str) -> str:
    database = team.stage.store_id.partition(".")[0]
    query_id = client(team).start_query_execution(QueryString=sql, WorkGroup=database)["QueryExecutionId"]
    return str(query_id)


def ended(team: Team, query_id: str) -> dict[str, Any]:
    """The execution, once it has ended."""
    while True:
        shown = client(team).get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        if shown["Status"]["State"] not in ("QUEUED", "RUNNING"):
            return dict(shown)
        time.sleep(0.01)


def test_what_was_delivered_is_there(team: Team, store: Store) -> None:
    """The module's queries find the story, and a call that was answered is seen by the next query."""
    rows = store.run(workshop.query("list_buckets", store_id=team.stage.store_id))
    assert str(rows.column("principalid")[0]).endswith(team.stage.instance_id)
    ec2: Any = team.access.session().client("ec2")
    made = ec2.create_security_group(GroupName="seen", Description="seen", VpcId=team.stage.vpc_id)["GroupId"]
    found = store.run(
        f"select element_at(responseelements, 'groupId') as id, eventtime from {team.stage.store_id} "
        "where eventname = 'CreateSecurityGroup' and element_at(requestparameters, 'groupName') = 'seen'"
    )
    assert found.column("id") == [made]


def test_the_name_may_be_short_or_whole(team: Team, store: Store) -> None:
    """The client's context names the database; the catalog may stand before it."""
    counts = [
        store.run(f"select count(distinct eventname) as n from {name} where eventname = 'ListBuckets'").rows
        for name in ("events", team.stage.store_id, f"awsdatacatalog.{team.stage.store_id}", '"events" as e')
    ]
    assert counts == [(("1",),)] * 4


def test_a_with_may_bear_the_views_name(team: Team, store: Store) -> None:
    """A name with its database before it is the view's, one without is that of the WITH."""
    rows = store.run(
        f"with events as (select 1 as n from {team.stage.store_id} limit 3) select sum(n) as n from events"
    )
    assert rows.rows == (("3",),)


def test_whoever_reads_the_questions_finds_them(team: Team, store: Store) -> None:
    """The responder that does so may list executions, its own and the grader's."""
    asked = f"select 'who reads this?' as question from {team.stage.store_id} limit 1"
    store.run(asked)
    assert asked in GradersQuestions(team.access, team.access).queries()


def test_values_are_as_athena_writes_them(team: Team, store: Store) -> None:
    """Times with milliseconds, booleans, maps and rows by name; NULL is no text."""
    rows = store.run(
        "select timestamp '2023-01-22 20:25:01' as t, true as b, map(array['k'], array['v']) as m, "
        f"cast(null as varchar) as n, '' as e, 1.5e0 as d, eventtime is null as x from {team.stage.store_id} limit 1"
    )
    assert rows.rows == (("2023-01-22 20:25:01.000", "true", "{k=v}", None, "", "1.5", "false"),)


def test_results_tell_types_and_come_in_pages(team: Team) -> None:
    """The header counts as a row of the first page."""
    query_id = started(team, f"select eventtime, readonly, resources from {team.stage.store_id} limit 5")
    assert ended(team, query_id)["Status"]["State"] == "SUCCEEDED"
    first = client(team).get_query_results(QueryExecutionId=query_id, MaxResults=3)
    columns = first["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    assert [(column["Name"], column["Type"]) for column in columns] == [
        ("eventtime", "timestamp"),
        ("readonly", "boolean"),
        ("resources", "array"),
    ]
    assert first["ResultSet"]["Rows"][0] == {"Data": [{"VarCharValue": column["Name"]} for column in columns]}
    rest = client(team).get_query_results(QueryExecutionId=query_id, NextToken=first["NextToken"])
    assert (len(first["ResultSet"]["Rows"]), len(rest["ResultSet"]["Rows"])) == (3, 3)
    assert "NextToken" not in rest


def test_the_result_is_in_its_bucket(team: Team) -> None:
    """As CSV, under the execution's id; the workgroup says where."""
    shown = ended(team, started(team, f"select eventname from {team.stage.store_id} where eventname = 'no such'"))
    bucket, _, key = shown["ResultConfiguration"]["OutputLocation"].removeprefix("s3://").partition("/")
    s3: Any = team.access.session().client("s3")
    assert key == f"{shown['QueryExecutionId']}.csv"
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b'"eventname"\n'
    with pytest.raises(ClientError, match="AccessDenied"):  # not by itself
        s3.put_object(Bucket=bucket, Key="mine.csv", Body=b"")


@pytest.mark.parametrize(
    ("sql", "error", "message"),
    [
        ("selec 1", QueryRejectedError, "Only SELECT"),
        ("select count( from {store}", QueryRejectedError, "line 1"),
        ("select evantname from {store}", QueryRejectedError, "^COLUMN_NOT_FOUND: line 1:8: Column 'evantname'"),
        ("select 1 from nowhere", QueryRejectedError, "^TABLE_NOT_FOUND: line 1:15: Table 'nowhere'"),
        ("select nothing(1) from {store}", QueryRejectedError, "^FUNCTION_NOT_FOUND: line 1:8: Function 'nothing'"),
        ("select 1 from {store} where eventtime > '2026-01-01'", QueryRejectedError, "^TYPE_MISMATCH: line 1"),
        ("select 1/(count(*) - count(*)) from {store}", QueryFailedError, "Division by zero"),
        ("select 1 from 0a1b2c3d-1e57-4b6f-9d30-7a0c6a4f2b11", QueryRejectedError, "TABLE_NOT_FOUND"),
    ],
)
def test_what_is_wrong_is_said(team: Team, store: Store, sql: str, error: type[Exception], message: str) -> None:
    """By Trino's code and the place, where there is one."""
    with pytest.raises(error, match=message):
        store.run(sql.format(store=team.stage.store_id))


def test_a_foreign_workgroup_is_refused(team: Team) -> None:
    """The learner's role may run queries in the lab's workgroup only."""
    with pytest.raises(ClientError, match="AccessDenied"):
        client(team).start_query_execution(QueryString="select 1", WorkGroup="primary")


def test_who_may_not_read_the_files_gets_no_rows(team: Team) -> None:
    """Athena reads in its caller's name: the grader's role is as able as the learner's, a bystander is not."""
    organiser: Any = team.organiser.session(region=team.access.region, endpoint=team.access.endpoint)
    iam, name = organiser.client("iam"), team.stage.learner_role_arn.rpartition("/")[2]
    deny = '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "glue:*", "Resource": "*"}]}'
    iam.put_role_policy(RoleName=name, PolicyName="Blind", PolicyDocument=deny)
    shown = ended(team, started(team, f"select 1 from {team.stage.store_id}"))
    iam.delete_role_policy(RoleName=name, PolicyName="Blind")
    assert shown["Status"]["State"] == "FAILED"
    assert "is not authorized to perform: glue:GetDatabase" in shown["Status"]["StateChangeReason"]


def test_executions_are_listed_newest_first(team: Team) -> None:
    """Those of the workgroup, whoever asked."""
    ids = [started(team, f"select {number} from {team.stage.store_id} limit 1") for number in (1, 2)]
    database = team.stage.store_id.partition(".")[0]
    listed = client(team).list_query_executions(WorkGroup=database, MaxResults=2)["QueryExecutionIds"]
    assert listed == ids[::-1]


def test_to_stop_what_has_ended_is_no_error(team: Team) -> None:
    """It stays as it is."""
    query_id = started(team, f"select 1 from {team.stage.store_id} limit 1")
    ended(team, query_id)
    client(team).stop_query_execution(QueryExecutionId=query_id)
    assert ended(team, query_id)["Status"]["State"] == "SUCCEEDED"


def test_a_stopped_query_is_cancelled(team: Team) -> None:
    """Whoever goes away leaves nothing running."""
    many = " cross join ".join(f"{team.stage.store_id} as t{number}" for number in range(6))
    query_id = started(team, f"select count(t0.eventname || t5.eventid) from {many} where t0.eventid < t5.eventname")
    client(team).stop_query_execution(QueryExecutionId=query_id)
    assert ended(team, query_id)["Status"] | {"SubmissionDateTime": None} == {
        "State": "CANCELLED",
        "StateChangeReason": "Query cancelled by user",
        "SubmissionDateTime": None,
    }
