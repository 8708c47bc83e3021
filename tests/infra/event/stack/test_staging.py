from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from moto import mock_aws

from infra.account.template import template
from infra.deploy.account import Account
from infra.deploy.identities import Profile
from infra.event.stack.staging import clear, upload


@pytest.fixture(params=["us-east-1", "eu-west-1"])
def account(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """An account of an organiser."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    with mock_aws():
        yield Account(profile=Profile(""), region=request.param, endpoint=None, account_id="123456789012", arn="")


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
