"""Where the account's events can be queried: a CloudTrail Lake event data store."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Fn
from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_s3 as s3
from constructs import Construct

_Selector = cloudtrail.CfnEventDataStore.AdvancedEventSelectorProperty
_Field = cloudtrail.CfnEventDataStore.AdvancedFieldSelectorProperty


class EventStore(Construct):
    """Management events of all regions, and what happens to objects of the lab's buckets, kept for seven days.

    It has no name of its own: a deleted store keeps its name for seven days more.
    """

    kind = "lake"  # the output `StoreKind`

    def __init__(self, scope: Construct, name: str, *, buckets: Sequence[s3.Bucket]) -> None:
        super().__init__(scope, name)
        self.resource = cloudtrail.CfnEventDataStore(
            self,
            "Lake",
            advanced_event_selectors=[_management(), _objects_of(buckets)],
            multi_region_enabled=True,
            retention_period=7,
            termination_protection_enabled=False,
        )
        self.arn = self.resource.attr_event_data_store_arn
        self.id = Fn.select(1, Fn.split("/", self.arn))


def _management() -> _Selector:
    return _Selector(name="Management events", field_selectors=[_Field(field="eventCategory", equal_to=["Management"])])


def _objects_of(buckets: Sequence[s3.Bucket]) -> _Selector:
    return _Selector(
        name="Objects of the lab",
        field_selectors=[
            _Field(field="eventCategory", equal_to=["Data"]),
            _Field(field="resources.type", equal_to=["AWS::S3::Object"]),
            _Field(field="resources.ARN", starts_with=[f"{bucket.bucket_arn}/" for bucket in buckets]),
        ],
    )
