from __future__ import annotations

from typing import Any

import boto3

from infra.account.athena_store import REGIONS
from infra.account.event_view import COLUMNS, PHRASES
from tests.infra.account.resources import Resources, attribute, joined

PLACE = [{"Ref": "AWS::Region"}, ":", {"Ref": "AWS::AccountId"}]
FOLDER = [{"Ref": "EventsLogs"}, "/AWSLogs/", {"Ref": "AWS::AccountId"}, "/CloudTrail/"]


def table(resources: Resources, name: str) -> dict[str, Any]:
    """What Glue is told of a table."""
    (found,) = [
        one["Properties"]["TableInput"]
        for one in resources.of("AWS::Glue::Table").values()
        if one["Properties"]["TableInput"]["Name"] == name
    ]
    return dict(found)


def test_the_trail_takes_what_an_event_data_store_takes(resources: Resources) -> None:
    """All regions, global services, and the same selectors."""
    trail = resources.only("AWS::CloudTrail::Trail")
    assert (
        trail["AdvancedEventSelectors"] == resources.only("AWS::CloudTrail::EventDataStore")["AdvancedEventSelectors"]
    )
    assert {name: value for name, value in trail.items() if isinstance(value, bool)} == {
        "EnableLogFileValidation": True,
        "IncludeGlobalServiceEvents": True,
        "IsLogging": True,
        "IsMultiRegionTrail": True,
    }
    assert trail["S3BucketName"] == {"Ref": "EventsLogs"}


def test_the_trail_alone_writes_to_its_bucket(resources: Resources) -> None:
    """The policy, which is there before the trail, names the trail."""
    (policy,) = [
        one["Properties"]["PolicyDocument"]["Statement"]
        for one in resources.of("AWS::S3::BucketPolicy").values()
        if one["Properties"]["Bucket"] == {"Ref": "EventsLogs"}
    ]
    (letting,) = [statement for statement in policy if statement["Effect"] == "Allow"]
    name = resources.only("AWS::CloudTrail::Trail")["TrailName"]["Fn::Join"][1]
    assert letting == {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": ["s3:GetBucketAcl", "s3:PutObject"],
        "Resource": [
            attribute("EventsLogs", "Arn"),
            joined(attribute("EventsLogs", "Arn"), "/AWSLogs/", {"Ref": "AWS::AccountId"}, "/*"),
        ],
        "Condition": {
            "StringEquals": {
                "aws:SourceArn": joined(
                    "arn:", {"Ref": "AWS::Partition"}, ":cloudtrail:", *PLACE, f":trail/{name[0]}", *name[1:]
                )
            }
        },
    }
    assert resources.all["EventsTrail"]["DependsOn"] == ["EventsLogsPolicy"]


def test_the_table_is_the_trails_files(resources: Resources) -> None:
    """One column of text; partitions of every region and of the days that an event data store would keep."""
    files = table(resources, "files")
    assert files["StorageDescriptor"]["Columns"] == [{"Name": "line", "Type": "string"}]
    assert files["StorageDescriptor"]["Location"] == joined("s3://", *FOLDER)
    assert files["PartitionKeys"] == [{"Name": "region", "Type": "string"}, {"Name": "day", "Type": "string"}]
    assert files["Parameters"] == {
        "projection.enabled": "true",
        "projection.region.type": "enum",
        "projection.region.values": ",".join(REGIONS.split()),
        "projection.day.type": "date",
        "projection.day.format": "yyyy/MM/dd",
        "projection.day.range": "NOW-7DAYS,NOW+1DAYS",
        "storage.location.template": joined("s3://", *FOLDER[:3], "/CloudTrail/${region}/${day}"),
    }


def test_every_region_is_looked_into() -> None:
    """Those of the standard partition that boto3 knows today."""
    assert set(REGIONS.split()) >= set(boto3.Session().get_available_regions("cloudtrail"))


def test_the_view_is_over_the_table(resources: Resources) -> None:
    """Its definition is base64 of JSON, in which phrases and the database are filled in."""
    view = table(resources, "events")
    assert (view["TableType"], view["Parameters"]) == ("VIRTUAL_VIEW", {"presto_view": "true"})
    assert [column["Name"] for column in view["StorageDescriptor"]["Columns"]] == list(COLUMNS)
    before, definition, after = view["ViewOriginalText"]["Fn::Join"][1]
    assert (before, after) == ("/* Presto View: ", " */")
    text, names = definition["Fn::Base64"]["Fn::Sub"]
    assert names == {"Database": {"Ref": "EventsDatabase"}, **PHRASES}
    assert '"schema":"${Database}"' in text


def test_the_workgroup_limits_what_is_scanned(resources: Resources) -> None:
    """It is enforced, it has a bucket of its own, and it goes with all that ran in it."""
    group = resources.only("AWS::Athena::WorkGroup")
    assert group["Name"] == {"Ref": "EventsDatabase"}
    assert group["RecursiveDeleteOption"] is True
    assert group["WorkGroupConfiguration"] == {
        "BytesScannedCutoffPerQuery": 1_000_000_000,
        "EnforceWorkGroupConfiguration": True,
        "PublishCloudWatchMetricsEnabled": False,
        "ResultConfiguration": {
            "EncryptionConfiguration": {"EncryptionOption": "SSE_S3"},
            "OutputLocation": joined("s3://", {"Ref": "EventsResults"}, "/"),
        },
    }
