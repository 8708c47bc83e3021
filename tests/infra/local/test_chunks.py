"""Uploads in chunks."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace

import pytest

from infra.local.chunks import join
from infra.local.errors import FaultError
from infra.local.message import Message
from infra.local.signature import Claim

# The example of AWS's documentation: 65 KB of "a" in three chunks.
# https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
CLAIM = Claim(
    access_key_id="AKIAIOSFODNN7EXAMPLE",
    region="us-east-1",
    signing_name="s3",
    timestamp="20130524T000000Z",
    signed_headers=("host",),
    signature="4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
    session_token="",
    lifetime=None,
)
FIRST = "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"
SECOND = "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"
LAST = "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"
SIGNED = (
    f"10000;chunk-signature={FIRST}\r\n{'a' * 65536}\r\n"
    f"400;chunk-signature={SECOND}\r\n{'a' * 1024}\r\n"
    f"0;chunk-signature={LAST}\r\n\r\n"
).encode()


def message(body: bytes, payload: str, **headers: str) -> Message:
    """An upload with this body."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Message(
        method="PUT",
        path="/drop/k",
        query="",
        headers={"host": "h", "x-amz-content-sha256": payload, **named},
        body=body,
        source_ip="",
    )


def test_unsigned_chunks_are_joined_and_their_trailer_becomes_a_header() -> None:
    """What AWS CLI and newer SDKs send: a checksum after the data."""
    sent = message(
        b"5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        content_encoding="gzip,aws-chunked",
        content_length="57",
        x_amz_decoded_content_length="11",
        x_amz_trailer="x-amz-checksum-crc32",
    )
    joined = join(sent, CLAIM, SECRET)
    assert joined.body == b"hello world"
    assert joined.headers == {
        "host": "h",
        "content-encoding": "gzip",
        "x-amz-checksum-crc32": "DUoRhQ==",
        "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
    }


def test_signed_chunks_are_verified() -> None:
    """AWS's own example passes; with a changed byte, a changed order or a missing chunk it does not."""
    payload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
    sent = message(SIGNED, payload, content_encoding="aws-chunked")
    joined = join(sent, CLAIM, SECRET)
    assert (len(joined.body), "content-encoding" in joined.headers) == (66560, False)
    without_second = SIGNED[: SIGNED.index(b"400;")] + SIGNED[SIGNED.index(b"0;chunk-signature=" + LAST.encode()) :]
    for broken in (SIGNED.replace(b"aa\r\n", b"ab\r\n", 1), without_second):
        with pytest.raises(FaultError, match="wrong_signature"):
            join(replace(sent, body=broken), CLAIM, SECRET)


def test_signed_trailers_are_verified() -> None:
    """A trailing checksum is signed after the last chunk."""
    payload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
    trailer = "x-amz-checksum-crc32:DUoRhQ=="
    body = SIGNED[:-2] + f"{trailer}\r\nx-amz-trailer-signature:{_trailer_signature(trailer)}\r\n\r\n".encode()
    joined = join(message(body, payload), CLAIM, SECRET)
    assert joined.headers["x-amz-checksum-crc32"] == "DUoRhQ=="
    assert "x-amz-trailer-signature" not in joined.headers
    with pytest.raises(FaultError, match="wrong_signature"):
        join(message(body.replace(b"DUoR", b"DUoS"), payload), CLAIM, SECRET)


@pytest.mark.parametrize(
    "body", [b"", b"5\r\nhel", b"x\r\nhello\r\n", b"5\r\nhello__0\r\n\r\n", b"-5\r\nhello\r\n0\r\n"]
)
def test_malformed_chunks_are_refused(body: bytes) -> None:
    """Cut short, without a size, without an end, with a negative size."""
    with pytest.raises(FaultError, match="malformed_request"):
        join(message(body, "STREAMING-UNSIGNED-PAYLOAD-TRAILER"), CLAIM, SECRET)


def test_a_body_in_one_piece_stays_as_it_is() -> None:
    """Only what says that it comes in chunks is taken apart."""
    sent = message(b"5\r\nhello\r\n0\r\n\r\n", "UNSIGNED-PAYLOAD")
    assert join(sent, CLAIM, SECRET) is sent


def _trailer_signature(trailer: str) -> str:
    key = f"AWS4{SECRET}".encode()
    for part in ("20130524", "us-east-1", "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    digest = hashlib.sha256(f"{trailer}\n".encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256-TRAILER\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n{LAST}\n{digest}"
    return hmac.new(key, text.encode(), "sha256").hexdigest()
