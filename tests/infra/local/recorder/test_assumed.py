"""AWS's own AssumeRole, held against one that AWS recorded."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from infra.local.recorder import assumed_role
from scenario.access import Credentials

HERE = Path(__file__).parent
ROLE = "arn:aws:iam::111111111111:role/HostRole"
KEYS = Credentials(access_key_id="ASIAEXAMPLE", secret_access_key="never shown", session_token="token")


def assumed() -> dict[str, Any]:
    """By EC2, for an instance."""
    begins = datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)
    return assumed_role(
        "ec2.amazonaws.com", ROLE, "i-1", KEYS, begins=begins, lasts=timedelta(hours=6), region="eu-west-1"
    )


def test_what_it_says() -> None:
    """Who, when, where, for which session; the key's id and token, never its secret."""
    record = assumed()
    assert record["userIdentity"] == {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}
    assert (record["sourceIPAddress"], record["userAgent"]) == ("ec2.amazonaws.com",) * 2
    assert (record["eventTime"], record["awsRegion"]) == ("2026-01-31T23:59:59Z", "eu-west-1")
    assert record["requestParameters"] == {"roleArn": ROLE, "roleSessionName": "i-1"}
    assert record["responseElements"] == {
        "credentials": {
            "accessKeyId": "ASIAEXAMPLE",
            "sessionToken": "token",
            "expiration": "Feb 1, 2026, 5:59:59 AM",
        }
    }
    assert record["resources"] == [{"accountId": "111111111111", "type": "AWS::IAM::Role", "ARN": ROLE}]
    assert KEYS.secret_access_key not in json.dumps(record)


def test_its_keys_are_those_of_the_real_one() -> None:
    """The same keys in the same order as in RDS's AssumeRole, down to the credentials."""
    records = map(json.loads, (HERE / "service_records.jsonl").read_text(encoding="utf-8").splitlines())
    real = next(record for record in records if record["eventName"] == "AssumeRole")
    ours = assumed()
    assert list(ours) == list(real)
    assert list(ours["responseElements"]["credentials"]) == list(real["responseElements"]["credentials"])
    assert (ours["eventType"], ours["readOnly"], ours["managementEvent"]) == ("AwsApiCall", True, True)
