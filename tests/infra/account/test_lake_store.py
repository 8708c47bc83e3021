from __future__ import annotations

from tests.infra.account.resources import Resources, attribute, joined


def test_the_store_takes_management_events_and_the_labs_objects(resources: Resources) -> None:
    """Whole value: all regions, seven days, no protection, no name, and two selectors."""
    objects = [joined(attribute(resources.behind(bucket), "Arn"), "/") for bucket in ("DropBucket", "BystanderBucket")]
    assert resources.only("AWS::CloudTrail::EventDataStore") == {
        "AdvancedEventSelectors": [
            {
                "Name": "Management events",
                "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}],
            },
            {
                "Name": "Objects of the lab",
                "FieldSelectors": [
                    {"Field": "eventCategory", "Equals": ["Data"]},
                    {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
                    {"Field": "resources.ARN", "StartsWith": objects},
                ],
            },
        ],
        "MultiRegionEnabled": True,
        "RetentionPeriod": 7,
        "TerminationProtectionEnabled": False,
    }


def test_the_store_id_is_what_queries_name(resources: Resources) -> None:
    """It is the part of the store's ARN behind the slash."""
    (store,) = resources.of("AWS::CloudTrail::EventDataStore")
    part = {"Fn::Select": [1, {"Fn::Split": ["/", attribute(store, "EventDataStoreArn")]}]}
    assert resources.output("StoreId")["Fn::If"][1] == part
