"""From an HTTP message to an API call: which operation of the service, with which parameters.

What is parsed here is what is authorised and recorded; `Parsed.message` is what moto gets to see. Whatever could be
read in two ways is refused or removed, so that nobody is authorised for one call and makes another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode

from botocore.utils import parse_timestamp
from moto.core.model import OperationModel, ServiceModel, StructureShape
from moto.core.parse import PROTOCOL_PARSERS, RequestParserError
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import NotFound

from infra.local.errors import FaultError, Form
from infra.local.message import Message

FORM = "application/x-www-form-urlencoded; charset=utf-8"
# As in us-east-1 of old, and nothing that a URL parser could read otherwise ("theirs;x").
BUCKET = re.compile(r"[A-Za-z0-9][\w.-]{2,254}", re.ASCII)
# "bucket.s3.eu-west-1.amazonaws.com", "bucket.localhost:4566"
BUCKET_IN_HOST = re.compile(r"(?P<bucket>.+?)\.(s3[.-].*|localhost)(:\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a message asks of a service."""

    operation: str
    parameters: Mapping[str, Any]  # as boto3 takes them; a streamed body is left out
    message: Message  # says this and nothing else


def form_of(service: str, message: Message) -> Form:
    """The protocol of this message to this service. Raises FaultError when the service has none that fits."""
    if service == "s3":
        return "s3"
    try:
        return cast(Form, determine_request_protocol(get_service_model(service), message.content_type))
    except NotImplementedError:
        raise FaultError("malformed_request", f"{service} takes no {message.content_type}.") from None


def guess_form(message: Message, signing_name: str = "s3") -> Form:
    """The protocol of a message to a service that is not known, from its looks."""
    if "x-amz-target" in message.headers:
        return "json"
    fields = _form_fields(message)
    if "Action" in fields:
        return "ec2" if fields.get("Version") == "2016-11-15" else "query"
    return "s3" if signing_name == "s3" and message.content_type != "application/json" else "rest-json"


def unsigned_action(message: Message) -> str:
    """The action of a query-protocol message, which two of STS's send without a signature; else empty."""
    return _form_fields(message).get("Action", "")


def parse(service: str, form: Form, message: Message) -> Parsed:
    """Read the call off a message. Raises FaultError for an operation that the service does not have, or bad input."""
    model = get_service_model(service)
    if form != "s3" and "content-encoding" in message.headers:
        raise FaultError("malformed_request", "Local AWS takes no compressed requests.")
    try:
        if form in ("ec2", "query"):
            return _parse_query(model, form, message)
        if form == "json":
            return _parse_json(model, message)
        return _parse_rest(model, form, message)
    except (RequestParserError, ValueError, KeyError, TypeError, AttributeError, LookupError) as error:
        raise FaultError("malformed_request", f"The request cannot be read: {error}") from error


def operation_model(service: str, operation: str) -> OperationModel:
    """botocore's model of an operation, cached."""
    return _operations(get_service_model(service))[operation]


class _Headers(dict[str, str]):
    """Lower-case headers that can be asked for in any case; werkzeug's take a third of the time of parsing."""

    def __contains__(self, name: object) -> bool:
        return super().__contains__(str(name).lower())

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())


@cache
def _operations(model: ServiceModel) -> dict[str, OperationModel]:
    return {name: model.operation_model(name) for name in model.operation_names}


def _known(model: ServiceModel, name: str) -> OperationModel:
    operation = _operations(model).get(name)
    if operation is None:
        raise FaultError("unknown_operation", f"The action {name} is not valid for this web service.")
    return operation


def _parse_query(model: ServiceModel, form: Form, message: Message) -> Parsed:
    fields = _form_fields(message)
    operation = _known(model, fields.get("Action", ""))
    # One place for the fields, each but once, and no other way to read them: moto's rules for the rest are not ours.
    fields_only = {**message.headers, "content-type": FORM}
    if message.method == "POST":
        seen = replace(message, query="", body=urlencode(fields).encode(), headers=fields_only)
    else:
        seen = replace(message, query=urlencode(fields), body=b"", headers=fields_only)
    return Parsed(operation=operation.name, parameters=_parameters(operation, form, {"values": fields}), message=seen)


def _parse_json(model: ServiceModel, message: Message) -> Parsed:
    prefix, _, name = message.headers.get("x-amz-target", "").rpartition(".")
    if prefix != model.metadata.get("targetPrefix"):
        raise FaultError("unknown_operation", f"The action {name} is not valid for this web service.")
    operation = _known(model, name)
    if message.body and not isinstance(json.loads(message.body), dict):  # moto takes anything, in silence
        raise FaultError("malformed_request", "The body is no JSON object.")
    parameters = _parameters(operation, "json", {"body": message.body})
    return Parsed(operation=operation.name, parameters=parameters, message=_named(message, operation, query=""))


def _parse_rest(model: ServiceModel, form: Form, message: Message) -> Parsed:
    seen = _path_style(message) if form == "s3" else message
    request = Request(seen.environ())
    # moto takes an `Action` wherever it finds one for the operation's name.
    if "Action" in request.args or message.content_type == "multipart/form-data":
        raise FaultError("malformed_request", "The request is ambiguous.")
    try:
        operation, uri = get_service_router(str(model.service_name)).match(request)
    except NotFound:
        raise FaultError(
            "unknown_operation", f"{message.method} {message.path} is no operation of this service."
        ) from None
    if form == "s3":
        _refuse_ambiguous(operation, request)
        if not BUCKET.fullmatch(uri.get("Bucket", "none")):
            raise FaultError("malformed_request", "The specified bucket is not valid.")
    streamed = operation.has_streaming_input
    parts = {
        "values": request.args,
        "headers": _Headers(message.headers),
        "url_params": uri,
        "body": b"" if streamed else message.body,
    }
    protocol = "rest-xml" if form == "s3" else form
    parameters = _parameters(operation, protocol, parts)
    return Parsed(operation=operation.name, parameters=parameters, message=_named(seen, operation, query=seen.query))


def _named(message: Message, operation: OperationModel, *, query: str) -> Message:
    """The message with a query string in any case, if only the `x-id` that some SDKs send.

    Where there is none moto takes body and headers for one, and an `Action` in them for the operation's name.
    """
    return replace(message, query=query or f"x-id={operation.name}")


def _form_fields(message: Message) -> dict[str, str]:
    """The fields of a query-protocol request; of one that is repeated, the first counts."""
    text = message.body.decode("utf-8", "replace") if message.method == "POST" else message.query
    return dict(reversed(parse_qsl(text, keep_blank_values=True)))


def _parameters(operation: OperationModel, protocol: str, parts: Mapping[str, Any]) -> dict[str, Any]:
    parser = PROTOCOL_PARSERS[protocol](operation, timestamp_parser=_timestamp)
    request: Any = {"method": "", "values": {}, "headers": {}, "body": b"", "url_path": "", "url_params": {}, **parts}
    parsed = parser.parse(request)
    return {name: value for name, value in parsed.items() if value is not None and value != {}}


def _timestamp(value: Any) -> datetime:
    return parse_timestamp(value).astimezone(UTC)


def _path_style(message: Message) -> Message:
    """The same request with the bucket in its path and nowhere else, whatever host it was sent to."""
    parts = BUCKET_IN_HOST.fullmatch(message.host)
    # moto overlooks further slashes at the front, our router does not.
    path = f"/{parts['bucket']}{message.path}" if parts else f"/{message.path.lstrip('/')}"
    return replace(message, path=path, headers={**message.headers, "host": "s3.amazonaws.com"})


def _refuse_ambiguous(chosen: OperationModel, request: Request) -> None:
    """Refuse a request that names several subresources (`?location&policy`): moto could pick another than we did."""
    asked = {name for name in request.args if name in _subresources()}
    if asked - _selectors(chosen):
        raise FaultError("malformed_request", f"Conflicting query string parameters: {', '.join(sorted(asked))}")


@cache
def _subresources() -> frozenset[str]:
    """Query arguments that choose the operation among those of one path in S3: "acl", "policy", "uploads"..."""
    operations = _operations(get_service_model("s3")).values()
    chosen_by = frozenset().union(*(operation.http_trait.query_args for operation in operations))
    return (chosen_by | {"uploadId"}) - {"x-id", "list-type"}


def _selectors(operation: OperationModel) -> frozenset[str]:
    shape = operation.input_shape
    required = shape.required_query_args if isinstance(shape, StructureShape) else []
    return frozenset(operation.http_trait.query_args) | frozenset(required)
