"""Reads an answer with botocore's own parsers: the response, or the error that CloudTrail shows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from botocore.model import OperationModel
from botocore.parsers import ResponseParser, create_parser

from infra.local.call import Answer
from infra.local.recorder.deviations import Service


class Failure(NamedTuple):
    """`errorCode` and `errorMessage` of a record."""

    code: str
    message: str | None


def response_of(model: OperationModel, answer: Answer) -> dict[str, Any]:
    """The parsed response, as boto3 would show it, without its metadata."""
    parsed = _parsed(model, answer)
    parsed.pop("ResponseMetadata", None)
    return parsed


def failure_of(model: OperationModel, service: Service, answer: Answer) -> Failure | None:
    """What CloudTrail says of a refused call; None for a call that succeeded."""
    if answer.status < 300:
        return None
    error = _parsed(model, answer).get("Error", {})
    code, message = str(error.get("Code", "")), error.get("Message") or None
    if code in service.errors:
        return Failure(*service.errors[code])
    if model.service_model.metadata["protocol"] == "ec2":
        return Failure(f"{'Server' if answer.status >= 500 else 'Client'}.{code}", message)
    if message is not None and code == "AccessDeniedException" and " is not authorized to perform: " in message:
        return Failure("AccessDenied", message)  # IAM's refusal; CloudTrail names it alike for every service
    shapes: Any = model.service_model  # boto3's stubs take codes for numbers
    shape = shapes.shape_for_error_code(code)  # "NoSuchEntity" on the wire is NoSuchEntityException
    return Failure(code if shape is None else shape.name, message)


def _parsed(model: OperationModel, answer: Answer) -> dict[str, Any]:
    response: Mapping[str, Any] = {"status_code": answer.status, "headers": answer.headers, "body": answer.body}
    parser: Any = _parser(_protocol(model, answer))  # boto3's stubs know of no operation without output
    parsed: dict[str, Any] = parser.parse(response, model.output_shape)
    return parsed


def _protocol(model: OperationModel, answer: Answer) -> str:
    """A service with several protocols answers in the one it was asked in."""
    protocols = model.service_model.metadata.get("protocols") or [model.service_model.metadata["protocol"]]
    kind = answer.headers.get("content-type", "")
    spoken = "smithy-rpc-v2-cbor" if "cbor" in kind else "json" if "json" in kind else "query"
    return str(spoken if spoken in protocols else protocols[0])


@cache
def _parser(protocol: str) -> ResponseParser:
    return create_parser(protocol)
