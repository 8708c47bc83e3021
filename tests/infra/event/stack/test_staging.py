"""What the event's stack is made of besides its template, in a bucket of the organiser's."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from infra.account.template import template
from infra.deploy.account import Account
from infra.deploy.identities import Profile
from infra.deploy.listener import bind
from infra.event.stack.staging import clear, upload
from infra.local.cloud import serve_cloud
from infra.local.identity import open_account

ACCOUNT = "123456789012"


@pytest.fixture(params=["us-east-1", "eu-west-1"])
def account(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """An account of an organiser, on local AWS: where the channel counts as TLS."""
    with serve_cloud(bind("127.0.0.1", 0, option="")) as cloud:
        keys = open_account(ACCOUNT)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", keys.access_key_id)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", keys.secret_access_key)
        yield Account(profile=Profile(""), region=request.param, endpoint=cloud.endpoint, account_id=ACCOUNT, arn="")
        cloud.close_account(ACCOUNT)


def test_another_package_is_another_key(account: Account) -> None:
    """The same one is the same, and what is there stays for a stack that goes back."""
    one, same, other = upload(account, b"one"), upload(account, b"one"), upload(account, b"other")
    bucket, s3 = f"lab-event-staging-123456789012-{account.region}", account.client("s3")
    assert one == same
    assert one["PackageKey"] != other["PackageKey"]
    assert {parameters["StagingBucket"] for parameters in (one, other)} == {bucket}
    assert s3.get_object(Bucket=bucket, Key=one["PackageKey"])["Body"].read() == b"one"
    assert s3.get_object(Bucket=bucket, Key=one["LabTemplateKey"])["Body"].read().decode() == template()
    closed = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(closed.values()) == {True}
    (refused,) = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    assert (refused["Effect"], refused["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_clearing_leaves_nothing(account: Account) -> None:
    """Once more is no error."""
    upload(account, b"one")
    for _ in range(2):
        clear(account.session, account.account_id)
        assert account.client("s3").list_buckets()["Buckets"] == []
