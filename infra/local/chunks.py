"""The body of an S3 upload that comes in chunks ("aws-chunked"): taken apart, and verified where chunks are signed.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from infra.local.errors import FaultError
from infra.local.message import Message
from infra.local.signature import UNSIGNED, Claim

EMPTY = hashlib.sha256(b"").hexdigest()
# Headers that describe the chunks, and mean nothing once these are joined.
ENVELOPE = ("x-amz-decoded-content-length", "x-amz-trailer", "content-encoding", "content-length")


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk's data and its signature (empty when chunks are not signed). The last one has no data."""

    data: bytes
    signature: str


def join(message: Message, claim: Claim, secret: str) -> Message:
    """The message with the body that its chunks make up, and trailing headers among its headers.

    A message that is not chunked is returned as it is. Raises FaultError for malformed or wrongly signed chunks.
    """
    payload = message.headers.get("x-amz-content-sha256", "")
    if claim.signing_name != "s3" or not payload.startswith("STREAMING-"):
        return message
    chunks, trailers = _split(message.body)
    if payload.startswith("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"):
        last = _verify_chunks(chunks, claim, secret)
        if payload.endswith("-TRAILER"):
            _verify_trailers(trailers, last, claim, secret)
    headers = {name: value for name, value in message.headers.items() if name not in ENVELOPE}
    encodings = [e.strip() for e in message.headers.get("content-encoding", "").split(",")]
    if kept := ",".join(e for e in encodings if e and e != "aws-chunked"):
        headers["content-encoding"] = kept
    headers |= {name: value for name, value in trailers.items() if name != "x-amz-trailer-signature"}
    headers["x-amz-content-sha256"] = UNSIGNED
    return replace(message, headers=headers, body=b"".join(chunk.data for chunk in chunks))


def _split(body: bytes) -> tuple[list[Chunk], dict[str, str]]:
    chunks: list[Chunk] = []
    position = 0
    try:
        while True:
            end = body.index(b"\r\n", position)
            size, _, signature = body[position:end].decode("ascii").partition(";chunk-signature=")
            start, length = end + 2, int(size, 16)
            chunks.append(Chunk(body[start : start + length], signature))
            if not length:
                return chunks, _trailers(body[start:])
            if length < 0 or body[start + length : start + length + 2] != b"\r\n":
                raise ValueError(size)
            position = start + length + 2
    except ValueError:
        raise FaultError("malformed_request", "The body is not in well-formed chunks.") from None


def _trailers(tail: bytes) -> dict[str, str]:
    lines = [line.strip() for line in tail.decode("ascii").replace("\r", "\n").split("\n")]
    pairs = [line.partition(":") for line in lines if line]
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _verify_chunks(chunks: Sequence[Chunk], claim: Claim, secret: str) -> str:
    previous = claim.signature
    for chunk in chunks:
        text = _text("AWS4-HMAC-SHA256-PAYLOAD", claim, previous, EMPTY, hashlib.sha256(chunk.data).hexdigest())
        _check(chunk.signature, text, claim, secret)
        previous = chunk.signature
    return previous


def _verify_trailers(trailers: Mapping[str, str], previous: str, claim: Claim, secret: str) -> None:
    lines = [f"{name}:{value}\n" for name, value in sorted(trailers.items()) if name != "x-amz-trailer-signature"]
    text = _text("AWS4-HMAC-SHA256-TRAILER", claim, previous, hashlib.sha256("".join(lines).encode()).hexdigest())
    _check(trailers.get("x-amz-trailer-signature", ""), text, claim, secret)


def _text(algorithm: str, claim: Claim, *parts: str) -> str:
    return "\n".join((algorithm, claim.timestamp, claim.scope, *parts))


def _check(signature: str, text: str, claim: Claim, secret: str) -> None:
    key = f"AWS4{secret}".encode()
    for part in claim.scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    if not hmac.compare_digest(hmac.new(key, text.encode(), "sha256").hexdigest(), signature):
        raise FaultError("wrong_signature")
