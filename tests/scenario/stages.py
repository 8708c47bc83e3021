"""One stage that the tests of this folder share."""

from __future__ import annotations

from datetime import UTC, datetime

from scenario.stage import Stage

STAGE = Stage(
    team="blue",
    account_id="123456789012",
    region="eu-west-1",
    vpc_id="vpc-1",
    subnet_id="subnet-1",
    instance_id="i-0123456789abcdef0",
    volume_id="vol-1",
    interface_id="eni-1",
    security_group_id="sg-1",
    instance_role_arn="arn:aws:iam::123456789012:role/host",
    drop_bucket="drop",
    bystander_bucket="reports",
    bystander_instance_ids=("i-0fedcba9876543210",),
    store_kind="lake",
    store_id="1e5f0000-0000-4000-8000-000000000000",
    learner_role_arn="arn:aws:iam::123456789012:role/learner",
    grader_role_arn="arn:aws:iam::123456789012:role/grader",
    created_at=datetime(2026, 11, 24, 8, tzinfo=UTC),
)
