"""AWS::CloudTrail::EventDataStore makes a store of the lake."""

from __future__ import annotations

from typing import Any

SELECTOR: dict[str, Any] = {"Name": "all", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}
STORE: dict[str, Any] = {
    "Type": "AWS::CloudTrail::EventDataStore",
    "Properties": {
        "AdvancedEventSelectors": [SELECTOR],
        "MultiRegionEnabled": "false",
        "RetentionPeriod": "7",
        "TerminationProtectionEnabled": False,
        "Tags": [{"Key": "lab", "Value": "one"}],
    },
}
OUTPUTS = {"Ref": {"Ref": "Store"}, "Arn": {"Fn::GetAtt": ["Store", "EventDataStoreArn"]}}


def test_it_makes_a_store_and_deletes_it(aws: Any, lake: Any) -> None:
    """The store has the template's settings and a name of its own; Ref and GetAtt give its ARN."""
    made = aws.outputs({"Store": STORE}, OUTPUTS)
    (store,) = lake.stores(aws.id, "us-east-1")
    assert made == {"Ref": store.arn, "Arn": store.arn}
    assert (store.multi_region, store.retention_days, store.termination_protection) == (False, 7, False)
    assert (list(store.selectors), list(store.tags)) == ([SELECTOR], STORE["Properties"]["Tags"])
    assert (store.name.startswith("stack-Store-"), store.status) == (True, "ENABLED")
    aws.client("cloudformation").delete_stack(StackName="stack")
    assert [store.status for store in lake.stores(aws.id, "us-east-1")] == ["PENDING_DELETION"]


def test_defaults_are_the_services(aws: Any, lake: Any) -> None:
    """Without properties: all regions, a year, and protected, so that the stack cannot be deleted."""
    aws.deploy({"Store": {"Type": "AWS::CloudTrail::EventDataStore", "Properties": {"Name": "mine"}}})
    (store,) = lake.stores(aws.id, "us-east-1")
    assert (store.name, store.multi_region, store.retention_days, store.termination_protection) == (
        "mine",
        True,
        366,
        True,
    )
    aws.client("cloudformation").delete_stack(StackName="stack")
    assert "EventDataStoreTerminationProtectedException" in aws.failures("stack")["Store"]


def test_a_refusal_of_the_lake_is_the_reason(aws: Any) -> None:
    """The same name twice fails the second stack with the service's words."""
    named = {"Store": {**STORE, "Properties": {**STORE["Properties"], "Name": "mine"}}}
    aws.deploy(named)
    assert aws.deploy(named, name="second")["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "EventDataStoreAlreadyExistsException" in aws.failures("second")["Store"]
