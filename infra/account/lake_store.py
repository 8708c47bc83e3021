"""The account's events in CloudTrail Lake: an event data store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import Fn
from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.account.selectors import selectors

_QUERY = [
    "cloudtrail:CancelQuery",
    "cloudtrail:DescribeQuery",
    "cloudtrail:GetEventDataStore",
    "cloudtrail:GetQueryResults",
    "cloudtrail:ListQueries",
    "cloudtrail:StartQuery",
]


class LakeStore(Construct):
    """Management events of all regions, and what happens to objects of the lab's buckets, kept for seven days.

    It has no name of its own: a deleted store keeps its name for seven days more.
    """

    wide: Mapping[str, str] = {}  # one store is all that is asked

    def __init__(self, scope: Construct, name: str, *, buckets: Sequence[s3.Bucket]) -> None:
        super().__init__(scope, name)
        kinds = cloudtrail.CfnEventDataStore
        store = kinds(
            self,
            "Resource",
            advanced_event_selectors=selectors(
                kinds.AdvancedEventSelectorProperty, kinds.AdvancedFieldSelectorProperty, buckets
            ),
            multi_region_enabled=True,
            retention_period=7,
            termination_protection_enabled=False,
        )
        arn = store.attr_event_data_store_arn
        self.id = Fn.select(1, Fn.split("/", arn))
        self.asking = (iam.PolicyStatement(actions=_QUERY, resources=[arn]),)
