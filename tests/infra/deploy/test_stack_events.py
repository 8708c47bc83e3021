"""Progress while CloudFormation is at work, as its events tell it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from infra.deploy import stack_events
from infra.deploy.stack import USE_ATHENA, DeploymentError, Target
from infra.deploy.stack_events import StillWorkingError, follow

STACK = "arn:aws:cloudformation:eu-west-1:111111111111:stack/lab/1"


def event(number: int, name: str, status: str, reason: str = "") -> dict[str, Any]:
    """One event; the stack's own where there is no name."""
    return {
        "EventId": str(number),
        "StackId": STACK,
        "StackName": "lab",
        "LogicalResourceId": name or "lab",
        "PhysicalResourceId": name or STACK,
        "ResourceType": "AWS::EC2::Instance" if name else "AWS::CloudFormation::Stack",
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
        "Timestamp": datetime(2026, 1, 2, tzinfo=UTC),
    }


EARLIER = [
    event(1, "", "CREATE_IN_PROGRESS"),
    event(2, "Old", "CREATE_FAILED", "long ago"),
    event(3, "", "CREATE_COMPLETE"),
]
BEGUN = [*EARLIER, event(4, "", "UPDATE_IN_PROGRESS"), event(5, "Web", "CREATE_IN_PROGRESS")]
MADE = [*BEGUN, event(6, "Web", "CREATE_COMPLETE")]


def followed(monkeypatch: pytest.MonkeyPatch, *looks: list[dict[str, Any]], silence: float = 10.0) -> list[str]:
    """What is said while these are the events, look by look."""
    monkeypatch.setattr(stack_events, "POLL", 0.0)
    monkeypatch.setattr(stack_events, "SILENCE", silence)
    client = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b", region_name="eu-west-1").client(
        "cloudformation"
    )
    said: list[str] = []
    with Stubber(client) as stub:
        for look in looks:
            stub.add_response("describe_stack_events", {"StackEvents": look[::-1]}, {"StackName": "lab"})
        follow(client, Target("lab", "lab"), after="3", total=1, say=said.append)
    return said


def test_every_end_is_told_once_and_what_was_before_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the stack stands; a look before anything has begun is no end."""
    done = [*MADE, event(7, "", "UPDATE_COMPLETE")]
    assert followed(monkeypatch, EARLIER, BEGUN, MADE, done) == [
        "   0 s    1 of 1  CREATE_COMPLETE    AWS::EC2::Instance Web",
        "   0 s    1 of 1  UPDATE_COMPLETE    AWS::CloudFormation::Stack lab",
    ]


def test_a_silence_is_broken_with_what_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks at a still screen."""
    done = [*MADE, event(7, "", "UPDATE_COMPLETE")]
    assert followed(monkeypatch, EARLIER, BEGUN, done, silence=-1.0)[:2] == [
        "   0 s  waiting for CloudFormation",
        "   0 s  waiting for Web",
    ]


def test_the_first_real_cause_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not what failed in an earlier deployment, and not what was cancelled along with it."""
    failed = [
        *BEGUN,
        event(6, "Api", "CREATE_FAILED", "Resource creation cancelled"),
        event(7, "Web", "CREATE_FAILED", "You have reached your limit."),
        event(8, "", "UPDATE_ROLLBACK_COMPLETE"),
    ]
    with pytest.raises(DeploymentError) as refused:
        followed(monkeypatch, failed)
    assert str(refused.value) == (
        "stack lab could not be deployed: Web (AWS::EC2::Instance): You have reached your limit. "
        "It is UPDATE_ROLLBACK_COMPLETE now: mend that and then `lab deploy` again"
    )
    closed = [
        *BEGUN,
        event(6, "Web", "CREATE_FAILED", "Lake is no longer accepting new customers."),
        event(7, "", "ROLLBACK_COMPLETE"),
    ]
    with pytest.raises(DeploymentError) as refused:
        followed(monkeypatch, closed)
    assert str(refused.value) == f"{USE_ATHENA}, after `lab teardown`"


def test_waiting_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to do."""
    monkeypatch.setattr(stack_events, "PATIENCE", -1.0)
    with pytest.raises(StillWorkingError, match="`lab deploy` goes on waiting"):
        followed(monkeypatch, BEGUN)
