"""Whose calls may happen in the past, and how calls that change something keep their order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from infra.local import clock
from infra.local.aws import clock as motos_clock
from infra.local.clock import HEADER, SECOND, Seconds, Timekeeper
from scenario.access import open_session

from .conftest import ACCOUNT, REGION, LocalAws, Serve

THEN = datetime(2026, 1, 31, 23, 59, 59, 500_000, UTC)


@pytest.fixture
def timekeeper() -> Timekeeper:
    """The one of the run."""
    return Timekeeper()


@pytest.fixture
def aws(serve_local_aws: Serve, timekeeper: Timekeeper) -> LocalAws:
    """A served endpoint that knows the timekeeper."""
    motos_clock.mend()
    return serve_local_aws(timekeeper=timekeeper)


def session_of(aws: LocalAws) -> boto3.Session:
    """A session of the organiser's that nobody else uses."""
    return open_session(aws.organiser, region=REGION, endpoint=aws.url)


def test_between_calls_it_is_now() -> None:
    """Outside a call the lab's clock shows the real time; within one it stands still."""
    began = datetime.now(UTC)
    assert began <= clock.now() <= datetime.now(UTC)
    with clock.at(THEN):
        clock.move_on(SECOND)
        assert clock.now() == THEN


def test_time_passes_within_a_call_of_the_past() -> None:
    """What takes long can say so, where that does not lead into the future."""
    with clock.at(THEN, moves=True):
        clock.move_on(SECOND)
        assert clock.now() == THEN + SECOND


def test_the_player_says_when_a_call_happens(aws: LocalAws, timekeeper: Timekeeper) -> None:
    """The call has the time that was set, what it makes is as old, and the header goes no further."""
    began = datetime.now(UTC)
    session = session_of(aws)
    timekeeper.lead(session, lambda: THEN)
    session.client("s3").create_bucket(Bucket="of-the-past")
    volume = session.client("ec2").create_volume(AvailabilityZone="us-east-1a", Size=1)
    (bucket,) = aws.client("s3").list_buckets()["Buckets"]
    assert bucket["CreationDate"].replace(microsecond=0) == THEN.replace(microsecond=0)
    assert volume["CreateTime"].replace(microsecond=0) == THEN.replace(microsecond=0) + SECOND
    calls = [call for call, _ in aws.taken.calls]
    assert [call.time for call in calls[:2]] == [THEN, THEN.replace(microsecond=0) + SECOND]
    assert not [call for call in calls if HEADER in call.headers]
    assert began <= calls[2].time <= datetime.now(UTC)


def header_of_another_call(timekeeper: Timekeeper, aws: LocalAws) -> str:
    """What the player's session sends with a call."""
    session, seen = session_of(aws), []
    timekeeper.lead(session, lambda: THEN)
    session.events.register_last("before-send", lambda request, **_: seen.append(request.headers[HEADER]))
    session.client("iam").list_users()
    return str(seen[0])


@pytest.mark.parametrize("value", [THEN.isoformat(), f"{THEN.isoformat()} {'0' * 64}", "", "ü"])
def test_nobody_else_can_set_a_time(aws: LocalAws, value: str) -> None:
    """A time without the code of this run is refused, and nothing is made or recorded."""
    assert refusal(aws, value) == ("AccessDenied", "The time of a call is not for its caller to set.", 403)
    assert aws.taken.calls == []


def test_the_players_own_header_serves_no_other_call(aws: LocalAws, timekeeper: Timekeeper) -> None:
    """Who has seen a header of the player's can do nothing with it."""
    assert refusal(aws, header_of_another_call(timekeeper, aws))[0] == "AccessDenied"


def refusal(aws: LocalAws, value: str) -> tuple[str, str, int]:
    """Code, message and status of the answer to a call with this time."""
    session = session_of(aws)

    def stamp(request: Any, **_: Any) -> None:
        request.headers[HEADER] = value.encode()

    session.events.register("before-send", stamp)
    with pytest.raises(ClientError) as refused:
        session.client("sts").get_caller_identity()
    response: Any = refused.value.response
    return response["Error"]["Code"], response["Error"]["Message"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_every_change_has_a_second_of_its_own() -> None:
    """However fast changes follow each other, from however many threads, no two share a second."""
    seconds = Seconds()
    with ThreadPoolExecutor(8) as pool:
        times = list(pool.map(lambda _: seconds.take(ACCOUNT, THEN, changes=True), range(50)))
    first = THEN.replace(microsecond=0)
    assert sorted(time.replace(microsecond=0) for time in times) == [first + n * SECOND for n in range(50)]


def test_a_look_is_not_earlier_than_the_last_change() -> None:
    """What looks after a change has its second, and takes none; another account has its own time."""
    seconds = Seconds()
    assert seconds.take(ACCOUNT, THEN, changes=True) == THEN
    changed = seconds.take(ACCOUNT, THEN, changes=True)
    assert seconds.take(ACCOUNT, THEN, changes=False) == changed
    assert seconds.take(ACCOUNT, THEN + 9 * SECOND, changes=False) == THEN + 9 * SECOND
    assert seconds.take(ACCOUNT, THEN, changes=True) == changed + SECOND
    assert seconds.take("222222222222", THEN, changes=True) == THEN


def test_what_is_made_is_as_old_as_its_call(aws: LocalAws) -> None:
    """However quick they are, an account's changes are recorded a second apart, and EC2 tells the same times."""
    ec2 = aws.client("ec2")
    made = [ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["CreateTime"] for _ in range(4)]
    ec2.describe_volumes()
    *changes, look = [call.time for call, _ in aws.taken.calls]
    assert [time.replace(microsecond=0) for time in changes] == [time.replace(microsecond=0) for time in made]
    assert all(later - earlier >= SECOND for earlier, later in pairwise(made))
    assert look >= changes[-1]
