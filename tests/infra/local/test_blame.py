"""Mistaken calls that break what answers: the call is to blame, not local AWS."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.blame import blame
from infra.local.errors import FaultError, Form, in_form

BROKEN = FaultError("broken", "Local AWS failed to answer: KeyError: 'x'")
NULL = "1 validation error detected: Value null at '{}' failed to satisfy constraint: Member must not be null"


@pytest.mark.parametrize(
    ("service", "operation", "form", "parameters", "code", "message"),
    [
        ("ec2", "CreateImage", "ec2", {}, "MissingParameter", "The request must contain the parameter InstanceId"),
        ("iam", "GetRole", "query", {}, "ValidationError", NULL.format("RoleName")),
        ("cloudtrail", "StartLogging", "json", {}, "ValidationException", NULL.format("Name")),
        (
            "athena",
            "StartQueryExecution",
            "json",
            {"QueryString": 5},
            "SerializationException",
            "The value of QueryString is not of the type that it must be.",
        ),
        (
            "ec2",
            "DescribeInstances",
            "ec2",
            {"NextToken": "x"},
            "InvalidParameterValue",
            "The value of NextToken is not valid here.",
        ),
        (
            "cloudtrail",
            "GetInsightSelectors",
            "json",
            {},
            "ValidationException",
            "The request must contain one of TrailName, EventDataStore",
        ),
        ("ec2", "DescribeInstances", "ec2", {}, "InternalError", BROKEN.message),
    ],
)
def test_whose_fault_it_is(
    service: str, operation: str, form: Form, parameters: dict[str, Any], code: str, message: str
) -> None:
    """A missing parameter, one of another type and one that finds nothing are named; what else breaks is our fault."""
    error = in_form(blame(BROKEN, service, operation, parameters, form), form, service)
    assert (error.code, error.message) == (code, message)


def test_a_mistaken_call_is_no_outage(local_aws: Any) -> None:
    """Through the door, with a client that checks nothing: a status of 4xx."""
    ec2 = local_aws.client("ec2")
    with pytest.raises(ec2.exceptions.ClientError, match=r"\(InvalidParameterValue\).*NextToken"):
        ec2.describe_instances(NextToken="garbage")
