"""Which events a trail takes.

AWS: basic event selectors name management events by reading or writing and data events by the beginnings of ARNs;
advanced ones are those of event data stores; a trail has one kind or the other, and every management event by default.
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html
Bare moto: keeps what PutEventSelectors says, both kinds at once, and nothing comes of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from infra.local.call import AwsError
from infra.local.lake import selectors as advanced_selectors

Record = Mapping[str, Any]
Selector = Mapping[str, Any]

MOST: Final = 5
EVERYTHING_MANAGED: Final[Selector] = {
    "ReadWriteType": "All",
    "IncludeManagementEvents": True,
    "DataResources": [],
    "ExcludeManagementEventSources": [],
}
READS: Final[Mapping[str, tuple[bool, ...]]] = {"All": (True, False), "ReadOnly": (True,), "WriteOnly": (False,)}
DATA_TYPES: Final = ("AWS::S3::Object", "AWS::Lambda::Function", "AWS::DynamoDB::Table")
EXCLUDABLE: Final = ("kms.amazonaws.com", "rdsdata.amazonaws.com")


def check(basic: Sequence[Selector], advanced: Sequence[Selector]) -> None:
    """Raise AwsError InvalidEventSelectorsException for what PutEventSelectors refuses."""
    if bool(basic) is bool(advanced):
        raise _invalid("Specify event selectors or advanced event selectors, and not both.")
    advanced_selectors.check(advanced)
    if len(basic) > MOST:
        raise _invalid(f"A trail takes up to {MOST} event selectors.")
    for selector in map(whole, basic):
        if selector["ReadWriteType"] not in READS:
            raise _invalid(f"ReadWriteType is one of {', '.join(READS)}.")
        types = {resource["Type"] for resource in selector["DataResources"]}
        if not types <= set(DATA_TYPES):
            raise _invalid(f"The type of a data resource is one of {', '.join(DATA_TYPES)}.")
        if not set(selector["ExcludeManagementEventSources"]) <= set(EXCLUDABLE):
            raise _invalid(f"Management events of {' and '.join(EXCLUDABLE)} can be excluded, and of no other source.")


def whole(selector: Selector) -> Selector:
    """A basic selector with what it leaves out."""
    return {**EVERYTHING_MANAGED, **selector}


def takes(basic: Sequence[Selector], advanced: Sequence[Selector], record: Record) -> bool:
    """Does a trail with these selectors take this record? Without any it takes all management events."""
    if advanced:
        return advanced_selectors.matches(advanced, record)
    return any(_takes(whole(selector), record) for selector in basic or [EVERYTHING_MANAGED])


def _takes(selector: Selector, record: Record) -> bool:
    if record.get("readOnly") not in READS[selector["ReadWriteType"]]:
        return False
    if record.get("managementEvent"):
        return bool(
            selector["IncludeManagementEvents"]
            and record["eventSource"] not in selector["ExcludeManagementEventSources"]
        )
    return any(_concerns(resource, record) for resource in selector["DataResources"])


def _concerns(wanted: Mapping[str, Any], record: Record) -> bool:
    return any(
        resource.get("type") == wanted["Type"] and str(resource.get("ARN", "")).startswith(value)
        for resource in record.get("resources") or ()
        for value in wanted.get("Values", ())
    )


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidEventSelectorsException", message)
