"""Every operation that real records show, held against them call by call.

`records.jsonl` holds records that AWS wrote (its LICENSE beside it), `calls.jsonl` the calls that led to them: the
parameters as boto3 takes them, and the response or the error that the client got. `differences.json` names every
place where the lab's record reads differently on purpose, with the reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from moto.core.serialize import SerializationContext, get_serializer_class
from moto.core.utils import get_service_model

from infra.local.call import Answer, AwsError, Call, Caller
from infra.local.errors import answer_error
from infra.local.recorder import Host, record_of

HERE = Path(__file__).parent
RECORDS = {
    record["eventID"]: record for record in map(json.loads, HERE.joinpath("records.jsonl").read_text().splitlines())
}
CALLS = [json.loads(line) for line in HERE.joinpath("calls.jsonl").read_text().splitlines()]
DIFFERENCES: Mapping[str, Mapping[str, str]] = json.loads(HERE.joinpath("differences.json").read_text())


def service_of(call: Mapping[str, Any]) -> str:
    return f"{call['service']}:{call['operation']}"


def revived(value: Any) -> Any:
    """A response with its times as datetimes."""
    if isinstance(value, dict):
        if "$date" in value:
            return datetime.fromisoformat(value["$date"])
        return {name: revived(inner) for name, inner in value.items()}
    return [revived(inner) for inner in value] if isinstance(value, list) else value


def caller_of(identity: Mapping[str, Any]) -> Caller:
    issuer = identity.get("sessionContext", {}).get("sessionIssuer", {})
    created = identity.get("sessionContext", {}).get("attributes", {}).get("creationDate")
    return Caller(
        account_id=identity.get("accountId", "123837392027"),
        access_key_id=identity.get("accessKeyId", "AKIAEXAMPLE"),
        kind="AssumedRole" if identity["type"] == "AssumedRole" else "IAMUser",
        principal_id=identity.get("principalId", "AIDAEXAMPLE"),
        arn=identity.get("arn", "arn:aws:iam::123837392027:user/example"),
        name=issuer.get("userName") or identity.get("userName", "example"),
        issued_at=datetime.fromisoformat(created) if created else None,
    )


def call_of(given: Mapping[str, Any], record: Mapping[str, Any]) -> Call:
    return Call(
        service=given["service"],
        operation=given["operation"],
        parameters=given["parameters"],
        region=record["awsRegion"],
        caller=caller_of(record["userIdentity"]),
        time=datetime.fromisoformat(record["eventTime"]),
        request_id=record.get("requestID", ""),
        source_ip=record["sourceIPAddress"],
        user_agent=record["userAgent"].strip("[]"),
        host="localhost",
        bytes_in=(record.get("additionalEventData") or {}).get("bytesTransferredIn", 0),
        headers={"authorization": "AWS4-HMAC-SHA256 ..."},
        invoked_by=record["userIdentity"].get("invokedBy"),
    )


def answer_of(given: Mapping[str, Any], record: Mapping[str, Any]) -> Answer:
    model = get_service_model(given["service"]).operation_model(given["operation"])
    protocol = str(model.service_model.metadata["protocol"])
    if "error" in given:
        code, message = given["error"]
        form: Any = "s3" if given["service"] == "s3" else protocol
        return answer_error(AwsError(code, message), form, request_id="r", service=given["service"], head=False)
    if "xml" in given:
        return Answer(status=200, headers={}, body=given["xml"].encode())
    if "cbor" in protocol:
        return Answer(status=200, headers={"content-type": "application/cbor"}, body=b"\xa0")
    serializer = get_serializer_class(given["service"], protocol)(model, context=SerializationContext("r"))
    response = serializer.serialize(revived(given.get("response", {})))
    body = response["body"] or b""
    return Answer(status=200, headers={}, body=body.encode() if isinstance(body, str) else body)


def differences(ours: Any, real: Any, path: str) -> Iterator[str]:
    """Where two records differ, as dotted paths (list positions left out)."""
    if isinstance(ours, dict) and isinstance(real, dict):
        for name in sorted(ours.keys() | real.keys()):
            if name in ours and name in real:
                yield from differences(ours[name], real[name], f"{path}.{name}")
            else:
                yield f"{path}.{name}"
    elif isinstance(ours, list) and isinstance(real, list) and len(ours) == len(real):
        for mine, theirs in zip(ours, real, strict=True):
            yield from differences(mine, theirs, path)
    elif type(ours) is not type(real) or ours != real:
        yield path


# Of these only the keys are compared: the values are AWS's own, or younger than the records.
OWN_VALUES = re.compile(
    r"\.(eventVersion|eventID|tlsDetails\.(tlsVersion|cipherSuite)"
    r"|additionalEventData\.(CipherSuite|x-amz-id-2|bytesTransferredOut))"
)


def marks_of(given: Mapping[str, Any], record: Mapping[str, Any]) -> set[str]:
    """The keys of `differences.json` that apply to a record."""
    console = "sessionCredentialFromConsole" in record or re.search("Console|Mozilla|Coral", record["userAgent"])
    global_host = str((record["requestParameters"] or {}).get("Host")).endswith("s3.amazonaws.com")
    invoked = "invokedBy" in record["userIdentity"]
    special = {"console": console, "global-host": global_host, "invoked": invoked}
    return {service_of(given), *(mark for mark, applies in special.items() if applies)}


def compared(given: Mapping[str, Any]) -> tuple[set[str], set[str]]:
    """The paths of the differences that nothing explains, and the explanations that were needed."""
    record = RECORDS[given["eventID"]]
    host = Host("us-east-1", "10.0.1.10", record["sourceIPAddress"], "vpce-0a1b2c3d")
    ours = record_of(call_of(given, record), answer_of(given, record), lambda _account, _instance: host)
    unexplained, used = set(), set()
    for path in differences(ours, record, ""):
        known = [
            f"{mark} {pattern}"
            for mark in marks_of(given, record) & DIFFERENCES.keys()
            for pattern in DIFFERENCES[mark]
            if re.fullmatch(pattern, path)
        ]
        used.update(known)
        if not known and not OWN_VALUES.fullmatch(path):
            unexplained.add(path)
    return unexplained, used


@pytest.mark.parametrize("given", CALLS, ids=lambda given: f"{service_of(given)}-{given['eventID'][:8]}")
def test_a_record_reads_as_the_real_one(given: Mapping[str, Any]) -> None:
    """Keys, nesting, nulls, spelling, types and values are those of the record that AWS wrote of the same call."""
    assert compared(given)[0] == set()


def test_every_explanation_is_needed() -> None:
    """No line of `differences.json` has outlived its reason."""
    used = {line for given in CALLS for line in compared(given)[1]}
    written = {f"{mark} {pattern}" for mark, patterns in DIFFERENCES.items() for pattern in patterns}
    assert used == written


def test_every_record_is_used() -> None:
    """Each copied record is held against one call."""
    assert sorted(given["eventID"] for given in CALLS) == sorted(RECORDS)


@pytest.mark.parametrize("source", sorted({record["eventSource"] for record in RECORDS.values()}))
def test_keys_stand_in_the_order_of_real_records(source: str) -> None:
    """The top-level keys that both records have stand in the same order."""
    for given in CALLS:
        record = RECORDS[given["eventID"]]
        if record["eventSource"] == source:
            ours = record_of(call_of(given, record), answer_of(given, record), lambda _account, _instance: None)
            assert [key for key in ours if key in record] == [key for key in record if key in ours]
