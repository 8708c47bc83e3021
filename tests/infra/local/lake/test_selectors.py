"""Advanced event selectors."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.call import AwsError
from infra.local.lake.selectors import MANAGEMENT, check, matches

LIST_BUCKETS = {
    "eventCategory": "Management",
    "eventName": "ListBuckets",
    "eventSource": "s3.amazonaws.com",
    "readOnly": True,
    "userIdentity": {"arn": "arn:aws:sts::111111111111:assumed-role/web/i-0a"},
}
PUT_OBJECT = {
    "eventCategory": "Data",
    "eventName": "PutObject",
    "eventSource": "s3.amazonaws.com",
    "readOnly": False,
    "resources": [
        {"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::drop/a.txt"},
        {"type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::drop"},
    ],
}


def selector(**fields: Any) -> dict[str, Any]:
    """A selector whose fields are given as eventName={"Equals": [...]}, with `__` for a dot."""
    return {"FieldSelectors": [{"Field": name.replace("__", "."), **rule} for name, rule in fields.items()]}


MANAGEMENT_RULE: dict[str, Any] = {"eventCategory": {"Equals": ["Management"]}}
OBJECTS_RULE: dict[str, Any] = {
    "eventCategory": {"Equals": ["Data"]},
    "resources__type": {"Equals": ["AWS::S3::Object"]},
}


@pytest.mark.parametrize(
    ("fields", "takes"),
    [
        (MANAGEMENT_RULE, [True, False]),
        (OBJECTS_RULE, [False, True]),
        ({**MANAGEMENT_RULE, "readOnly": {"Equals": ["true"]}}, [True, False]),
        ({**MANAGEMENT_RULE, "readOnly": {"Equals": ["false"]}}, [False, False]),
        ({**MANAGEMENT_RULE, "eventName": {"Equals": ["ListUsers", "ListBuckets"]}}, [True, False]),
        ({**MANAGEMENT_RULE, "eventSource": {"NotEquals": ["kms.amazonaws.com"]}}, [True, False]),
        ({**MANAGEMENT_RULE, "eventSource": {"NotEquals": ["s3.amazonaws.com"]}}, [False, False]),
        ({**MANAGEMENT_RULE, "userIdentity__arn": {"EndsWith": ["/i-0a"]}}, [True, False]),
        ({**MANAGEMENT_RULE, "eventName": {"NotStartsWith": ["List"]}}, [False, False]),
        ({**OBJECTS_RULE, "resources__ARN": {"StartsWith": ["arn:aws:s3:::drop/"]}}, [False, True]),
        ({**OBJECTS_RULE, "resources__ARN": {"StartsWith": ["arn:aws:s3:::other/"]}}, [False, False]),
        ({**OBJECTS_RULE, "resources__ARN": {"NotStartsWith": ["arn:aws:s3:::drop/"]}}, [False, False]),
        ({**OBJECTS_RULE, "resources__ARN": {"NotEquals": ["arn:aws:s3:::drop"]}}, [False, True]),
        ({**OBJECTS_RULE, "resources__ARN": {"StartsWith": ["arn:aws:s3:::"], "NotEndsWith": [".log"]}}, [False, True]),
    ],
)
def test_what_a_selector_takes(fields: dict[str, Any], takes: list[bool]) -> None:
    """Every field has to fit, one value of it is enough, and an ARN is that of the resource of the given type."""
    chosen = [selector(**fields)]
    check(chosen)
    assert [matches(chosen, LIST_BUCKETS), matches(chosen, PUT_OBJECT)] == takes


def test_one_selector_of_several_is_enough() -> None:
    """Selectors add up."""
    both = [*MANAGEMENT, selector(**OBJECTS_RULE)]
    assert [matches(both, LIST_BUCKETS), matches(both, PUT_OBJECT)] == [True, True]


@pytest.mark.parametrize(
    "selectors",
    [
        [selector(eventName={"Equals": ["x"]})],
        [selector(eventCategory={"Equals": ["Data"]})],
        [selector(**MANAGEMENT_RULE, colour={"Equals": ["red"]})],
        [selector(**MANAGEMENT_RULE)] * 6,
    ],
)
def test_what_aws_refuses(selectors: list[dict[str, Any]]) -> None:
    """A selector without category or type, with an unknown field, or one too many, is invalid."""
    with pytest.raises(AwsError) as refused:
        check(selectors)
    assert refused.value.code == "InvalidEventSelectorsException"
