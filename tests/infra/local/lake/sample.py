"""What the tests of the lake share: one account, five events, and calls of its API."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.local.call import Call, Caller

ACCOUNT = "111111111111"
REGION = "us-east-1"
CREATED = datetime(2026, 1, 1, tzinfo=UTC)
EVENTS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("events.json").read_text("utf-8"))
SELECTORS = (
    {"Name": "management", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]},
    {
        "Name": "objects",
        "FieldSelectors": [
            {"Field": "eventCategory", "Equals": ["Data"]},
            {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
        ],
    },
)


def record(**changes: Any) -> dict[str, Any]:
    """The first of the events, with other fields."""
    return {**EVENTS[0], **changes}


def call(
    operation: str, *, account_id: str = ACCOUNT, region: str = REGION, time: datetime = CREATED, **parameters: Any
) -> Call:
    """A call of the CloudTrail API by a user of an account."""
    caller = Caller(
        account_id=account_id,
        access_key_id="AKIAEXAMPLE000000001",
        kind="IAMUser",
        principal_id="AIDAEXAMPLE0000000001",
        arn=f"arn:aws:iam::{account_id}:user/an",
        name="an",
    )
    return Call(
        service="cloudtrail",
        operation=operation,
        parameters=parameters,
        region=region,
        caller=caller,
        time=time,
        request_id="11111111-0000-4000-8000-00000000000f",
        source_ip="127.0.0.1",
        user_agent="test",
        host="127.0.0.1",
        bytes_in=0,
    )
