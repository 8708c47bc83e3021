"""Policies compiled, and the statements that speak of an ask."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.local.authoriser.conditions import UnknownElementError, Values
from infra.local.authoriser.policy import SOME, Ask, compile_policy

KEYS: dict[str, Values] = {"aws:username": ("ann",), "aws:SecureTransport": ("true",), "odd": ("a*",)}
PUT = Ask(action="s3:PutObject", resource="arn:aws:s3:::drop/ann/k")


def speaks(statement: dict[str, Any], ask: Ask = PUT, version: str = "2012-10-17") -> bool:
    """Whether the only statement of a policy speaks of an ask."""
    policy = compile_policy("p", json.dumps({"Version": version, "Statement": {"Effect": "Allow", **statement}}))
    return policy.statements[0].speaks_of(ask, KEYS.get)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ({"Action": "s3:PutObject", "Resource": "*"}, True),
        ({"Action": ["ec2:*", "s3:put*"], "Resource": "arn:aws:s3:::drop/*"}, True),
        ({"Action": "s3:GetObject", "Resource": "*"}, False),
        ({"Action": "s3:*", "Resource": "arn:aws:s3:::other/*"}, False),
        ({"NotAction": "s3:*", "Resource": "*"}, False),
        ({"NotAction": "iam:*", "Resource": "*"}, True),
        ({"Action": "*", "NotResource": "arn:aws:s3:::drop/*"}, False),
        ({"Action": "*", "NotResource": "arn:aws:s3:::other/*"}, True),
        ({"Action": "*", "Resource": "arn:aws:s3:::drop/${aws:username}/*"}, True),
        ({"Action": "*", "Resource": "arn:aws:s3:::drop/${aws:nobody}/*"}, False),
        ({"Action": "*", "Resource": "arn:aws:s3:::drop/${aws:nobody, 'ann'}/*"}, True),
        ({"Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": True}}}, True),
        ({"Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}, False),
        ({"Action": "*", "Resource": "*", "Condition": {"StringEquals": {"aws:username": "${aws:username}"}}}, True),
        (
            {
                "Action": "*",
                "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:username": "bob"}},
            },
            False,
        ),
    ],
)
def test_a_statement_speaks_of_what_its_elements_name(statement: dict[str, Any], expected: bool) -> None:
    """Action, Resource, their opposites, variables and conditions."""
    assert speaks(statement) is expected


def test_policies_of_the_old_version_have_no_variables() -> None:
    """Before 2012-10-17 a variable is plain text."""
    statement = {"Action": "*", "Resource": "arn:aws:s3:::drop/${aws:username}/*"}
    literal = Ask(action="s3:PutObject", resource="arn:aws:s3:::drop/${aws:username}/k")
    assert not speaks(statement, version="2008-10-17")
    assert speaks(statement, literal, version="2008-10-17")


def test_an_arn_does_not_allow_what_has_no_resource() -> None:
    """An Allow on ARNs gives nothing for an action that has none, as AWS documents."""
    listing = Ask(action="ec2:DescribeInstances", resource="*")
    assert not speaks({"Action": "ec2:*", "Resource": "arn:aws:ec2:*:*:instance/*"}, listing)
    assert speaks({"Action": "ec2:*", "Resource": "*"}, listing)


def test_a_call_that_reaches_nothing_needs_the_action_on_something() -> None:
    """So that a misspelt query is told what is wrong with it; a Deny on everything still holds."""
    some = Ask(action="cloudtrail:StartQuery", resource=SOME)
    one = "arn:aws:cloudtrail:us-east-1:1:eventdatastore/1"
    assert speaks({"Action": "cloudtrail:StartQuery", "Resource": one}, some)
    assert not speaks({"Action": "cloudtrail:CancelQuery", "Resource": one}, some)
    assert not speaks({"Effect": "Deny", "Action": "*", "Resource": one}, some)
    assert speaks({"Effect": "Deny", "Action": "*", "Resource": "*"}, some)


def test_a_denial_of_some_resources_needs_to_know_the_resource() -> None:
    """Where the resource of an action is not known, a Deny on ARNs is an error: it could be meant."""
    unknown = Ask(action="sqs:DeleteQueue", resource="")
    deny = {"Effect": "Deny", "Action": "sqs:*"}
    with pytest.raises(UnknownElementError, match="resource of sqs:DeleteQueue"):
        speaks({**deny, "Resource": "arn:aws:sqs:*:*:keep"}, unknown)
    assert speaks({**deny, "Resource": "*"}, unknown)
    assert not speaks({"Action": "sqs:*", "Resource": "arn:aws:sqs:*:*:keep"}, unknown)


@pytest.mark.parametrize("resource", ["arn:aws:s3:::drop/${odd}", "arn:aws:s3:::drop/${*}"])
def test_a_variable_cannot_smuggle_a_wildcard(resource: str) -> None:
    """A value with a wildcard would match more than it says."""
    with pytest.raises(UnknownElementError, match="policy variable"):
        speaks({"Action": "*", "Resource": resource})


def test_an_element_that_the_language_lacks_is_an_error() -> None:
    """A misspelt Condition must not become an unconditional Allow."""
    with pytest.raises(UnknownElementError, match="element Conditions in policy p"):
        speaks({"Action": "*", "Resource": "*", "Conditions": {"Bool": {"aws:SecureTransport": "false"}}})
