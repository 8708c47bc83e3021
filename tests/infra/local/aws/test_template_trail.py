"""AWS::CloudTrail::Trail makes a trail, with the bucket and the policy of the same stack."""

from __future__ import annotations

import json
from typing import Any

from tests.infra.local.aws.trail_buckets import bucket_policy


def template(aws: Any, **properties: Any) -> dict[str, Any]:
    """A bucket, its policy, and a trail with these properties."""
    bucket = f"logs-{aws.id}"
    document = json.loads(bucket_policy(bucket, aws.id, Condition={}))
    return {
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": bucket}},
        "Policy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": document},
        },
        "Trail": {
            "Type": "AWS::CloudTrail::Trail",
            "DependsOn": "Policy",
            "Properties": {"IsLogging": True, "S3BucketName": {"Ref": "Bucket"}, **properties},
        },
    }


OUTPUTS = {"Ref": {"Ref": "Trail"}, "Arn": {"Fn::GetAtt": ["Trail", "Arn"]}}
OBJECTS = {"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::drop/"]}


def test_it_makes_a_trail_that_logs_and_deletes_it(aws: Any) -> None:
    """Texts count as booleans; the trail has the template's selectors and a name of its own."""
    selector = {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": "false", "DataResources": [OBJECTS]}
    made = aws.outputs(template(aws, IsMultiRegionTrail="true", EventSelectors=[selector]), OUTPUTS)
    cloudtrail = aws.client("cloudtrail")
    (trail,) = cloudtrail.describe_trails()["trailList"]
    assert made == {"Ref": trail["Name"], "Arn": trail["TrailARN"]}
    assert trail["Name"].startswith("stack-Trail-")
    assert (trail["IsMultiRegionTrail"], trail["IncludeGlobalServiceEvents"]) == (True, True)
    assert cloudtrail.get_event_selectors(TrailName=trail["Name"])["EventSelectors"] == [
        {**selector, "IncludeManagementEvents": False, "ExcludeManagementEventSources": []}
    ]
    assert cloudtrail.get_trail_status(Name=trail["Name"])["IsLogging"] is True
    aws.client("cloudformation").delete_stack(StackName="stack")
    assert cloudtrail.describe_trails()["trailList"] == []


def test_advanced_selectors_and_no_logging(aws: Any) -> None:
    """A trail that the template does not start is there, with its name and prefix, and does not log."""
    advanced = [
        {"Name": "all", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]},
    ]
    aws.deploy(template(aws, TrailName="main", IsLogging=False, AdvancedEventSelectors=advanced))
    cloudtrail = aws.client("cloudtrail")
    assert cloudtrail.get_event_selectors(TrailName="main")["AdvancedEventSelectors"] == advanced
    assert cloudtrail.get_trail_status(Name="main")["IsLogging"] is False


def test_a_refusal_is_the_reason(aws: Any) -> None:
    """A bucket without a policy fails the stack in CloudTrail's words."""
    resources = template(aws)
    del resources["Policy"], resources["Trail"]["DependsOn"]
    assert aws.deploy(resources)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "Incorrect S3 bucket policy is detected for bucket" in aws.failures("stack")["Trail"]
    aws.deploy(template(aws, IsMultiRegionTrail=True, IncludeGlobalServiceEvents=False), name="second")
    assert "Multi-Region trail must include global service events" in aws.failures("second")["Trail"]
