"""Many teams in one local AWS: none sees or touches what is another's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from grader.client import Portal, TokenRefusedError
from infra.deploy.state import Lab, Team
from scenario.access import open_session
from scenario.query import Lake, QueryRejectedError

Call = Callable[[Any, Team], object]

CALLS: dict[str, tuple[str, Call, str]] = {
    "see the instance": (
        "ec2",
        lambda ec2, red: ec2.describe_instances(InstanceIds=[red.stage.instance_id]),
        "InvalidInstanceID.NotFound",
    ),
    "terminate the instance": (
        "ec2",
        lambda ec2, red: ec2.terminate_instances(InstanceIds=[red.stage.instance_id]),
        "InvalidInstanceID.NotFound",
    ),
    "move the instance": (
        "ec2",
        lambda ec2, red: ec2.modify_instance_attribute(
            InstanceId=red.stage.instance_id, Groups=[red.stage.security_group_id]
        ),
        "InvalidInstanceID.NotFound",
    ),
    "snapshot the volume": (
        "ec2",
        lambda ec2, red: ec2.create_snapshot(VolumeId=red.stage.volume_id),
        "InvalidVolume.NotFound",
    ),
    "change the group": (
        "ec2",
        lambda ec2, red: ec2.authorize_security_group_ingress(
            GroupId=red.stage.security_group_id,
            IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
        ),
        "InvalidGroup.NotFound",
    ),
    "list the bucket": (
        "s3",
        lambda s3, red: s3.list_objects_v2(Bucket=red.stage.drop_bucket),
        "AccessDenied",
    ),
    "put into the bucket": (
        "s3",
        lambda s3, red: s3.put_object(Bucket=red.stage.bystander_bucket, Key="note.txt", Body=b""),
        "AccessDenied",
    ),
    "ask for the event data store": (
        "cloudtrail",
        lambda trail, red: trail.get_event_data_store(
            EventDataStore=f"arn:aws:cloudtrail:{red.stage.region}:{red.stage.account_id}"
            f":eventdatastore/{red.stage.store_id}"
        ),
        "AccessDeniedException",
    ),
    "become the learner": (
        "sts",
        lambda sts, red: sts.assume_role(RoleArn=red.stage.learner_role_arn, RoleSessionName="blue"),
        "AccessDenied",
    ),
    "become the grader": (
        "sts",
        lambda sts, red: sts.assume_role(
            RoleArn=red.stage.grader_role_arn, RoleSessionName="grader", ExternalId=red.grader_external_id
        ),
        "AccessDenied",
    ),
}


@pytest.fixture(scope="module")
def blue(lab: Lab) -> Team:
    """The team that tries."""
    return lab.team("blue")


@pytest.fixture(scope="module")
def red(lab: Lab) -> Team:
    """The team that is tried."""
    return lab.team("red")


def test_each_team_has_everything_of_its_own(blue: Team, red: Team) -> None:
    """Account, instance, volume, group, buckets, store, roles, credentials, token and the grader's external id."""

    def belongings(team: Team) -> set[str]:
        stage, access = team.stage, team.access
        own = {stage.account_id, stage.instance_id, stage.volume_id, stage.interface_id, stage.security_group_id}
        own |= {stage.drop_bucket, stage.bystander_bucket, stage.store_id, stage.instance_role_arn, stage.vpc_id}
        own |= {stage.learner_role_arn, stage.grader_role_arn, team.grader_external_id, access.token}
        return own | {access.credentials.access_key_id, team.keys().access_key_id}

    assert len(belongings(blue)) == 16
    assert not belongings(blue) & belongings(red)


@pytest.mark.parametrize("what", CALLS)
@pytest.mark.parametrize("who", ["learner", "organiser"])
def test_no_call_reaches_another_teams_account(blue: Team, red: Team, who: str, what: str) -> None:
    """Neither the learner's nor the organiser's of the one team does anything in the account of the other."""
    service, call, code = CALLS[what]
    credentials = blue.access.credentials if who == "learner" else blue.keys()
    session: Any = open_session(credentials, region=blue.access.region, endpoint=blue.access.endpoint)
    with pytest.raises(ClientError) as refused:
        call(session.client(service), red)
    assert refused.value.response["Error"]["Code"] in {code, "EventDataStoreNotFoundException"}


def test_no_query_reads_another_teams_store(blue: Team, red: Team) -> None:
    """Neither alone nor joined to the team's own store."""
    lake = Lake(blue.access.session())
    for sql in (
        f"select count(*) as n from {red.stage.store_id}",
        f"select a.eventid from {blue.stage.store_id} a join {red.stage.store_id} b on a.eventid = b.eventid",
    ):
        with pytest.raises((QueryRejectedError, ClientError)):
            lake.run(sql)


def test_what_a_team_sees_is_its_own(blue: Team, red: Team) -> None:
    """Events, instances, buckets and stores: none is of another account."""
    session = blue.access.session()
    accounts = Lake(session).run(f"select distinct recipientaccountid as account from {blue.stage.store_id}")
    assert accounts.column("account") == [blue.stage.account_id]
    reservations = session.client("ec2").describe_instances()["Reservations"]
    assert {reservation["OwnerId"] for reservation in reservations} == {blue.stage.account_id}
    names = {bucket["Name"] for bucket in session.client("s3").list_buckets()["Buckets"]}
    assert names == {blue.stage.drop_bucket, blue.stage.bystander_bucket}
    stores = session.client("cloudtrail").list_event_data_stores()["EventDataStores"]
    arns = [store["EventDataStoreArn"].split(":") for store in stores]  # other tests import into stores of their own
    assert {account for *_, account, _ in arns} == {blue.stage.account_id}
    assert f"eventdatastore/{blue.stage.store_id}" in {resource for *_, resource in arns}


def test_a_token_is_one_teams(blue: Team, red: Team) -> None:
    """It opens that team's desk; a sheet that the one hands in is none of the other; half a token opens nothing."""
    portal = Portal(red.access.portal, red.access.token)
    assert portal.team()["team"] == "red"
    portal.submit(b'{"instance_id": "i-0123456789abcdef0"}')
    ours = Portal(blue.access.portal, blue.access.token).submit(b"{}")
    assert "instance_id" not in ours["answered"]
    for token in (red.access.token[:-1], red.access.token + blue.access.token, ""):
        with pytest.raises(TokenRefusedError):
            Portal(red.access.portal, token).report()
