"""Faults: when they strike, how calls are refused, and what CloudTrail says of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.deploy.listener import bind
from infra.local.endpoint import Endpoint
from infra.local.faults import REFUSALS, Fault, Faults
from infra.local.identity import open_account
from infra.local.recorder.facts import moto_host
from infra.local.recorder.record import record_of
from infra.local.wsgi import served
from tests.infra.local.conftest import ACCOUNT, LocalAws, Taken

OTHER = "222222222222"


def throttle(operation: str, **settings: Any) -> Fault:
    return Fault(kind="throttle", operation=operation, **settings)


@pytest.fixture
def faulty(empty_cloud: None) -> Iterator[Callable[[Fault], LocalAws]]:
    """A function that serves local AWS with this fault in the account."""
    with ExitStack() as stack:

        def serve(fault: Fault) -> LocalAws:
            faults, taken, listener = Faults(), Taken(), bind("127.0.0.1", 0, option="")
            faults.add(ACCOUNT, fault)
            stack.enter_context(served(Endpoint(handlers={}, recorder=taken, faults=faults), listener.socket))
            return LocalAws(listener.url, open_account(ACCOUNT), taken)

        yield serve


@pytest.mark.parametrize(
    ("kind", "service", "method", "parameters", "error", "recorded"),
    [
        (
            "throttle",
            "ec2",
            "describe_instances",
            {},
            ("RequestLimitExceeded", 503, "Request limit exceeded."),
            "Client.RequestLimitExceeded",
        ),
        ("throttle", "iam", "list_roles", {}, ("Throttling", 400, "Rate exceeded"), "Throttling"),
        ("throttle", "kms", "list_keys", {}, ("ThrottlingException", 400, "Rate exceeded"), "ThrottlingException"),
        (
            "throttle",
            "lambda",
            "list_functions",
            {},
            ("ThrottlingException", 429, "Rate exceeded"),
            "ThrottlingException",
        ),
        ("throttle", "s3", "list_buckets", {}, ("SlowDown", 503, "Please reduce your request rate."), "SlowDown"),
        (
            "throttle",
            "s3",
            "head_object",
            {"Bucket": "drop", "Key": "k"},
            ("503", 503, "Service Unavailable"),
            "SlowDown",
        ),
        (
            "unavailable",
            "ec2",
            "describe_instances",
            {},
            ("Unavailable", 503, "The service is unavailable. Please try again shortly."),
            "Server.Unavailable",
        ),
        (
            "unavailable",
            "kms",
            "list_keys",
            {},
            ("ServiceUnavailableException", 503, "Service is unavailable. Please try again."),
            "ServiceUnavailableException",
        ),
    ],
)
def test_calls_are_refused_in_the_services_own_words(
    faulty: Callable[[Fault], LocalAws],
    kind: str,
    service: str,
    method: str,
    parameters: dict[str, str],
    error: tuple[str, int, str],
    recorded: str,
) -> None:
    """Code, status and message of each protocol, once; the record has the code as CloudTrail spells it."""
    aws = faulty(Fault(kind=kind, operation="*", times=1))
    client = aws.client(service)
    with pytest.raises(ClientError) as caught:
        getattr(client, method)(**parameters)
    refused: Any = caught.value.response
    status = refused["ResponseMetadata"]["HTTPStatusCode"]
    assert (refused["Error"]["Code"], status, refused["Error"]["Message"]) == error
    [(call, answer)] = aws.taken.calls
    record = record_of(call, answer, moto_host)
    assert (record["errorCode"], record["responseElements"]) == (recorded, None)
    if method != "head_object":
        getattr(client, method)(**parameters)


def test_clients_try_again(faulty: Callable[[Fault], LocalAws]) -> None:
    """boto3 as everybody uses it gets over two throttled calls; all three are recorded."""
    aws = faulty(throttle("ec2:DescribeInstances", times=2))
    session: Any = aws.session()
    assert session.client("ec2").describe_instances()["Reservations"] == []
    assert [answer.status for _, answer in aws.taken.calls] == [503, 503, 200]


def test_only_what_is_meant_is_struck() -> None:
    """Kind, operation and account have to be the fault's, and it strikes so many times."""
    faults = Faults()
    faults.add(ACCOUNT, throttle("ec2:Describe*", times=2))
    calls = [
        (OTHER, REFUSALS, "ec2:DescribeInstances"),
        (ACCOUNT, ("lag",), "ec2:DescribeInstances"),
        (ACCOUNT, REFUSALS, "ec2:RunInstances"),
        (ACCOUNT, REFUSALS, "ec2:DescribeInstances"),
        (ACCOUNT, REFUSALS, "ec2:DescribeVpcs"),
        (ACCOUNT, REFUSALS, "ec2:DescribeInstances"),
    ]
    assert [bool(faults.strike(*call)) for call in calls] == [False, False, False, True, True, False]
    assert [fault["struck"] for fault in faults.shown(ACCOUNT)] == [2]
    faults.clear(ACCOUNT)
    assert faults.shown(ACCOUNT) == []


def test_a_rate_is_a_probability(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault with rate 0.5 strikes every other call, more or less."""
    faults, dice = Faults(), random.Random(7)
    monkeypatch.setattr(random, "random", dice.random)
    faults.add(ACCOUNT, throttle("*", rate=0.5))
    struck = sum(faults.strike(ACCOUNT, REFUSALS, "s3:PutObject") is not None for _ in range(1000))
    assert 450 < struck < 550


def test_the_first_fault_that_strikes_counts() -> None:
    """Once a fault is spent, the next one has its turn."""
    faults = Faults()
    faults.add(ACCOUNT, throttle("ec2:*", times=1))
    faults.add(ACCOUNT, Fault(kind="unavailable", operation="ec2:*"))
    struck = [faults.strike(ACCOUNT, REFUSALS, "ec2:DescribeVpcs") for _ in range(2)]
    assert [fault.kind for fault in struck if fault] == ["throttle", "unavailable"]
