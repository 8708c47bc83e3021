"""Resources of an event in the event history."""

from __future__ import annotations

from infra.local.lake.resources import resources_of
from tests.infra.local.lake.sample import EVENTS


def test_resources_of_events() -> None:
    """Listed ones always; those that requests and answers name only for calls that change something."""
    assert [resources_of(event) for event in EVENTS] == [
        [],
        [
            {"ResourceType": "AWS::S3::Object", "ResourceName": "drop/loot/báo cáo, 1=2.txt"},
            {"ResourceType": "AWS::S3::Bucket", "ResourceName": "drop"},
        ],
        [{"ResourceType": "AWS::EC2::Instance", "ResourceName": "i-0aaaaaaaaaaaaaaa1"}],
        [],
        [{"ResourceType": "AWS::IAM::Role", "ResourceName": "arn:aws:iam::111111111111:role/web"}],
    ]
