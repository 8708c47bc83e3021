"""A story played through boto3 against moto in this process, with moto's own IAM switched on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from moto import mock_aws, settings

from scenario.access import Credentials, open_session
from scenario.stage import Stage
from scenario.story import Step, Story, bystander_story, draw
from scenario.traffic import Played, Surprise, names_of, play
from tests.scenario.stages import STAGE

# What the hosts' roles may do; moto knows no resource but * for most services.
ALLOWED = [
    "s3:ListAllMyBuckets",
    "s3:PutObject",
    "s3:GetBucketLocation",
    "ec2:DescribeRegions",
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeInstances",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeVolumes",
    "ec2:DescribeSnapshots",
    "ec2:DescribeImages",
    "iam:ListAccountAliases",
    "sts:GetCallerIdentity",
    "kms:ListAliases",
    "dynamodb:ListTables",
    "cloudtrail:DescribeTrails",
    "logs:DescribeLogGroups",
]
# moto asks IAM for something else, or takes these for badly signed.
BEYOND_MOTO = {"ListFunctions", "DescribeInstanceAttribute", "GetPasswordData"}
# moto refuses their calls in XML, which they do not speak.
SPEAK_JSON = {"kms", "secretsmanager", "ssm"}

BUCKETS = Step(0, "s3", "ListBuckets", "eu-west-1")
USERS = Step(1, "iam", "ListUsers", "us-east-1", refused=True)
UPLOAD = Step(2, "s3", "PutObject", "eu-west-1", {"Bucket": "{drop_bucket}", "Key": "a b/sự.csv"}, body="1,ự\n")


@pytest.fixture
def administrator(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    """A session that may do everything, in a cloud with the lab's two buckets."""
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")  # a thousand images, with a snapshot each
    with mock_aws():
        session = boto3.Session("testing", "testing", region_name="eu-west-1")
        s3 = session.client("s3")
        for bucket in (STAGE.drop_bucket, STAGE.bystander_bucket):
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield session


@pytest.fixture
def host(administrator: boto3.Session, monkeypatch: pytest.MonkeyPatch) -> boto3.Session:
    """A session of a host's role, which may do what ALLOWED says and is refused the rest."""
    iam = administrator.client("iam")
    statement = {"Effect": "Allow", "Action": ALLOWED, "Resource": "*"}
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}
    iam.create_role(RoleName="host", AssumeRolePolicyDocument=policy(trust))
    iam.put_role_policy(RoleName="host", PolicyName="host", PolicyDocument=policy(statement))
    taken = administrator.client("sts").assume_role(RoleArn=STAGE.instance_role_arn, RoleSessionName=STAGE.instance_id)[
        "Credentials"
    ]
    credentials = Credentials(
        access_key_id=taken["AccessKeyId"],
        secret_access_key=taken["SecretAccessKey"],
        session_token=taken["SessionToken"],
    )
    monkeypatch.setattr(settings, "INITIAL_NO_AUTH_ACTION_COUNT", 0)  # moto asks IAM from now on
    return open_session(credentials, region="eu-west-1", endpoint=None)


def policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def told(*steps: Step) -> Story:
    return Story("0", steps)


def within_moto(story: Story) -> Story:
    known = (step for step in story.steps if step.operation not in BEYOND_MOTO)
    return replace(story, steps=tuple(step for step in known if not (step.refused and step.service in SPEAK_JSON)))


def test_a_story_goes_as_it_says_and_goes_again(host: boto3.Session) -> None:
    """Every call is answered or refused as the story says, in the first play and in the second."""
    story = within_moto(draw("a seed", "eu-west-1"))
    assert len({step.service for step in story.steps if step.refused}) > 1
    assert play(story, STAGE, host) == Played(calls=len(story.steps))
    assert play(story, STAGE, host) == Played(calls=len(story.steps))


def test_an_upload_arrives_under_its_key_with_its_body(administrator: boto3.Session) -> None:
    """Placeholders become the stage's names; spaces and letters beyond ASCII arrive as they are."""
    assert play(told(UPLOAD), STAGE, administrator) == Played(calls=1)
    found = administrator.client("s3").get_object(Bucket="drop", Key="a b/sự.csv")["Body"].read()
    assert found.decode() == "1,ự\n"


def test_a_call_that_should_be_refused_and_is_not_is_told(administrator: boto3.Session) -> None:
    """An administrator's session is refused nothing: each refusal of the story is missing."""
    played = play(told(BUCKETS, USERS), STAGE, administrator)
    assert played == Played(calls=2, surprises=(Surprise(step=USERS),))
    assert str(played.surprises[0]) == "ListUsers in us-east-1 should have been refused: it was answered"


def test_a_call_that_should_not_be_refused_and_is_is_told(host: boto3.Session) -> None:
    """A role that may not do what the story does is told call by call, with AWS's words."""
    wanted = replace(USERS, refused=False)
    (surprise,) = play(told(BUCKETS, wanted), STAGE, host).surprises
    assert surprise.step == wanted
    assert surprise.error.startswith("AccessDenied: User: arn:aws:sts::123456789012:assumed-role/host/i-0123")
    assert str(surprise).startswith("ListUsers in us-east-1 should have been answered: AccessDenied: ")


def test_a_failure_is_neither_an_answer_nor_a_refusal(administrator: boto3.Session) -> None:
    """A call that fails for another reason is a surprise, whether the story wants it answered or refused."""
    answered = replace(UPLOAD, parameters={"Bucket": "not-there", "Key": "k"})
    steps = (answered, replace(answered, refused=True))
    error = "NoSuchBucket: The specified bucket does not exist"
    assert play(told(*steps), STAGE, administrator).surprises == tuple(Surprise(step=s, error=error) for s in steps)


def test_each_step_is_announced_before_its_call(administrator: boto3.Session) -> None:
    """Whoever listens sees the steps in order, and each before it happens."""
    heard: list[tuple[Step, int]] = []
    s3 = administrator.client("s3")
    play(
        told(BUCKETS, UPLOAD),
        STAGE,
        administrator,
        on_step=lambda step: heard.append((step, s3.list_objects_v2(Bucket="drop")["KeyCount"])),
    )
    assert heard == [(BUCKETS, 0), (UPLOAD, 0)]


def test_one_client_serves_all_calls_of_a_service_in_a_region(
    administrator: boto3.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Clients are made once for each service and region, not for each call."""
    made: list[tuple[str, str]] = []
    make = administrator.client

    def client(service: Any, region_name: str, **settings: Any) -> Any:
        made.append((service, region_name))
        return make(service, region_name=region_name, **settings)

    monkeypatch.setattr(administrator, "client", client)
    play(told(BUCKETS, USERS, UPLOAD, replace(BUCKETS, region="us-west-2"), BUCKETS), STAGE, administrator)
    assert made == [("s3", "eu-west-1"), ("iam", "us-east-1"), ("s3", "us-west-2")]


def test_a_bystander_puts_its_reports_into_the_bystanders_bucket(host: boto3.Session) -> None:
    """Harmless traffic goes through the same player, and none of it is refused."""
    story = bystander_story("a seed", "eu-west-1", 1)
    assert play(story, STAGE, host) == Played(calls=len(story.steps))


def test_placeholders_are_the_texts_of_the_stage() -> None:
    """Every name that a story may use, by the field of the stage."""
    names = names_of(STAGE)
    assert names["drop_bucket"] == "drop"
    assert set(names) == set(Stage.__slots__) - {"bystander_instance_ids", "created_at"}
