"""What Athena reads of Glue and S3."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.local.aws.athena_catalog import Table, table_of, views
from infra.local.lake.views import StaleViewError, View

PROJECTED = {
    "projection.enabled": "true",
    "projection.region.type": "enum",
    "projection.region.values": "eu-west-1,us-east-1",
    "projection.day.type": "date",
    "projection.day.format": "yyyy/MM/dd",
    "projection.day.range": "NOW-1DAYS,NOW",
    "storage.location.template": "s3://BUCKET/logs/${region}/${day}",
}
TODAY = datetime.now(UTC)
TEXT = {
    "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
    "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"},
    "Columns": [{"Name": "line", "Type": "string"}],
}


def table(aws: Any, bucket: str, **changes: str) -> Table:
    """The table `lab.files` over the bucket, which is made with it."""
    aws.client("s3").create_bucket(Bucket=bucket)
    glue = aws.client("glue")
    glue.create_database(DatabaseInput={"Name": "lab"})
    glue.create_table(
        DatabaseName="lab",
        TableInput={
            "Name": "files",
            "PartitionKeys": [{"Name": "region", "Type": "string"}, {"Name": "day", "Type": "string"}],
            "Parameters": {key: value.replace("BUCKET", bucket) for key, value in (PROJECTED | changes).items()},
            "StorageDescriptor": TEXT | {"Location": f"s3://{bucket}/logs/"},
        },
    )
    return table_of(aws.id, aws.region, "lab", "files")


def test_files_are_those_of_the_partitions(aws: Any) -> None:
    """Where the location template says for a value of each key; what is gzipped is read."""
    found, s3 = table(aws, f"files-{aws.id}"), aws.client("s3")
    today, old = (f"{day:%Y/%m/%d}" for day in (TODAY, TODAY - timedelta(days=3)))
    keys = {
        f"logs/eu-west-1/{today}/a.json.gz": gzip.compress(b"one\ntwo\n"),
        f"logs/us-east-1/{today}/deep/er.json": b"three",
        f"logs/eu-west-1/{old}/b.json": b"too old",
        f"logs/sa-east-1/{today}/c.json": b"elsewhere",
        f"other/eu-west-1/{today}/d.json": b"of others",
    }
    for key, content in keys.items():
        s3.put_object(Bucket=f"files-{aws.id}", Key=key, Body=content)
    assert found.columns == ["line", "region", "day"]
    assert [line for file in found.files() for line in file.lines()] == [
        ("one", "eu-west-1", today),
        ("two", "eu-west-1", today),
        ("three", "us-east-1", today),
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"projection.enabled": "false"}, "local AWS projects partitions of the types enum and date only, not region"),
        ({"projection.day.type": "integer"}, "local AWS projects partitions of the types enum and date only, not day"),
        ({"projection.day.range": "2026/01/01,NOW"}, "local AWS knows ranges of NOW and days only, not 2026/01/01"),
    ],
)
def test_an_unknown_projection_is_said(aws: Any, changes: dict[str, str], reason: str) -> None:
    """Rather than that there are no rows."""
    found = table(aws, f"odd-{aws.id}", **changes)
    with pytest.raises(StaleViewError) as stale:
        list(found.files())
    assert str(stale.value) == reason


@pytest.mark.parametrize(
    ("stored", "reason"),
    [
        ({"InputFormat": "parquet"}, "local AWS reads plain text of one column only, not table files"),
        ({"Columns": []}, "local AWS reads plain text of one column only, not table files"),
    ],
)
def test_a_table_of_another_form_is_said(stored: dict[str, Any], reason: str) -> None:
    """Local AWS reads the lab's."""
    odd = Table("111111111111", "us-east-1", {"Name": "files", "StorageDescriptor": TEXT | stored})
    with pytest.raises(StaleViewError) as stale:
        odd.check()
    assert str(stale.value) == reason


def test_a_table_has_a_place_and_a_name(aws: Any) -> None:
    """Or it is said which it lacks."""
    nowhere = Table(aws.id, aws.region, {"Name": "files", "StorageDescriptor": TEXT | {"Location": "hdfs://x"}})
    with pytest.raises(StaleViewError, match="table files has no location in S3"):
        assert nowhere.place
    aws.client("glue").create_database(DatabaseInput={"Name": "lab"})
    with pytest.raises(StaleViewError, match=r"Table 'lab\.missing' does not exist"):
        table_of(aws.id, aws.region, "lab", "missing")


def test_views_are_found_by_their_definition(aws: Any) -> None:
    """A table, and a view that Athena did not make, are none."""
    glue, said = aws.client("glue"), {"originalSql": "SELECT 1", "columns": [{"name": "a", "type": "varchar"}]}
    text = f"/* Presto View: {base64.b64encode(json.dumps(said).encode()).decode()} */"
    glue.create_database(DatabaseInput={"Name": "lab"})
    for name, kind, original in (
        ("seen", "VIRTUAL_VIEW", text),
        ("hive", "VIRTUAL_VIEW", "SELECT 1"),
        ("table", "EXTERNAL_TABLE", text),
    ):
        glue.create_table(
            DatabaseName="lab", TableInput={"Name": name, "TableType": kind, "ViewOriginalText": original}
        )
    assert list(views(aws.id, aws.region)) == [View(name="lab.seen", sql="SELECT 1", columns={"a": "varchar"})]
