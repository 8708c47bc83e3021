"""Signature Version 4."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from infra.local.errors import FaultError
from infra.local.message import Message
from infra.local.signature import claim_of, verify

KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: NOW.replace(tzinfo=None))


def signed(signer: Any, method: str = "GET", path: str = "/", body: bytes = b"", **headers: str) -> Message:
    """A message that botocore signed."""
    request = AWSRequest(
        method=method,
        url=f"http://127.0.0.1:4566{path}",
        data=body,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )
    signer.add_auth(request)
    url = urlsplit(str(request.url))
    sent = {name.lower(): str(value) for name, value in request.headers.items()}
    return Message(
        method=method,
        path=url.path,
        query=url.query,
        headers={"host": url.netloc, **sent},
        body=body,
        source_ip="127.0.0.1",
    )


def plain(service: str = "ec2", token: str | None = None) -> SigV4Auth:
    """botocore's signer in the header."""
    return SigV4Auth(Credentials(KEY, SECRET, token), service, "eu-west-1")


def s3(kind: type[SigV4Auth] = S3SigV4Auth, **settings: Any) -> SigV4Auth:
    """botocore's signer for S3."""
    return kind(Credentials(KEY, SECRET), "s3", "eu-west-1", **settings)


def passes(message: Message, secret: str = SECRET, now: datetime = NOW) -> bool:
    """Whether the signature holds."""
    try:
        verify(message, claim_of(message), secret, now)
    except FaultError as fault:
        assert fault.fault == "wrong_signature"  # noqa: PT017 - the other faults have tests of their own
        return False
    return True


@pytest.mark.parametrize(
    "message",
    [
        lambda: signed(plain(), "POST", "/", b"Action=DescribeVpcs", Content_Type="application/x-www-form-urlencoded"),
        lambda: signed(plain("lambda"), "GET", "/2015-03-31/functions/a%3Ab?b=2&a=1%202&a=0"),
        lambda: signed(plain("execute-api"), "GET", "/a//b/../c"),
        lambda: signed(plain(token="token"), "POST", "/", b"{}", X_Amz_Target="A.B"),
        lambda: signed(s3(), "PUT", "/drop/a%20b/%C3%BC%252F//x..y", b"hello", X_Amz_Meta_Owner="Ann  Lee "),
        lambda: signed(s3(S3SigV4QueryAuth), "GET", "/drop/k?versionId=1"),
    ],
)
def test_what_botocore_signs_is_accepted(message: Any) -> None:
    """Forms, JSON, encoded paths, session tokens, S3's own rules, presigned URLs; with the right secret only."""
    assert passes(message())
    assert not passes(message(), secret="another")


@pytest.mark.parametrize(
    "change",
    [
        {"method": "DELETE"},
        {"path": "/drop/other"},
        {"query": "acl"},
        {"body": b"evil!"},
    ],
)
def test_whatever_is_changed_breaks_it(change: dict[str, Any]) -> None:
    """Method, path, query and body are signed."""
    message = signed(s3(), "PUT", "/drop/k", b"hello", X_Amz_Acl="private")
    assert passes(message)
    assert not passes(replace(message, **change))


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"x-amz-acl": "public-read"},
        {"x-amz-grant-read": "everybody"},
        {"x-amz-content-sha256": "UNSIGNED-PAYLOAD"},
    ],
)
def test_headers_cannot_be_changed_or_added(headers: dict[str, str]) -> None:
    """The host and every x-amz- header must be among those signed."""
    message = signed(s3(), "PUT", "/drop/k", b"hello", X_Amz_Acl="private")
    assert not passes(replace(message, headers={**message.headers, **headers}))


def test_an_unsigned_payload_is_for_s3_only() -> None:
    """S3 takes a body that nobody signed, when the signature says so; other services do not."""
    message = signed(s3(), "PUT", "/drop/k", b"hello")
    headers = {"X_Amz_Content_SHA256": "UNSIGNED-PAYLOAD"}
    assert not passes(signed(plain(), "POST", "/", b"Action=DescribeVpcs", **headers))
    unsigned = signed(plain("s3"), "PUT", "/drop/k", b"hello", **headers)
    assert passes(replace(unsigned, body=b"other"))
    assert not passes(replace(message, body=b"other"))


@pytest.mark.parametrize(
    ("signed_at", "fault"),
    [
        (NOW - timedelta(minutes=15), None),
        (NOW - timedelta(minutes=15, seconds=1), "clock_skew"),
        (NOW + timedelta(minutes=15), None),
        (NOW + timedelta(minutes=15, seconds=1), "clock_skew"),
    ],
)
def test_a_quarter_of_an_hour_is_the_most_that_clocks_may_differ(signed_at: datetime, fault: str | None) -> None:
    """Both ways."""
    message = signed(plain())
    now = NOW + (NOW - signed_at)
    if fault is None:
        verify(message, claim_of(message), SECRET, now)
    else:
        with pytest.raises(FaultError, match=fault):
            verify(message, claim_of(message), SECRET, now)


def test_a_presigned_url_says_how_long_it_is_good() -> None:
    """To the second, and for a week at most."""
    message = signed(s3(S3SigV4QueryAuth, expires=60), "GET", "/drop/k")
    assert passes(message, now=NOW + timedelta(seconds=60))
    with pytest.raises(FaultError, match="expired_url"):
        verify(message, claim_of(message), SECRET, NOW + timedelta(seconds=61))
    with pytest.raises(FaultError, match="malformed_token"):
        claim_of(signed(s3(S3SigV4QueryAuth, expires=604801), "GET", "/drop/k"))


@pytest.mark.parametrize(
    ("headers", "fault"),
    [
        ({}, "missing_token"),
        ({"authorization": "AWS AKIA:signature"}, "old_signature"),
        ({"authorization": "Bearer token"}, "malformed_token"),
        ({"authorization": "AWS4-HMAC-SHA256 Credential=x"}, "malformed_token"),
        ({"x-amz-date": ""}, "malformed_token"),
        ({"x-amz-date": "20260131"}, "malformed_token"),
        ({"x-amz-date": "20260230T000000Z"}, "malformed_token"),
        ({"x-amz-date": "20260201T000000Z"}, "malformed_token"),
    ],
)
def test_a_claim_that_is_none(headers: dict[str, str], fault: str) -> None:
    """Missing, old, of another kind, cut short, without a date, or of another day than its scope."""
    message = signed(plain())
    sent = {**message.headers, **headers} if headers else {"host": "127.0.0.1"}
    with pytest.raises(FaultError, match=fault):
        claim_of(replace(message, headers=sent))
