"""How a learner reaches a lab, as an environment and as a session."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scenario.access import Access, Credentials, NoAccessError, open_session

ACCESS = Access(
    team="blue",
    region="eu-west-1",
    endpoint="http://127.0.0.1:4566",
    credentials=Credentials(access_key_id="testing", secret_access_key="hidden", session_token="token"),
    portal="http://127.0.0.1:8080",
    token="a-token",
    store_kind="lake",
    store_id="1e5f0000-0000-4000-8000-000000000000",
)
EXPORTS = {
    "LAB_TEAM": "blue",
    "LAB_URL": "http://127.0.0.1:8080",
    "LAB_TOKEN": "a-token",
    "LAB_STORE_KIND": "lake",
    "LAB_STORE_ID": "1e5f0000-0000-4000-8000-000000000000",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "hidden",
    "AWS_SESSION_TOKEN": "token",
}
ON_AWS = replace(ACCESS, endpoint=None, credentials=Credentials(access_key_id="testing", secret_access_key="hidden"))


def test_exports_are_what_boto3_the_cli_and_lab_read() -> None:
    """Every variable with its value; on AWS with a user's keys there is neither endpoint nor session token."""
    assert ACCESS.exports() == EXPORTS
    assert set(EXPORTS) - set(ON_AWS.exports()) == {"AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"}


@pytest.mark.parametrize("access", [ACCESS, ON_AWS])
def test_exports_lead_back_to_the_access(access: Access) -> None:
    """The environment holds all of it, on one machine and on AWS."""
    assert Access.from_environment(access.exports()) == access


def test_a_process_of_the_learner_is_nobody_else() -> None:
    """What names another identity or lab is gone, also where this one has nothing in its place; all else stays."""
    elsewhere = {**EXPORTS, "AWS_PROFILE": "mine", "AWS_SESSION_TOKEN": "another", "LAB_STATE": "/state"}
    environ = {**elsewhere, "PATH": "/bin", "LAB_LANG": "vi", "AWS_CA_BUNDLE": "/ca.pem"}
    stays = {"PATH": "/bin", "LAB_LANG": "vi", "AWS_CA_BUNDLE": "/ca.pem"}
    assert ON_AWS.environment(environ) == stays | ON_AWS.exports()


def test_what_the_environment_lacks_is_named() -> None:
    """A variable that is empty or not there is named, all of them at once."""
    environment = {**EXPORTS, "LAB_TOKEN": ""}
    del environment["AWS_DEFAULT_REGION"]
    with pytest.raises(NoAccessError, match="AWS_DEFAULT_REGION, LAB_TOKEN not set"):
        Access.from_environment(environment)


def test_every_client_of_a_session_speaks_to_its_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients and resources go to the lab's endpoint, with its region and keys, whatever the environment says."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    session = ACCESS.session()
    assert session.client("ec2").meta.endpoint_url == "http://127.0.0.1:4566"
    assert session.resource("ec2").meta.client.meta.endpoint_url == "http://127.0.0.1:4566"
    assert session.client("s3").meta.region_name == "eu-west-1"
    keys = session.get_credentials()
    assert keys is not None
    assert (keys.access_key, keys.secret_key, keys.token) == ("testing", "hidden", "token")


def test_on_aws_a_session_speaks_to_aws() -> None:
    """Without an endpoint nothing is turned aside."""
    assert ON_AWS.session().client("ec2").meta.endpoint_url == "https://ec2.eu-west-1.amazonaws.com"


def test_sessions_of_different_identities_stay_apart() -> None:
    """They share descriptions of services, never keys or regions."""
    first, second = (
        open_session(Credentials(access_key_id=name, secret_access_key="hidden"), region=region, endpoint=None)
        for name, region in (("one", "eu-west-1"), ("two", "us-west-2"))
    )
    keys = [session.get_credentials() for session in (first, second)]
    assert [key.access_key for key in keys if key] == ["one", "two"]
    assert [s.client("s3").meta.region_name for s in (first, second)] == ["eu-west-1", "us-west-2"]


def test_a_session_knows_when_it_expires() -> None:
    """The environment carries it, and whoever comes too late is told so instead of AWS's refusal."""
    tomorrow = datetime(2099, 1, 2, 3, 4, 5, tzinfo=UTC)
    access = replace(ACCESS, credentials=replace(ACCESS.credentials, expires_at=tomorrow))
    assert Access.from_environment(access.exports()) == access
    assert access.session().region_name == ACCESS.region
    over = replace(access, credentials=replace(access.credentials, expires_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC)))
    for attempt in (over.session, over.check):
        with pytest.raises(NoAccessError, match=r"team blue expired at 2026-01-02 03:04 UTC: .*lab env"):
            attempt()
    exports = ACCESS.exports() | {"AWS_CREDENTIAL_EXPIRATION": "soon"}
    assert Access.from_environment(exports) == ACCESS
