"""Calls and answers for the recorder's tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from infra.local.call import Answer, Call, Caller
from infra.local.recorder import Host

TIME = datetime(2026, 11, 24, 4, 10, 22, tzinfo=UTC)
HOST = Host("us-east-1", "10.0.0.5", "198.51.100.7", "vpce-0a1b2c3d4e5f60718")
OK = Answer(status=200, headers={}, body=b"")


def facts(account_id: str, instance_id: str) -> Host | None:
    return HOST if instance_id == "i-0123456789abcdef0" else None


def caller(session: str = "i-0123456789abcdef0", role: str = "HostRole") -> Caller:
    return Caller(
        account_id="111111111111",
        access_key_id="ASIAEXAMPLE",
        kind="AssumedRole",
        principal_id=f"AROAEXAMPLE:{session}",
        arn=f"arn:aws:sts::111111111111:assumed-role/{role}/{session}",
        name=role,
        issued_at=TIME,
    )


def call(service: str, operation: str, parameters: Mapping[str, Any] | None = None, **fields: Any) -> Call:
    given: dict[str, Any] = {
        "service": service,
        "operation": operation,
        "parameters": parameters or {},
        "region": "us-east-1",
        "caller": caller(),
        "time": TIME,
        "request_id": "4D2E9A6B1C3F5A70",
        "source_ip": "127.0.0.1",
        "user_agent": "aws-cli/2.31",
        "host": "127.0.0.1:4566",
        "bytes_in": 0,
        "headers": {"authorization": "AWS4-HMAC-SHA256 Credential=..."},
    }
    return Call(**{**given, **fields})
