"""Which store a lab on AWS is given where nobody has said it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_cloudtrail import CloudTrailClient


def best_store(session: boto3.Session) -> str:
    """The kind of store that the account can have: "lake" only where there is an event data store already.

    CloudTrail Lake takes no new customers, and who counts as an old one is seen per account. It is never found out by
    making a store: a deleted one holds one of ten places for seven days. What is only pending deletion does not count.
    Raises botocore's ClientError.
    """
    statuses = store_statuses(session.client("cloudtrail"))
    return "lake" if any(status != "PENDING_DELETION" for status in statuses) else "athena"


def store_statuses(cloudtrail: CloudTrailClient) -> list[str]:
    """The status of every event data store of the region. Raises botocore's ClientError."""
    return [cloudtrail.get_event_data_store(EventDataStore=arn)["Status"] for arn in _arns(cloudtrail)]


def _arns(cloudtrail: CloudTrailClient) -> Iterator[str]:
    """Of every event data store, page by page: botocore has no paginator for them."""
    asked: dict[str, Any] = {}
    while True:
        page = cloudtrail.list_event_data_stores(**asked)
        yield from (store["EventDataStoreArn"] for store in page["EventDataStores"])
        if not page.get("NextToken"):
            return
        asked = {"NextToken": page["NextToken"]}
