"""The view that lies over a trail's log files in Athena: CloudTrail Lake's columns, names and types, in Trino's SQL.

A log file is one line, {"Records": [...]}. The view takes each record apart with nothing but Trino's JSON functions, so
that no deserialiser's habits matter: a value of a map is its text, or its JSON where it is nested; what a record lacks
is NULL.

The columns: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-supported-event-schemas.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Shape = (
    Any  # a Trino type, or a dict of shapes (a row), or a list with one shape (an array), as records spell their keys
)

TEXT, FLAG, TIME, MAP = "varchar", "boolean", "timestamp", "map(varchar,varchar)"


def _texts(keys: str) -> dict[str, Shape]:
    return dict.fromkeys(keys.split(), TEXT)


RECORD: Mapping[str, Shape] = {
    "eventVersion": TEXT,
    "userIdentity": {
        **_texts("type principalId arn accountId accessKeyId userName"),
        "sessionContext": {
            "attributes": {"creationDate": TIME, "mfaAuthenticated": TEXT},
            "sessionIssuer": _texts("type principalId arn accountId userName"),
            "webIdFederationData": {"federatedProvider": TEXT, "attributes": MAP},
            **_texts("sourceIdentity ec2RoleDelivery ec2IssuedInVpc"),
        },
        "onBehalfOf": _texts("userId identityStoreArn"),
        "inScopeOf": _texts("sourceArn sourceAccount issuerType credentialsIssuedTo"),
        **_texts("invokedBy identityProvider"),
    },
    "eventTime": TIME,
    **_texts("eventSource eventName awsRegion sourceIPAddress userAgent errorCode errorMessage"),
    **dict.fromkeys(("requestParameters", "responseElements", "additionalEventData"), MAP),
    **_texts("requestID eventID"),
    "readOnly": FLAG,
    "resources": [_texts("accountId type ARN ARNPrefix")],
    **_texts("eventType apiVersion"),
    "managementEvent": FLAG,
    **_texts("recipientAccountId sharedEventID annotation vpcEndpointId"),
    **dict.fromkeys(("serviceEventDetails", "addendum", "edgeDeviceDetails", "insightDetails"), MAP),
    "eventCategory": TEXT,
    "tlsDetails": _texts("tlsVersion cipherSuite clientProvidedHostHeader"),
    "sessionCredentialFromConsole": TEXT,
}
WHOLE: Mapping[str, str] = {
    "eventjson": "json_format(r)",
    "eventjsonchecksum": "lower(to_hex(sha256(to_utf8(json_format(r)))))",
}


def type_of(shape: Shape) -> str:
    """Trino's type of a shape, with lower-case field names."""
    if isinstance(shape, str):
        return shape
    if isinstance(shape, list):
        return f"array({type_of(shape[0])})"
    return f"row({','.join(f'{name.lower()} {type_of(inner)}' for name, inner in shape.items())})"


COLUMNS: Mapping[str, str] = {
    **{name.lower(): type_of(shape) for name, shape in RECORD.items()},
    **dict.fromkeys(WHOLE, TEXT),
}
"""Trino's type of each column, by name."""


def hive_type(form: str) -> str:
    """Hive's name, which Glue shows, of one of Trino's types.

    >>> hive_type("array(row(a varchar,b map(varchar,varchar)))")
    'array<struct<a:string,b:map<string,string>>>'
    """
    for trino, hive in _HIVE.items():
        form = form.replace(trino, hive)
    return form


_HIVE: Mapping[str, str] = {
    TEXT: "string",
    "row(": "struct<",
    "array(": "array<",
    "map(": "map<",
    ")": ">",
    " ": ":",
}


def select(table: str) -> str:
    """The view's SQL, over a table whose column `line` holds a log file."""
    made = {name.lower(): _column(shape, name) for name, shape in RECORD.items()} | dict(WHOLE)
    columns = ", ".join(f"{expression} AS {name}" for name, expression in made.items())
    records = "UNNEST(TRY_CAST(json_extract(line, '$.Records') AS array(json))) AS t (r)"
    parts = "r, CAST(r AS map(varchar, json)) AS m, json_extract(r, '$.userIdentity') AS u"
    whole = f"SELECT {parts} FROM {table} CROSS JOIN {records}"  # noqa: S608 - every part is ours
    return f"SELECT {columns} FROM ({whole})"  # noqa: S608


def definition(database: str, table: str) -> str:
    """What Athena keeps of the view, as JSON; Glue holds it base64 between `/* Presto View: ` and ` */`."""
    document = {
        "originalSql": select(table),
        "catalog": "awsdatacatalog",
        "schema": database,
        "columns": [{"name": name, "type": form} for name, form in COLUMNS.items()],
    }
    return json.dumps(document, separators=(",", ":"))


PHRASES: Mapping[str, str] = {
    "Identity": COLUMNS["useridentity"],
    "Text": '","type":"varchar"},{"name":"',
    "Maps": '","type":"map(varchar,varchar)"},{"name":"',
    "Map": "') AS map(varchar, json)), (k, v) -> coalesce(json_extract_scalar(v, '$'), "
    "nullif(json_format(v), 'null')))",
    "T": "transform_values(TRY_CAST(element_at(m, '",
    "R": "') IS NOT NULL, ROW(json_extract_scalar(u, '$.",
    "I": "IF(json_extract(u, '$.",
    "U": "json_extract_scalar(u, '$.",
    "S": "json_extract_scalar(element_at(m, '",
    "E": "'), '$') AS ",
    "C": "sessionContext.",
    "V": " varchar,",
}
"""What comes again and again in a definition, by the name that stands for it in a template: room there is scarce."""


def abbreviated(text: str) -> str:
    """The text with `${Name}` for each of PHRASES, as `Fn::Sub` takes it."""
    for name, phrase in PHRASES.items():
        text = text.replace(phrase, f"${{{name}}}")
    return text


def _column(shape: Shape, key: str) -> str:
    """The expression for what a record, which is the map `m`, has by this key; its largest part is at hand as `u`."""
    found = "u" if key == "userIdentity" else f"element_at(m, '{key}')"
    value = _value(shape, found, "$")
    return f"CAST({value} AS {type_of(shape)})" if isinstance(shape, dict) else value


def _value(shape: Shape, whole: str, path: str) -> str:
    """The expression for what is at a path of a JSON value."""
    found = whole if path == "$" else f"json_extract({whole}, '{path}')"
    if isinstance(shape, dict):
        return f"IF({found} IS NOT NULL, {_row(shape, whole, path)})"
    if isinstance(shape, list):
        row = f"CAST({_row(shape[0], 'e', '$')} AS {type_of(shape[0])})"
        return f"transform(TRY_CAST({found} AS array(json)), e -> {row})"
    return _SCALARS[shape].format(text=f"json_extract_scalar({whole}, '{path}')", found=found)


def _row(shape: Mapping[str, Shape], whole: str, path: str) -> str:
    return f"ROW({', '.join(_value(inner, whole, f'{path}.{name}') for name, inner in shape.items())})"


_SCALARS: Mapping[str, str] = {
    TEXT: "{text}",
    FLAG: "{text} = 'true'",
    TIME: "CAST(TRY(from_iso8601_timestamp({text})) AS timestamp)",
    MAP: (
        "transform_values(TRY_CAST({found} AS map(varchar, json)), "
        "(k, v) -> coalesce(json_extract_scalar(v, '$'), nullif(json_format(v), 'null')))"
    ),
}
