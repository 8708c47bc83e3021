"""From HTTP messages to calls, and what is refused because it could be read in two ways."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.local.errors import FaultError
from infra.local.message import Message
from infra.local.request import Parsed, form_of, guess_form, operation_model, parse

FORM = "application/x-www-form-urlencoded; charset=utf-8"


def message(
    method: str = "POST", url: str = "/", body: bytes = b"", headers: Mapping[str, str] | None = None
) -> Message:
    """A message to localhost."""
    path, _, query = url.partition("?")
    named = {"host": "127.0.0.1:4566", **(headers or {})}
    return Message(method=method, path=path, query=query, headers=named, body=body, source_ip="127.0.0.1")


def form_message(body: str, url: str = "/") -> Message:
    """A message of the query protocol."""
    return message(url=url, body=body.encode(), headers={"content-type": FORM})


def parsed(service: str, sent: Message) -> Parsed:
    """The message parsed in its own form."""
    return parse(service, form_of(service, sent), sent)


def understood(service: str, sent: Message) -> tuple[str, Mapping[str, Any]]:
    """Operation and parameters."""
    result = parsed(service, sent)
    return result.operation, result.parameters


def test_query_protocols() -> None:
    """EC2's and STS's forms, lists and nested structures included."""
    assert understood(
        "ec2",
        form_message(
            "Action=CreateSnapshot&Version=2016-11-15&VolumeId=vol-1&DryRun=true"
            "&TagSpecification.1.ResourceType=snapshot&TagSpecification.1.Tag.1.Key=k&TagSpecification.1.Tag.1.Value="
        ),
    ) == (
        "CreateSnapshot",
        {
            "VolumeId": "vol-1",
            "DryRun": True,
            "TagSpecifications": [{"ResourceType": "snapshot", "Tags": [{"Key": "k", "Value": ""}]}],
        },
    )
    assert understood("sts", message("GET", "/?Action=GetCallerIdentity&Version=2011-06-15")) == (
        "GetCallerIdentity",
        {},
    )


def test_json_protocols() -> None:
    """CloudTrail's JSON with a time in UTC, and Lambda's REST with a path and a query."""
    assert understood(
        "cloudtrail",
        message(
            body=b'{"StartTime": 1769904000, "MaxResults": 5}',
            headers={
                "content-type": "application/x-amz-json-1.1",
                "x-amz-target": "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents",
            },
        ),
    ) == ("LookupEvents", {"StartTime": datetime(2026, 2, 1, tzinfo=UTC), "MaxResults": 5})
    assert understood("lambda", message("GET", "/2015-03-31/functions/f?Qualifier=1")) == (
        "GetFunction",
        {"FunctionName": "f", "Qualifier": "1"},
    )


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("127.0.0.1:4566", "/drop/a%20b/c%2Fd"),
        ("localhost:4566", "/drop/a%20b/c%2Fd"),
        ("lab.example:4566", "/drop/a%20b/c%2Fd"),
        ("127.0.0.1:4566", "//drop/a%20b/c%2Fd"),
        ("drop.localhost:4566", "/a%20b/c%2Fd"),
        ("drop.s3.eu-west-1.amazonaws.com", "/a%20b/c%2Fd"),
    ],
)
def test_a_bucket_is_in_the_path_or_in_the_host(host: str, path: str) -> None:
    """Both styles are one call; a streamed body is left out, and its length is not."""
    sent = message("PUT", path, b"12345", {"host": host, "content-length": "5", "x-amz-meta-owner": "Ann"})
    result = parsed("s3", sent)
    assert (result.operation, result.parameters) == (
        "PutObject",
        {"Bucket": "drop", "Key": "a b/c/d", "ContentLength": 5, "Metadata": {"owner": "Ann"}},
    )
    assert (result.message.path, result.message.body) == ("/drop/a%20b/c%2Fd", b"12345")


def test_moto_sees_the_action_that_was_read_and_no_other() -> None:
    """Whoever names a second one in the URL, in the body, in a repeated field or as multipart makes the first."""
    twice = parsed("ec2", form_message("Action=DescribeVpcs&Action=StopInstances", "/?Action=TerminateInstances"))
    assert (twice.operation, twice.message.query, twice.message.body) == ("DescribeVpcs", "", b"Action=DescribeVpcs")
    got = parsed("ec2", message("GET", "/?Action=DescribeVpcs", b"Action=TerminateInstances", {"content-type": FORM}))
    assert (got.operation, got.message.query, got.message.body) == ("DescribeVpcs", "Action=DescribeVpcs", b"")
    parts = parsed("ec2", message(body=b"Action=DescribeVpcs", headers={"content-type": "multipart/form-data"}))
    assert parts.message.content_type == "application/x-www-form-urlencoded"


def test_moto_always_gets_a_query_string() -> None:
    """Without one it looks for an action in body and headers."""
    target = {"x-amz-target": "TrentService.ListKeys", "content-type": "application/x-amz-json-1.1"}
    keys = parsed("kms", message(url="/?Action=ScheduleKeyDeletion", body=b"{}", headers=target))
    functions = parsed("lambda", message("GET", "/2015-03-31/functions"))
    one = parsed("lambda", message("GET", "/2015-03-31/functions/f?Qualifier=1"))
    assert [p.message.query for p in (keys, functions, one)] == ["x-id=ListKeys", "x-id=ListFunctions", "Qualifier=1"]


@pytest.mark.parametrize(
    ("service", "sent"),
    [
        ("s3", message("GET", "/drop?location&policy")),
        ("s3", message("GET", "/drop/k?acl&uploadId=1")),
        ("s3", message("GET", "/drop?Action=x")),
        ("s3", message("GET", "/theirs;mine")),
        ("s3", message("GET", "/theirs%2Fk")),
        ("s3", message("POST", "/drop", b"", {"content-type": "multipart/form-data; boundary=x"})),
        ("lambda", message("GET", "/2015-03-31/functions?Action=DeleteFunction")),
    ],
)
def test_what_could_be_two_calls_is_neither(service: str, sent: Message) -> None:
    """moto could pick another operation than the one that was authorised."""
    with pytest.raises(FaultError, match="malformed_request"):
        parsed(service, sent)


@pytest.mark.parametrize(
    ("service", "sent"),
    [
        ("ec2", form_message("Action=DescribeEverything")),
        ("ec2", form_message("")),
        ("cloudtrail", message(headers={"x-amz-target": "DynamoDB_20120810.ListTables"})),
        ("lambda", message("GET", "/2015-03-31/nothing")),
        ("s3", message("PATCH", "/drop")),
    ],
)
def test_an_unknown_operation_is_one(service: str, sent: Message) -> None:
    """Operations that the service's model lacks, in each protocol."""
    with pytest.raises(FaultError, match="unknown_operation"):
        parsed(service, sent)


@pytest.mark.parametrize(
    ("service", "sent"),
    [
        ("kms", message(body=b"{", headers={"x-amz-target": "TrentService.ListKeys"})),
        ("kms", message(body=b"[]", headers={"x-amz-target": "TrentService.ListKeys"})),
        ("ec2", form_message("Action=DescribeVpcs&MaxResults=many")),
        ("s3", message("PUT", "/drop?tagging", b"<Tagging>")),
        ("lambda", message("POST", "/2015-03-31/functions", b"a=b", {"content-type": FORM})),
        ("lambda", message("POST", "/2015-03-31/functions", b"{}", {"content-encoding": "gzip"})),
    ],
)
def test_what_cannot_be_read_is_the_clients_fault(service: str, sent: Message) -> None:
    """Broken JSON, broken XML, words for numbers, a form where JSON belongs."""
    with pytest.raises(FaultError, match="malformed_request"):
        parsed(service, sent)


def test_the_form_of_a_message_to_nobody_is_guessed() -> None:
    """Errors are answered in the protocol that the request looks like."""
    assert [
        guess_form(message(headers={"x-amz-target": "A.B"})),
        guess_form(form_message("Action=DescribeVpcs&Version=2016-11-15")),
        guess_form(form_message("Action=ListUsers&Version=2010-05-08")),
        guess_form(message("GET", "/bucket")),
        guess_form(message(headers={"content-type": "application/json"})),
        guess_form(message("GET", "/analyzer"), "access-analyzer"),
    ] == ["json", "ec2", "query", "s3", "rest-json", "rest-json"]


def test_operation_models_are_botocores() -> None:
    """Whoever needs the model of a call's operation gets it here, cached."""
    model = operation_model("ec2", "DescribeVpcs")
    assert model.name == "DescribeVpcs"
    assert operation_model("ec2", "DescribeVpcs") is model
