"""The columns of an event data store, as CloudTrail Lake documents them for CloudTrail events.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-supported-event-schemas.html

A shape says how a record spells a key and what type its column has; column names are the keys in lower case.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

TEXT = "VARCHAR"
TEXT_MAP = "MAP(VARCHAR, VARCHAR)"

Shape = Any  # a DuckDB type, or a dict of shapes (a struct), or a list with one shape (a list)

RECORD: Mapping[str, Shape] = {
    "eventVersion": TEXT,
    "userIdentity": {
        "type": TEXT,
        "principalId": TEXT,
        "arn": TEXT,
        "accountId": TEXT,
        "accessKeyId": TEXT,
        "userName": TEXT,
        "sessionContext": {
            "attributes": {"creationDate": "TIMESTAMP", "mfaAuthenticated": TEXT},
            "sessionIssuer": {"type": TEXT, "principalId": TEXT, "arn": TEXT, "accountId": TEXT, "userName": TEXT},
            "webIdFederationData": {"federatedProvider": TEXT, "attributes": TEXT_MAP},
            "sourceIdentity": TEXT,
            "ec2RoleDelivery": TEXT,
            "ec2IssuedInVpc": TEXT,
        },
        "onBehalfOf": {"userId": TEXT, "identityStoreArn": TEXT},
        "inScopeOf": {"sourceArn": TEXT, "sourceAccount": TEXT, "issuerType": TEXT, "credentialsIssuedTo": TEXT},
        "invokedBy": TEXT,
        "identityProvider": TEXT,
    },
    "eventTime": "TIMESTAMP",
    "eventSource": TEXT,
    "eventName": TEXT,
    "awsRegion": TEXT,
    "sourceIPAddress": TEXT,
    "userAgent": TEXT,
    "errorCode": TEXT,
    "errorMessage": TEXT,
    "requestParameters": TEXT_MAP,
    "responseElements": TEXT_MAP,
    "additionalEventData": TEXT_MAP,
    "requestID": TEXT,
    "eventID": TEXT,
    "readOnly": "BOOLEAN",
    "resources": [{"accountId": TEXT, "type": TEXT, "ARN": TEXT, "ARNPrefix": TEXT}],
    "eventType": TEXT,
    "apiVersion": TEXT,
    "managementEvent": "BOOLEAN",
    "recipientAccountId": TEXT,
    "sharedEventID": TEXT,
    "annotation": TEXT,
    "vpcEndpointId": TEXT,
    "serviceEventDetails": TEXT_MAP,
    "addendum": TEXT_MAP,
    "edgeDeviceDetails": TEXT_MAP,
    "insightDetails": TEXT_MAP,
    "eventCategory": TEXT,
    "tlsDetails": {"tlsVersion": TEXT, "cipherSuite": TEXT, "clientProvidedHostHeader": TEXT},
    "sessionCredentialFromConsole": TEXT,
}

STRUCTURE = json.dumps(RECORD)  # what DuckDB's json_transform takes; nested values in a map become their JSON text

RECORD_COLUMNS = tuple(key.lower() for key in RECORD)
COLUMNS = (*RECORD_COLUMNS, "eventjson", "eventjsonchecksum")


def sql_type(shape: Shape) -> str:
    """The DuckDB type of a shape, with lower-case field names."""
    if isinstance(shape, str):
        return shape
    if isinstance(shape, list):
        return sql_type(shape[0]) + "[]"
    fields = ", ".join(f'"{name.lower()}" {sql_type(inner)}' for name, inner in shape.items())
    return f"STRUCT({fields})"


COLUMN_TYPES: Mapping[str, str] = {
    **{key.lower(): sql_type(shape) for key, shape in RECORD.items()},
    "eventjson": TEXT,
    "eventjsonchecksum": TEXT,
}
COLUMN_DEFINITIONS = ", ".join(f'"{name}" {COLUMN_TYPES[name]}' for name in COLUMNS)


def from_record(record: str) -> str:
    """The select list that turns one record (an SQL expression of type JSON) into `COLUMNS`; wants it as `r` too.

    `r` is `json_transform(record, STRUCTURE)`. Lake's checksum is the SHA-256 of the JSON text here.
    """
    columns = [f'r."{key}"' for key in RECORD]
    return ", ".join([*columns, f"{record}::VARCHAR", f"sha256({record}::VARCHAR)"])
