"""AWS Signature Version 4, verified by signing again with botocore's own code.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from infra.local.errors import FaultError
from infra.local.message import Message

SKEW = timedelta(minutes=15)
LONGEST_URL = timedelta(days=7)
TIMESTAMP = "%Y%m%dT%H%M%SZ"
UNSIGNED = "UNSIGNED-PAYLOAD"
# What S3 takes in place of the body's hash. Chunks that are signed one by one are verified in chunks.py.
PLACEHOLDERS = (
    UNSIGNED,
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
)
BASIC_TIME = re.compile(r"\d{8}T\d{6}Z", re.ASCII)
CREDENTIAL = re.compile(
    r"(?P<key>\w{16,128})/(?P<date>\d{8})/(?P<region>[\w-]+)/(?P<service>[\w.-]+)/aws4_request", re.ASCII
)
HEADER = re.compile(
    r"AWS4-HMAC-SHA256\s+Credential=(?P<credential>[^,\s]+),\s*SignedHeaders=(?P<headers>[^,\s]+),"
    r"\s*Signature=(?P<signature>[0-9a-f]{64})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who a request says signed it, and where it was meant for. Proves nothing until `verify` has passed."""

    access_key_id: str
    region: str
    signing_name: str  # of the service: "ec2", "monitoring"
    timestamp: str  # 20260131T235959Z
    signed_headers: tuple[str, ...]
    signature: str
    session_token: str  # empty for long-lived keys
    lifetime: timedelta | None  # of a presigned URL; None when the signature is in the header

    @property
    def scope(self) -> str:
        """What the signing key is derived from, without the access key."""
        return f"{self.timestamp[:8]}/{self.region}/{self.signing_name}/aws4_request"


def claim_of(message: Message) -> Claim:
    """Read the claim from the header or from the query of a presigned URL. Raises FaultError when there is none."""
    header = message.headers.get("authorization")
    if header is not None and header.startswith("AWS "):
        raise FaultError("old_signature")
    if header is not None:
        return _header_claim(header, message.headers)
    query = dict(parse_qsl(message.query, keep_blank_values=True))
    if "X-Amz-Signature" in query:
        return _url_claim(query)
    raise FaultError("old_signature" if "AWSAccessKeyId" in query else "missing_token")


def verify(message: Message, claim: Claim, secret: str, now: datetime) -> None:
    """Raise FaultError unless the message was signed with this secret, about now, and its body is the signed one."""
    _check_time(claim, now)
    _check_headers(message, claim)
    request = AWSRequest(
        method=message.method,
        url=f"http://{message.host}{message.path}?{_signed_query(message.query)}",
        headers={name: message.headers[name] for name in claim.signed_headers},
    )
    request.context["timestamp"] = claim.timestamp
    signer_class = _S3Signer if claim.signing_name == "s3" else _Signer
    signer = signer_class(
        Credentials(claim.access_key_id, secret),
        claim.signing_name,
        claim.region,
        _payload(message, claim),
    )
    text = signer.string_to_sign(request, signer.canonical_request(request))
    if not hmac.compare_digest(signer.signature(text, request), claim.signature):
        raise FaultError("wrong_signature")


class _Signer(SigV4Auth):
    """botocore's signer, told what the payload's hash is instead of hashing the body again."""

    def __init__(self, credentials: Credentials, service: str, region: str, payload: str) -> None:
        super().__init__(credentials, service, region)
        self._payload = payload

    def payload(self, request: AWSRequest) -> str:
        return self._payload


class _S3Signer(_Signer, S3SigV4Auth):
    """The same for S3, which does not normalise paths."""


def _header_claim(header: str, headers: Mapping[str, str]) -> Claim:
    parts = HEADER.fullmatch(header.strip())
    timestamp = headers.get("x-amz-date", "")
    if not parts or not timestamp:
        raise FaultError("malformed_token", "Authorization header requires a SigV4 signature and an X-Amz-Date header.")
    return _claim(
        parts["credential"],
        timestamp,
        parts["headers"],
        parts["signature"],
        session_token=headers.get("x-amz-security-token", ""),
        lifetime=None,
    )


def _url_claim(query: Mapping[str, str]) -> Claim:
    lifetime = query.get("X-Amz-Expires", "")
    if not lifetime.isdecimal() or timedelta(seconds=int(lifetime)) > LONGEST_URL:
        raise FaultError("malformed_token", "X-Amz-Expires must be a number of seconds of at most 604800.")
    return _claim(
        query.get("X-Amz-Credential", ""),
        query.get("X-Amz-Date", ""),
        query.get("X-Amz-SignedHeaders", ""),
        query["X-Amz-Signature"],
        session_token=query.get("X-Amz-Security-Token", ""),
        lifetime=timedelta(seconds=int(lifetime)),
    )


def _claim(
    credential: str, timestamp: str, headers: str, signature: str, *, session_token: str, lifetime: timedelta | None
) -> Claim:
    scope = CREDENTIAL.fullmatch(credential)
    if not scope or not BASIC_TIME.fullmatch(timestamp) or not timestamp.startswith(scope["date"]):
        raise FaultError("malformed_token", "Credential should be scoped with a valid key, date, region and service.")
    return Claim(
        access_key_id=scope["key"],
        region=scope["region"],
        signing_name=scope["service"],
        timestamp=timestamp,
        signed_headers=tuple(headers.lower().split(";")),
        signature=signature,
        session_token=session_token,
        lifetime=lifetime,
    )


def _check_time(claim: Claim, now: datetime) -> None:
    try:
        signed_at = datetime.fromisoformat(claim.timestamp)
    except ValueError:
        raise FaultError("malformed_token", "Date must be in ISO-8601 'basic format'.") from None
    limit = claim.lifetime if claim.lifetime is not None else SKEW
    if signed_at - SKEW > now:
        raise FaultError("clock_skew", f"Signature not yet current: {claim.timestamp} is later than {now:{TIMESTAMP}}")
    if signed_at + limit < now:
        if claim.lifetime is not None:
            raise FaultError("expired_url")
        raise FaultError("clock_skew", f"Signature expired: {claim.timestamp} is now earlier than {now:{TIMESTAMP}}")


def _check_headers(message: Message, claim: Claim) -> None:
    signed = claim.signed_headers
    unsigned = {name for name in message.headers if name.startswith("x-amz-") and name not in signed}
    if unsigned or "host" not in signed or any(name not in message.headers for name in signed):
        raise FaultError("wrong_signature")


def _signed_query(query: str) -> str:
    return "&".join(pair for pair in query.split("&") if not pair.startswith("X-Amz-Signature="))


def _payload(message: Message, claim: Claim) -> str:
    """What stands for the body in the signature; FaultError when it claims to be a hash and is not the body's."""
    claimed = message.headers.get("x-amz-content-sha256")
    s3 = claim.signing_name == "s3"
    if s3 and claim.lifetime is not None and claimed is None:
        return UNSIGNED
    if s3 and claimed in PLACEHOLDERS:
        return claimed
    actual = hashlib.sha256(message.body).hexdigest()
    if claimed is not None and claimed != actual:
        raise FaultError("wrong_signature")
    return actual
