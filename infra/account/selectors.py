"""Which events a lab's store takes, whatever kind it is of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from aws_cdk import aws_s3 as s3

Selector = TypeVar("Selector")
Field = TypeVar("Field")


def selectors(
    selector: Callable[..., Selector], field: Callable[..., Field], buckets: Sequence[s3.Bucket]
) -> list[Selector]:
    """Management events, and what happens to objects of these buckets, as the classes of an event data store or a
    trail say it.
    """
    objects = [
        field(field="eventCategory", equal_to=["Data"]),
        field(field="resources.type", equal_to=["AWS::S3::Object"]),
        field(field="resources.ARN", starts_with=[f"{bucket.bucket_arn}/" for bucket in buckets]),
    ]
    return [
        selector(name="Management events", field_selectors=[field(field="eventCategory", equal_to=["Management"])]),
        selector(name="Objects of the lab", field_selectors=objects),
    ]
