"""Trails through boto3: buckets that let CloudTrail in, names, numbers, selectors."""

from __future__ import annotations

from typing import Any

import pytest

from tests.infra.local.aws.trail_buckets import make_bucket

MANAGEMENT: dict[str, Any] = {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}
EVERYTHING = {
    "ReadWriteType": "All",
    "IncludeManagementEvents": True,
    "DataResources": [],
    "ExcludeManagementEventSources": [],
}


def test_a_trail_from_creation_to_deletion(aws: Any, refused: Any) -> None:
    """Create, get, list, describe, start, stop and delete, by name and by ARN."""
    bucket, cloudtrail = make_bucket(aws), aws.client("cloudtrail")
    arn = f"arn:aws:cloudtrail:us-east-1:{aws.id}:trail/main"
    shown = {
        "Name": "main",
        "S3BucketName": bucket,
        "IncludeGlobalServiceEvents": True,
        "IsMultiRegionTrail": True,
        "HomeRegion": "us-east-1",
        "TrailARN": arn,
        "LogFileValidationEnabled": False,
        "HasCustomEventSelectors": False,
        "HasInsightSelectors": False,
        "IsOrganizationTrail": False,
    }
    cloudtrail.create_trail(Name="main", S3BucketName=bucket, IsMultiRegionTrail=True)
    assert cloudtrail.get_trail(Name="main")["Trail"] == shown
    assert cloudtrail.describe_trails(trailNameList=[arn])["trailList"] == [shown]
    assert cloudtrail.describe_trails(trailNameList=["other"])["trailList"] == []
    assert cloudtrail.list_trails()["Trails"] == [{"TrailARN": arn, "Name": "main", "HomeRegion": "us-east-1"}]
    status = cloudtrail.get_trail_status(Name="main")
    assert (status["IsLogging"], "LatestDeliveryTime" in status, status["TimeLoggingStarted"]) == (False, False, "")
    cloudtrail.start_logging(Name=arn)
    assert cloudtrail.get_trail_status(Name=arn)["IsLogging"]
    cloudtrail.stop_logging(Name="main")
    status = cloudtrail.get_trail_status(Name="main")
    assert (status["IsLogging"], status["StartLoggingTime"] <= status["StopLoggingTime"]) == (False, True)
    assert refused(cloudtrail.create_trail, Name="main", S3BucketName=bucket) == (
        "TrailAlreadyExistsException",
        f"Trail main already exists for customer: {aws.id}",
    )
    cloudtrail.delete_trail(Name=arn)
    assert cloudtrail.list_trails()["Trails"] == []
    assert refused(cloudtrail.delete_trail, Name="main")[0] == "TrailNotFoundException"


def test_an_update_that_is_refused_changes_nothing(aws: Any, refused: Any) -> None:
    """A new bucket is checked as the first was."""
    bucket, cloudtrail = make_bucket(aws), aws.client("cloudtrail")
    cloudtrail.create_trail(Name="main", S3BucketName=bucket)
    before = cloudtrail.get_trail(Name="main")["Trail"]
    assert refused(cloudtrail.update_trail, Name="main", S3BucketName="nowhere", IsMultiRegionTrail=True)[0] == (
        "S3BucketDoesNotExistException"
    )
    assert cloudtrail.get_trail(Name="main")["Trail"] == before
    updated = cloudtrail.update_trail(Name="main", IsMultiRegionTrail=True)
    assert (updated["IsMultiRegionTrail"], updated["S3BucketName"]) == (True, bucket)


def test_a_region_has_five_trails(aws: Any, refused: Any) -> None:
    """The sixth is refused."""
    bucket, cloudtrail = make_bucket(aws, Condition={}), aws.client("cloudtrail")
    for number in range(5):
        cloudtrail.create_trail(Name=f"trail-{number}", S3BucketName=bucket)
    assert refused(cloudtrail.create_trail, Name="sixth", S3BucketName=bucket) == (
        "MaximumNumberOfTrailsExceededException",
        f"User: {aws.id} already has 5 trails in us-east-1.",
    )


def test_selectors_replace_each_other(aws: Any) -> None:
    """Every management event by default; then basic ones, completed; then advanced ones alone."""
    cloudtrail = aws.client("cloudtrail")
    arn = cloudtrail.create_trail(Name="main", S3BucketName=make_bucket(aws))["TrailARN"]

    def get() -> dict[str, Any]:
        shown = cloudtrail.get_event_selectors(TrailName="main")
        return {key: shown[key] for key in ("TrailARN", "EventSelectors", "AdvancedEventSelectors")}

    assert get() == {"TrailARN": arn, "EventSelectors": [EVERYTHING], "AdvancedEventSelectors": []}
    cloudtrail.put_event_selectors(TrailName="main", EventSelectors=[{"ReadWriteType": "WriteOnly"}])
    basic = [{**EVERYTHING, "ReadWriteType": "WriteOnly"}]
    assert get() == {"TrailARN": arn, "EventSelectors": basic, "AdvancedEventSelectors": []}
    cloudtrail.put_event_selectors(TrailName="main", AdvancedEventSelectors=[MANAGEMENT])
    assert get() == {"TrailARN": arn, "EventSelectors": [], "AdvancedEventSelectors": [MANAGEMENT]}
    assert cloudtrail.get_trail(Name="main")["Trail"]["HasCustomEventSelectors"] is True


@pytest.mark.parametrize(
    "selectors",
    [
        {},
        {"EventSelectors": [{}], "AdvancedEventSelectors": [MANAGEMENT]},
        {"EventSelectors": [{}] * 6},
        {"EventSelectors": [{"DataResources": [{"Type": "AWS::EC2::Instance", "Values": []}]}]},
        {"EventSelectors": [{"ExcludeManagementEventSources": ["ec2.amazonaws.com"]}]},
        {"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventName", "Equals": ["a"]}]}]},
    ],
)
def test_selectors_that_are_refused(aws: Any, refused: Any, selectors: dict[str, Any]) -> None:
    """Both kinds or none, too many, or what AWS does not select by."""
    cloudtrail = aws.client("cloudtrail")
    cloudtrail.create_trail(Name="main", S3BucketName=make_bucket(aws))
    code, _ = refused(cloudtrail.put_event_selectors, TrailName="main", **selectors)
    assert code == "InvalidEventSelectorsException"
