"""`record_of`: one CloudTrail record of one call, with the keys of real records in their order."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Final

from infra.local.call import Answer, Call
from infra.local.recorder import s3
from infra.local.recorder.answers import Failure, failure_of
from infra.local.recorder.deviations import deviations
from infra.local.recorder.identity import service_identity, user_identity
from infra.local.recorder.operations import Recorded, recorded, resources_of
from infra.local.recorder.origin import Facts, aws_region, origin_of, tls_details

EVENT_VERSION: Final = "1.11"

# The keys of a service's record, in the order of real ones.
SERVICE_KEYS: Final = (
    "eventVersion",
    "userIdentity",
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "requestParameters",
    "responseElements",
    "additionalEventData",
    "requestID",
    "eventID",
    "readOnly",
    "resources",
    "eventType",
    "managementEvent",
    "recipientAccountId",
    "sharedEventID",
    "serviceEventDetails",
    "eventCategory",
)

Record = dict[str, Any]


def record_of(call: Call, answer: Answer, facts: Facts) -> Record:
    """The CloudTrail record of an answered call.

    Raises botocore's UnknownServiceError or OperationNotFoundError for an operation that botocore does not know.
    """
    operation = recorded(call.service, call.operation)
    failure = failure_of(operation.model, operation.service, answer)
    on_s3 = operation.source == "s3.amazonaws.com"
    origin = origin_of(call, facts, through_gateway=call.service == "s3")
    record: Record = {
        "eventVersion": EVENT_VERSION,
        "userIdentity": user_identity(call.caller, call.invoked_by),
        "eventTime": _time(call.time),
        "eventSource": operation.source,
        "eventName": operation.name,
        "awsRegion": aws_region(operation.model.service_model.endpoint_prefix, call.region),
        "sourceIPAddress": origin.source_ip,
        "userAgent": call.invoked_by or (f"[{call.user_agent}]" if on_s3 else call.user_agent),
        **_error(failure),
        "requestParameters": None if _is_blind(operation, failure) else operation.request(call),
        "responseElements": operation.response(call, answer) if failure is None else None,
    }
    if on_s3:
        record["additionalEventData"] = s3.additional_data(call, answer, record["responseElements"])
    record |= {"requestID": call.request_id, "eventID": str(uuid.uuid4()), "readOnly": operation.read_only}
    if resources := resources_of(operation, call, answer):
        record["resources"] = resources
    record["eventType"] = "AwsApiCall"
    if operation.service.version is not None:
        record["apiVersion"] = operation.service.version
    record |= {"managementEvent": not operation.data, "recipientAccountId": call.caller.account_id}
    if origin.vpc_endpoint_id is not None:
        record["vpcEndpointId"] = origin.vpc_endpoint_id
    record["eventCategory"] = "Data" if operation.data else "Management"
    if call.invoked_by is None:
        record["tlsDetails"] = tls_details(operation.host(call))
    return record


def bare_record(call: Call) -> Record:
    """What is known of a call without looking at its parameters or its answer."""
    return {
        "eventVersion": EVENT_VERSION,
        "userIdentity": user_identity(call.caller, call.invoked_by),
        "eventTime": _time(call.time),
        "eventSource": f"{call.service}.amazonaws.com",
        "eventName": call.operation,
        "awsRegion": call.region,
        "sourceIPAddress": call.source_ip,
        "userAgent": call.user_agent,
        "requestParameters": None,
        "responseElements": None,
        "requestID": call.request_id,
        "eventID": str(uuid.uuid4()),
        "readOnly": call.operation.startswith(deviations().read_only),
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": call.caller.account_id,
        "eventCategory": "Management",
    }


def service_record(
    *, service: str, source: str, name: str, time: datetime, region: str, account_id: str, **more: Any
) -> Record:
    """The record of an act of AWS itself (`service` is "cloudtrail.amazonaws.com"); `more` are keys of the record."""
    act = {
        "userIdentity": {"accountId": account_id, "invokedBy": service},
        "eventSource": source,
        "eventName": name,
        "eventType": "AwsServiceEvent",
    }
    return _of_service(service, time, region, account_id, act | more)


def service_call(
    *, service: str, operation: Recorded, time: datetime, region: str, account_id: str, **more: Any
) -> Record:
    """The record of a call that AWS makes in a role of its own choice, as EC2 assumes an instance's role.

    `service` is "ec2.amazonaws.com"; `more` are keys of the record.
    """
    act = {
        "userIdentity": service_identity(service),
        "eventSource": operation.source,
        "eventName": operation.name,
        "requestID": str(uuid.uuid4()),
        "readOnly": operation.read_only,
        "eventType": "AwsApiCall",
        "sharedEventID": str(uuid.uuid4()),
    }
    return _of_service(service, time, region, account_id, act | more)


def _of_service(service: str, time: datetime, region: str, account_id: str, act: Record) -> Record:
    record: Record = {
        "eventVersion": EVENT_VERSION,
        "eventTime": _time(time),
        "awsRegion": region,
        "sourceIPAddress": service,
        "userAgent": service,
        "requestParameters": None,
        "responseElements": None,
        "eventID": str(uuid.uuid4()),
        "readOnly": act["eventName"].startswith(deviations().read_only),
        "managementEvent": True,
        "recipientAccountId": account_id,
        "eventCategory": "Management",
        **act,
    }
    return {key: record[key] for key in SERVICE_KEYS if key in record}


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _error(failure: Failure | None) -> dict[str, str]:
    if failure is None:
        return {}
    message = {} if failure.message is None else {"errorMessage": failure.message}
    return {"errorCode": failure.code, **message}


def _is_blind(operation: Recorded, failure: Failure | None) -> bool:
    """A service that refuses before it reads shows no parameters."""
    if failure is None or operation.service.shows_denied:
        return False
    return failure.code in deviations().blind_errors
