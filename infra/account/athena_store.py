"""The account's events in Athena: a trail, its log files as a table, and a view that reads like CloudTrail Lake.

Database, workgroup and trail bear one name, so that whoever knows the view knows the workgroup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Aws, Fn
from aws_cdk import aws_athena as athena
from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.account import event_view
from infra.account.buckets import private_bucket
from infra.account.selectors import selectors

TABLE, VIEW = "files", "events"
MOST_SCANNED = 1_000_000_000  # bytes in one query; a lab makes a few million

REGIONS = """
    af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1
    ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1
    eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1
    me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2
"""
"""Where a trail of all regions may have log files."""

DAYS = "NOW-7DAYS,NOW+1DAYS"  # of delivery: as long as an event data store keeps events; a file may come after midnight

_QUERY = [
    "athena:GetQueryExecution",
    "athena:GetQueryResults",
    "athena:GetWorkGroup",
    "athena:ListQueryExecutions",
    "athena:StartQueryExecution",
    "athena:StopQueryExecution",
]
_CATALOG = ["glue:GetDatabase", "glue:GetPartitions", "glue:GetTable", "glue:GetTables"]
_WRITE = ["s3:AbortMultipartUpload", "s3:PutObject"]
_READ = ["s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket"]


class AthenaStore(Construct):
    """Management events of all regions, and what happens to objects of the lab's buckets, of the last seven days."""

    wide: Mapping[str, str] = {
        "IAM5[Resource::arn:<AWS::Partition>:glue:<AWS::Region>:<AWS::AccountId>:table/<EventsDatabase>/*]": (
            "Athena reads the view and the table, which are all that the database has"
        ),
        "IAM5[Resource::<EventsLogs.Arn>/*]": "a query reads every log file of its days",
        "IAM5[Resource::<EventsResults.Arn>/*]": "a result is a new object",
    }
    """Why those who ask may do more than one thing names."""

    def __init__(self, scope: Construct, name: str, *, buckets: Sequence[s3.Bucket]) -> None:
        super().__init__(scope, name)
        logs, results = private_bucket(self, "Logs"), private_bucket(self, "Results")
        trail = self._trail(logs, buckets)  # first: whoever mentions the database comes after it
        database = self._database(trail)
        self.id = f"{database}.{VIEW}"
        self._table(database, logs)
        self._view(database)
        workgroup = self._workgroup(database, results)
        self.asking = _asking(database, workgroup, logs, results)

    def _database(self, name: str) -> str:
        named = glue.CfnDatabase.DatabaseInputProperty(name=name)
        return glue.CfnDatabase(self, "Database", catalog_id=Aws.ACCOUNT_ID, database_input=named).ref

    def _trail(self, logs: s3.Bucket, buckets: Sequence[s3.Bucket]) -> str:
        """Its name: no other lab's, and one that SQL need not quote where a database bears it."""
        stack = Fn.select(0, Fn.split("-", Fn.select(2, Fn.split("/", Aws.STACK_ID))))
        name = f"lab_{stack}"
        kinds = cloudtrail.CfnTrail
        trail = kinds(
            self,
            "Trail",
            trail_name=name,
            is_logging=True,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            s3_bucket_name=logs.bucket_name,
            advanced_event_selectors=selectors(
                kinds.AdvancedEventSelectorProperty, kinds.AdvancedFieldSelectorProperty, buckets
            ),
        )
        logs.add_to_resource_policy(_delivery(name, logs))
        assert logs.policy is not None, "it has had one since it was made"
        trail.node.add_dependency(logs.policy)
        return trail.ref

    def _table(self, database: str, logs: s3.Bucket) -> None:
        folder = f"s3://{logs.bucket_name}/AWSLogs/{Aws.ACCOUNT_ID}/CloudTrail/"
        self._in_catalog(
            "Files",
            database,
            name=TABLE,
            table_type="EXTERNAL_TABLE",
            parameters={
                "projection.enabled": "true",
                "projection.region.type": "enum",
                "projection.region.values": ",".join(REGIONS.split()),
                "projection.day.type": "date",
                "projection.day.format": "yyyy/MM/dd",
                "projection.day.range": DAYS,
                "storage.location.template": f"{folder}${{region}}/${{day}}",
            },
            partition_keys=_columns({"region": "string", "day": "string"}),
            storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                columns=_columns({"line": "string"}),
                location=folder,
                input_format="org.apache.hadoop.mapred.TextInputFormat",
                output_format="org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
                serde_info=glue.CfnTable.SerdeInfoProperty(
                    serialization_library="org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
                ),
            ),
        )

    def _view(self, database: str) -> None:
        text = event_view.abbreviated(event_view.definition("${Database}", TABLE))
        definition = Fn.base64(Fn.sub(text, {"Database": database, **event_view.PHRASES}))
        self._in_catalog(
            "View",
            database,
            name=VIEW,
            table_type="VIRTUAL_VIEW",
            parameters={"presto_view": "true"},
            partition_keys=[],
            view_original_text=f"/* Presto View: {definition} */",
            view_expanded_text="/* Presto View */",
            storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                columns=_columns({name: event_view.hive_type(form) for name, form in event_view.COLUMNS.items()}),
            ),
        )

    def _in_catalog(self, id_: str, database: str, **settings: Any) -> None:
        glue.CfnTable(
            self,
            id_,
            catalog_id=Aws.ACCOUNT_ID,
            database_name=database,
            table_input=glue.CfnTable.TableInputProperty(**settings),
        )

    def _workgroup(self, database: str, results: s3.Bucket) -> str:
        kinds = athena.CfnWorkGroup
        return kinds(
            self,
            "WorkGroup",
            name=database,
            recursive_delete_option=True,
            work_group_configuration=kinds.WorkGroupConfigurationProperty(
                bytes_scanned_cutoff_per_query=MOST_SCANNED,
                enforce_work_group_configuration=True,
                publish_cloud_watch_metrics_enabled=False,
                result_configuration=kinds.ResultConfigurationProperty(
                    encryption_configuration=kinds.EncryptionConfigurationProperty(encryption_option="SSE_S3"),
                    output_location=f"s3://{results.bucket_name}/",
                ),
            ),
        ).ref


def _columns(types: dict[str, str]) -> list[glue.CfnTable.ColumnProperty]:
    return [glue.CfnTable.ColumnProperty(name=name, type=form) for name, form in types.items()]


def _delivery(trail: str, logs: s3.Bucket) -> iam.PolicyStatement:
    """What lets this trail, and no other one, write to its bucket. Whose the objects are is the bucket's to say."""
    return iam.PolicyStatement(
        principals=[iam.ServicePrincipal("cloudtrail.amazonaws.com")],
        actions=["s3:GetBucketAcl", "s3:PutObject"],
        resources=[logs.bucket_arn, logs.arn_for_objects(f"AWSLogs/{Aws.ACCOUNT_ID}/*")],
        conditions={
            "StringEquals": {
                "aws:SourceArn": f"arn:{Aws.PARTITION}:cloudtrail:{Aws.REGION}:{Aws.ACCOUNT_ID}:trail/{trail}"
            }
        },
    )


def _asking(database: str, workgroup: str, logs: s3.Bucket, results: s3.Bucket) -> tuple[iam.PolicyStatement, ...]:
    """What whoever asks needs: Athena reads and writes in its caller's name. Only Athena writes results."""
    place = f"{Aws.REGION}:{Aws.ACCOUNT_ID}"
    glue_ = f"arn:{Aws.PARTITION}:glue:{place}:"
    through_athena = {"ForAnyValue:StringEquals": {"aws:CalledVia": "athena.amazonaws.com"}}
    return (
        iam.PolicyStatement(actions=_QUERY, resources=[f"arn:{Aws.PARTITION}:athena:{place}:workgroup/{workgroup}"]),
        iam.PolicyStatement(
            actions=_CATALOG,
            resources=[f"{glue_}catalog", f"{glue_}database/{database}", f"{glue_}table/{database}/*"],
        ),
        iam.PolicyStatement(
            actions=_READ,
            resources=[arn for bucket in (logs, results) for arn in (bucket.bucket_arn, bucket.arn_for_objects("*"))],
        ),
        iam.PolicyStatement(actions=_WRITE, resources=[results.arn_for_objects("*")], conditions=through_athena),
    )
