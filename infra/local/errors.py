"""Refusals and failures as each service says them: codes and statuses as data, then one rendering per protocol.

Sources: the "Common Errors" page of each service's API reference, and real records of refused calls.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Literal
from xml.sax.saxutils import escape

from infra.local.call import Answer, AwsError

Form = Literal["ec2", "query", "json", "rest-json", "rest-xml", "s3"]
Fault = Literal[
    "missing_token",
    "malformed_token",
    "old_signature",
    "unknown_key",
    "wrong_session_token",
    "expired_session",
    "wrong_signature",
    "clock_skew",
    "expired_url",
    "unknown_operation",
    "malformed_request",
    "missing_parameter",
    "not_offered",
    "denied",
    "broken",
    "throttled",
    "unavailable",
]

# Per fault: code and HTTP status by form; "*" is every form that has no line of its own.
# 501 for what is missing or broken here: clients retry a 500, and nothing would change.
FAULTS: Mapping[Fault, Mapping[str, tuple[str, int]]] = {
    "missing_token": {
        "*": ("MissingAuthenticationToken", 403),
        "json": ("MissingAuthenticationTokenException", 400),
        "rest-json": ("MissingAuthenticationTokenException", 403),
        "s3": ("AccessDenied", 403),
    },
    "malformed_token": {
        "*": ("IncompleteSignature", 400),
        "json": ("IncompleteSignatureException", 400),
        "rest-json": ("IncompleteSignatureException", 403),
        "s3": ("AuthorizationHeaderMalformed", 400),
    },
    "old_signature": {"*": ("InvalidRequest", 400)},
    "unknown_key": {
        "*": ("InvalidClientTokenId", 403),
        "ec2": ("AuthFailure", 401),
        "json": ("UnrecognizedClientException", 400),
        "rest-json": ("UnrecognizedClientException", 403),
        "s3": ("InvalidAccessKeyId", 403),
    },
    "wrong_session_token": {
        "*": ("InvalidClientTokenId", 403),
        "ec2": ("AuthFailure", 401),
        "json": ("UnrecognizedClientException", 400),
        "rest-json": ("UnrecognizedClientException", 403),
        "s3": ("InvalidToken", 400),
    },
    "expired_session": {
        "*": ("ExpiredToken", 403),
        "ec2": ("RequestExpired", 400),
        "json": ("ExpiredTokenException", 400),
        "rest-json": ("ExpiredTokenException", 403),
        "s3": ("ExpiredToken", 400),
    },
    "wrong_signature": {
        "*": ("SignatureDoesNotMatch", 403),
        "ec2": ("AuthFailure", 401),
        "json": ("InvalidSignatureException", 400),
        "rest-json": ("InvalidSignatureException", 403),
    },
    "clock_skew": {
        "*": ("SignatureDoesNotMatch", 403),
        "ec2": ("AuthFailure", 401),
        "json": ("InvalidSignatureException", 400),
        "rest-json": ("InvalidSignatureException", 403),
        "s3": ("RequestTimeTooSkewed", 403),
    },
    "expired_url": {"*": ("SignatureDoesNotMatch", 403), "ec2": ("AuthFailure", 401), "s3": ("AccessDenied", 403)},
    "unknown_operation": {
        "*": ("InvalidAction", 400),
        "json": ("UnknownOperationException", 400),
        "rest-json": ("UnknownOperationException", 404),
        "s3": ("MethodNotAllowed", 405),
    },
    "malformed_request": {
        "*": ("MalformedInput", 400),
        "ec2": ("InvalidParameterValue", 400),
        "json": ("SerializationException", 400),
        "rest-json": ("SerializationException", 400),
        "s3": ("InvalidRequest", 400),
    },
    "missing_parameter": {
        "*": ("ValidationError", 400),
        "ec2": ("MissingParameter", 400),
        "json": ("ValidationException", 400),
        "rest-json": ("ValidationException", 400),
        "s3": ("MalformedXML", 400),
    },
    "not_offered": {
        "*": ("InvalidAction", 400),
        "json": ("UnknownOperationException", 400),
        "rest-json": ("UnknownOperationException", 404),
        "s3": ("NotImplemented", 501),
    },
    "denied": {
        "*": ("AccessDenied", 403),
        "ec2": ("UnauthorizedOperation", 403),
        "json": ("AccessDeniedException", 400),
        "rest-json": ("AccessDeniedException", 403),
    },
    "broken": {
        "*": ("InternalFailure", 501),
        "ec2": ("InternalError", 501),
        "s3": ("InternalError", 501),
    },
    "throttled": {
        "*": ("Throttling", 400),
        "ec2": ("RequestLimitExceeded", 503),
        "json": ("ThrottlingException", 400),
        "rest-json": ("ThrottlingException", 429),
        "s3": ("SlowDown", 503),
    },
    "unavailable": {
        "*": ("ServiceUnavailable", 503),
        "ec2": ("Unavailable", 503),
        "json": ("ServiceUnavailableException", 503),
        "rest-json": ("ServiceUnavailableException", 503),
    },
}
# What a fault says where AWS's words are fixed: by form, then "*".
MESSAGES: Mapping[Fault, Mapping[str, str]] = {
    "missing_token": {"*": "Request is missing Authentication Token", "s3": "Access Denied"},
    "unknown_key": {
        "*": "The security token included in the request is invalid.",
        "ec2": "AWS was not able to validate the provided access credentials",
        "s3": "The AWS Access Key Id you provided does not exist in our records.",
    },
    "wrong_session_token": {
        "*": "The security token included in the request is invalid.",
        "ec2": "AWS was not able to validate the provided access credentials",
        "s3": "The provided token is malformed or otherwise invalid.",
    },
    "expired_session": {
        "*": "The security token included in the request is expired",
        "ec2": "Request has expired.",
        "s3": "The provided token has expired.",
    },
    "wrong_signature": {
        "*": "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
        "Access Key and signing method. Consult the service documentation for details.",
        "ec2": "AWS was not able to validate the provided access credentials",
        "s3": "The request signature we calculated does not match the signature you provided. Check your key and "
        "signing method.",
    },
    "old_signature": {
        "*": "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
    },
    "clock_skew": {"s3": "The difference between the request time and the current time is too large."},
    "expired_url": {"*": "Request has expired"},
    "throttled": {
        "*": "Rate exceeded",
        "ec2": "Request limit exceeded.",
        "s3": "Please reduce your request rate.",
    },
    "unavailable": {
        "*": "Service is unavailable. Please try again.",
        "ec2": "The service is unavailable. Please try again shortly.",
        "s3": "Service is unable to handle request.",
    },
}
# Denials that a service codes otherwise than the rest of its form.
DENIED_CODES: Mapping[str, tuple[str, int]] = {
    "sns": ("AuthorizationError", 403),
    "sqs": ("AccessDeniedException", 403),
}
# Services of the newer protocols that also send the code of their old one, and which.
QUERY_CODES: Mapping[tuple[str, str], str] = {("sqs", "AccessDeniedException"): "AccessDenied"}


class FaultError(Exception):
    """A refusal that has no code yet: it depends on the form of the service that was called."""

    def __init__(self, fault: Fault, message: str = "") -> None:
        super().__init__(f"{fault}: {message}")
        self.fault = fault
        self.message = message


def in_form(fault: FaultError, form: Form, service: str = "") -> AwsError:
    """The fault with the code, message and status that a service of this form gives."""
    codes = FAULTS[fault.fault]
    code, status = codes.get(form) or codes["*"]
    if fault.fault == "denied":
        code, status = DENIED_CODES.get(service, (code, status))
    messages = MESSAGES.get(fault.fault, {})
    return AwsError(code, fault.message or messages.get(form) or messages["*"], status)


def answer_error(error: AwsError, form: Form, *, request_id: str, service: str = "", head: bool = False) -> Answer:
    """The error as a client of this form reads it. A HEAD request gets no body."""
    content_type, body = RENDERINGS[form](error, request_id)
    headers = {"content-type": content_type}
    if form in ("json", "rest-json"):
        headers["x-amzn-errortype"] = error.code
    if query_code := QUERY_CODES.get((service, error.code)):
        headers["x-amzn-query-error"] = f"{query_code};Sender"
    return Answer(status=error.status, headers=headers, body=b"" if head else body.encode())


def _ec2(error: AwsError, request_id: str) -> tuple[str, str]:
    return "text/xml;charset=UTF-8", (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Response><Errors><Error>{_code_and_message(error)}</Error></Errors>"
        f"<RequestID>{request_id}</RequestID></Response>"
    )


def _query(error: AwsError, request_id: str) -> tuple[str, str]:
    sender = "Sender" if error.status < 500 else "Receiver"
    return "text/xml", (
        f"<ErrorResponse><Error><Type>{sender}</Type>{_code_and_message(error)}</Error>"
        f"<RequestId>{request_id}</RequestId></ErrorResponse>"
    )


def _s3(error: AwsError, request_id: str) -> tuple[str, str]:
    return "application/xml", (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error>{_code_and_message(error)}<RequestId>{request_id}</RequestId></Error>"
    )


def _json(error: AwsError, request_id: str) -> tuple[str, str]:
    return "application/x-amz-json-1.1", json.dumps({"__type": error.code, "message": error.message})


def _rest_json(error: AwsError, request_id: str) -> tuple[str, str]:
    return "application/json", json.dumps({"message": error.message})


def _code_and_message(error: AwsError) -> str:
    return f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"


RENDERINGS: Mapping[Form, Callable[[AwsError, str], tuple[str, str]]] = {
    "ec2": _ec2,
    "query": _query,
    "json": _json,
    "rest-json": _rest_json,
    "rest-xml": _query,
    "s3": _s3,
}
