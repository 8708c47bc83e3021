from __future__ import annotations

from typing import Any

from tests.infra.account.resources import Resources, attribute, joined


def bucket_of(resources: Resources, output: str) -> Any:
    """The beginning of every object's ARN."""
    return joined(attribute(resources.behind(output), "Arn"), "/")


def test_both_kinds_of_store_take_management_events_and_the_labs_objects(resources: Resources) -> None:
    """A trail's and an event data store's selectors are of the same words: what they take is the same."""
    starts = [bucket_of(resources, name) for name in ("DropBucket", "BystanderBucket")]
    expected = [
        {
            "Name": "Management events",
            "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}],
        },
        {
            "Name": "Objects of the lab",
            "FieldSelectors": [
                {"Field": "eventCategory", "Equals": ["Data"]},
                {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
                {"Field": "resources.ARN", "StartsWith": starts},
            ],
        },
    ]
    for kind in ("AWS::CloudTrail::EventDataStore", "AWS::CloudTrail::Trail"):
        assert resources.only(kind)["AdvancedEventSelectors"] == expected
