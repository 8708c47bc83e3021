"""The lab's past reads as if two hours had been spent on it, and its present is the learner's."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import ClientError

from infra.deploy.state import Lab, Team
from infra.local.clock import HEADER
from infra.local.metadata import READY
from infra.local.past import BOOTS, QUIET
from scenario.query import Lake
from scenario.story import draw, team_seed

SECOND = timedelta(seconds=1)


def rows(team: Team, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query that names the store as `store`."""
    return list(Lake(team.access.session()).run(sql.replace("store", team.stage.store_id)).rows)


def moment(text: str) -> datetime:
    """An eventTime."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def records(team: Team, condition: str) -> list[dict[str, Any]]:
    """Raw records, by time."""
    found = rows(team, f"select eventjson from store where {condition} order by eventtime")
    return [json.loads(text) for (text,) in found]


def test_the_story_happened_when_its_timeline_says(lab: Lab, team: Team) -> None:
    """Every call of the instance has the second of its step, counted from the story's begin; uploads may wait."""
    story = draw(team_seed(lab.seed, team.stage.account_id), team.stage.region)
    began = team.stage.created_at + BOOTS
    told = records(
        team, f"useridentity.principalid like '%:{team.stage.instance_id}' and useragent not like '%aws-cli%'"
    )
    steps = [(step.event_name, began + timedelta(seconds=step.at)) for step in story.steps]
    late = [
        moment(record["eventTime"]) - at.replace(microsecond=0)
        for record, (name, at) in zip(sorted(told, key=_name), sorted(steps), strict=False)
        if record["eventName"] == name
    ]
    assert len(late) == len(steps) <= len(told)
    assert {delay for delay in late if not timedelta(0) <= delay <= 3 * SECOND} == set()
    assert timedelta(hours=1, minutes=40) < steps[-1][1] - steps[0][1] < timedelta(hours=2, minutes=30)


def _name(record: dict[str, Any]) -> tuple[str, str]:
    return record["eventName"], record["eventTime"]


def test_everything_has_its_order(lab: Lab, team: Team) -> None:
    """Stack, store, launch, credentials, story: each after the other, and the story ended before the lab was up."""
    stage = team.stage
    organiser = team.organiser.session(region=stage.region, endpoint=lab.endpoint)
    launched = organiser.client("ec2").describe_instances(InstanceIds=[stage.instance_id])["Reservations"][0]
    launch: datetime = launched["Instances"][0]["LaunchTime"]
    store = organiser.client("cloudtrail").get_event_data_store(EventDataStore=stage.store_id)
    (user,) = organiser.client("iam").list_users()["Users"]
    first = records(team, f"useridentity.principalid like '%:{stage.instance_id}'")[0]
    session = moment(first["userIdentity"]["sessionContext"]["attributes"]["creationDate"])
    assert user["CreateDate"] < stage.created_at < store["CreatedTimestamp"] < launch
    assert session == launch.replace(microsecond=0) + READY < moment(first["eventTime"])
    assert stage.created_at + BOOTS < datetime.now(UTC) - QUIET
    ((earliest,),) = rows(team, f"select min(eventtime) from store where eventjson like '%{stage.instance_id}%'")
    assert moment(earliest) >= stage.created_at.replace(microsecond=0)


def test_cloudformation_made_the_stack(team: Team) -> None:
    """Its calls are the organiser's by way of CloudFormation, each in a second of its own, before the story begins."""
    made = records(team, "useridentity.invokedby = 'cloudformation.amazonaws.com'")
    times = [moment(record["eventTime"]) for record in made]
    assert {record["userIdentity"]["userName"] for record in made} == {"organiser"}
    assert len(set(times)) == len(times)
    assert team.stage.created_at < times[0] < times[-1] < team.stage.created_at + BOOTS
    launched = [
        item["instanceId"]
        for record in made
        if record["eventName"] == "RunInstances"
        for item in record["responseElements"]["instancesSet"]["items"]
    ]
    assert sorted(launched) == sorted((team.stage.instance_id, *team.stage.bystander_instance_ids))


def test_ec2_assumed_the_instances_role(team: Team) -> None:
    """The session of the story is one that EC2 itself has asked for, at that time."""
    stage = team.stage
    first = records(team, f"useridentity.principalid like '%:{stage.instance_id}'")[0]["userIdentity"]
    (assumed,) = records(
        team,
        "eventname = 'AssumeRole' and useridentity.type = 'AWSService' "
        f"and element_at(requestparameters, 'roleSessionName') = '{stage.instance_id}'",
    )
    assert assumed["userIdentity"] == {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}
    assert assumed["eventTime"] == first["sessionContext"]["attributes"]["creationDate"]
    assert assumed["requestParameters"]["roleArn"] == stage.instance_role_arn
    assert assumed["responseElements"]["credentials"]["accessKeyId"] == first["accessKeyId"]


def test_lambda_assumed_the_functions_role(team: Team) -> None:
    """What the stack's function asked is in a session that Lambda had asked for; both happened then."""
    (asked,) = records(team, "useridentity.arn like '%VolumesFunction%' and eventname = 'DescribeInstances'")
    name = asked["userIdentity"]["arn"].rpartition("/")[2]
    condition = f"eventname = 'AssumeRole' and element_at(requestparameters, 'roleSessionName') = '{name}'"
    (assumed,) = records(team, condition)
    assert assumed["userIdentity"] == {"type": "AWSService", "invokedBy": "lambda.amazonaws.com"}
    assert assumed["responseElements"]["credentials"]["accessKeyId"] == asked["userIdentity"]["accessKeyId"]
    assert team.stage.created_at < moment(assumed["eventTime"]) <= moment(asked["eventTime"])
    assert moment(asked["eventTime"]) < team.stage.created_at + BOOTS


def test_a_learner_cannot_set_a_time(lab: Lab, team: Team) -> None:
    """Whoever sends the player's header without its code is refused; it stands in no record."""
    session = team.access.session()

    def stamp(request: AWSPreparedRequest, **_: Any) -> None:
        request.headers[HEADER] = f"{team.stage.created_at.isoformat()} 00"

    session.events.register("before-send", stamp)
    with pytest.raises(ClientError, match="not for its caller to set"):
        session.client("ec2").describe_instances()
    assert rows(team, f"select count(*) from store where eventjson like '%{HEADER}%'") == [("0",)]


def test_the_learner_lives_now(team: Team) -> None:
    """A learner's call is recorded when it was made."""
    began = datetime.now(UTC).replace(microsecond=0)
    called = team.access.session().client("ec2").describe_vpcs()["ResponseMetadata"]["RequestId"]
    (record,) = records(team, f"requestid = '{called}'")
    # Changes of the account take a second each, so that its clock may be a few of them ahead; the past is hours away.
    assert began <= moment(record["eventTime"]) <= datetime.now(UTC) + timedelta(minutes=1)
