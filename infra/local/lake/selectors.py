"""Advanced event selectors: which events an event data store takes.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from infra.local.call import AwsError

Selector = Mapping[str, Any]  # {"Name": ..., "FieldSelectors": [{"Field": ..., "Equals": [...]}]}
Record = Mapping[str, Any]  # one CloudTrail record

MANAGEMENT: Sequence[Selector] = (
    {"Name": "Default management events", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]},
)
MOST_SELECTORS = 5


def _resource_values(key: str) -> Callable[[Record], list[str]]:
    return lambda record: [str(r[key]) for r in record.get("resources") or () if key in r]


def _text(*path: str) -> Callable[[Record], list[str]]:
    def read(record: Record) -> list[str]:
        value: Any = record
        for key in path:
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is None:
            return []
        return [str(value).lower() if isinstance(value, bool) else str(value)]

    return read


FIELDS: Mapping[str, Callable[[Record], list[str]]] = {
    "eventCategory": _text("eventCategory"),
    "eventName": _text("eventName"),
    "eventSource": _text("eventSource"),
    "eventType": _text("eventType"),
    "errorCode": _text("errorCode"),
    "readOnly": _text("readOnly"),
    "resources.ARN": _resource_values("ARN"),
    "resources.type": _resource_values("type"),
    "sessionCredentialFromConsole": _text("sessionCredentialFromConsole"),
    "userIdentity.arn": _text("userIdentity", "arn"),
    "vpcEndpointId": _text("vpcEndpointId"),
}

# Each holds when one value of the field and one of the selector fit; the Not forms when none does.
OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "Equals": str.__eq__,
    "StartsWith": str.startswith,
    "EndsWith": str.endswith,
}


def check(selectors: Sequence[Selector]) -> None:
    """Raise InvalidEventSelectorsException for selectors that CloudTrail would not take."""
    if len(selectors) > MOST_SELECTORS:
        raise _invalid(f"An event data store takes up to {MOST_SELECTORS} advanced event selectors.")
    for selector in selectors:
        fields = {field["Field"]: field for field in selector["FieldSelectors"]}
        unknown = sorted(fields.keys() - FIELDS.keys())
        if unknown:
            raise _invalid(f"{unknown[0]} is not a field of advanced event selectors.")
        if not fields.get("eventCategory", {}).get("Equals"):
            raise _invalid("Each advanced event selector says which eventCategory it Equals.")
        if "Data" in fields["eventCategory"]["Equals"] and not fields.get("resources.type", {}).get("Equals"):
            raise _invalid("A selector for data events says which resources.type it Equals.")


def matches(selectors: Iterable[Selector], record: Record) -> bool:
    """Does one of the selectors take this record? Within one selector every field has to fit."""
    return any(_takes(selector["FieldSelectors"], record) for selector in selectors)


def _takes(fields: Sequence[Mapping[str, Any]], record: Record) -> bool:
    types = [t for field in fields if field["Field"] == "resources.type" for t in field.get("Equals", ())]
    if types:  # an object's event names its bucket too, and resources.ARN means the object
        record = {**record, "resources": [r for r in record.get("resources") or () if r.get("type") in types]}
    return all(_fits(field, record) for field in fields)


def _fits(field: Mapping[str, Any], record: Record) -> bool:
    values = FIELDS[field["Field"]](record)
    for name, holds in OPERATORS.items():
        if field.get(name) and not _any(holds, values, field[name]):
            return False
        if field.get("Not" + name) and _any(holds, values, field["Not" + name]):
            return False
    return True


def _any(holds: Callable[[str, str], bool], values: list[str], wanted: Sequence[str]) -> bool:
    return any(holds(value, want) for value in values for want in wanted)


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidEventSelectorsException", message)
