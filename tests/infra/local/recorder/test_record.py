"""Whole records of calls that no real record shows: objects, containment, denials, secrets."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.local.call import Answer, AwsError
from infra.local.errors import answer_error
from infra.local.recorder import record_of, service_record
from infra.local.recorder.identity import user_identity
from infra.local.recorder.record import bare_record
from tests.infra.local.recorder.calls import HOST, OK, TIME, call, caller, facts

SERVICES = Path(__file__).with_name("service_records.jsonl")  # two that AWS wrote; token and policy cut short
PUT = call("s3", "PutObject", {"Bucket": "drop-1", "Key": "exports/Q3 Ω/a b.csv", "ChecksumCRC32": "x"}, bytes_in=12)


def refusal(code: str, message: str, form: Any, service: str) -> Answer:
    return answer_error(AwsError(code, message, 403), form, request_id="r", service=service, head=False)


def test_an_upload_by_the_instance() -> None:
    """A PutObject through the gateway endpoint, as the records that others published show it."""
    answer = Answer(status=200, headers={"x-amz-id-2": "aWQy", "etag": '"e"'}, body=b"")
    record = record_of(PUT, answer, facts)
    assert uuid.UUID(record.pop("eventID")).version == 4
    assert record.pop("userIdentity")["principalId"] == "AROAEXAMPLE:i-0123456789abcdef0"
    assert record == {
        "eventVersion": "1.11",
        "eventTime": "2026-11-24T04:10:22Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutObject",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "10.0.0.5",
        "userAgent": "[aws-cli/2.31]",
        "requestParameters": {
            "bucketName": "drop-1",
            "Host": "drop-1.s3.us-east-1.amazonaws.com",
            "key": "exports/Q3 Ω/a b.csv",
        },
        "responseElements": {"x-amz-server-side-encryption": "AES256"},
        "additionalEventData": {
            "SignatureVersion": "SigV4",
            "CipherSuite": "TLS_AES_128_GCM_SHA256",
            "bytesTransferredIn": 12,
            "SSEApplied": "Default_SSE_S3",
            "AuthenticationMethod": "AuthHeader",
            "x-amz-id-2": "aWQy",
            "bytesTransferredOut": 0,
        },
        "requestID": "4D2E9A6B1C3F5A70",
        "readOnly": False,
        "resources": [
            {"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::drop-1/exports/Q3 Ω/a b.csv"},
            {"accountId": "111111111111", "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::drop-1"},
        ],
        "eventType": "AwsApiCall",
        "managementEvent": False,
        "recipientAccountId": "111111111111",
        "vpcEndpointId": HOST.gateway_id,
        "eventCategory": "Data",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": "drop-1.s3.us-east-1.amazonaws.com",
        },
    }


def test_a_listing_names_all_objects_of_its_bucket() -> None:
    """ListObjectsV2 is recorded as ListObjects, with its query and the prefix of every object."""
    record = record_of(call("s3", "ListObjectsV2", {"Bucket": "drop-1", "MaxKeys": 5, "Prefix": "a/"}), OK, facts)
    assert record["eventName"] == "ListObjects"
    assert record["requestParameters"] == {
        "list-type": "2",
        "bucketName": "drop-1",
        "Host": "drop-1.s3.us-east-1.amazonaws.com",
        "max-keys": "5",
        "prefix": "a/",
    }
    assert record["resources"][0] == {"type": "AWS::S3::Object", "ARNPrefix": "arn:aws:s3:::drop-1/"}


def test_an_upload_by_a_signed_url() -> None:
    """Without an Authorization header the query string proved who called."""
    record = record_of(call("s3", "PutObject", {"Bucket": "drop-1", "Key": "k"}, headers={}), OK, facts)
    assert record["additionalEventData"]["AuthenticationMethod"] == "QueryString"


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "shown"),
    [
        (
            "ec2",
            "ModifyInstanceAttribute",
            {"InstanceId": "i-1", "Groups": ["sg-1", "sg-2"]},
            {"instanceId": "i-1", "groupSet": {"items": [{"groupId": "sg-1"}, {"groupId": "sg-2"}]}},
        ),
        (
            "ec2",
            "ModifyInstanceAttribute",
            {"InstanceId": "i-1", "UserData": {"Value": b"c2VjcmV0"}},
            {"instanceId": "i-1", "userData": "<sensitiveDataRemoved>"},
        ),
        (
            "ec2",
            "ModifyInstanceAttribute",
            {"InstanceId": "i-1", "Attribute": "userData", "Value": "secret"},
            {"instanceId": "i-1", "attribute": "userData", "value": "<sensitiveDataRemoved>"},
        ),
        (
            "ec2",
            "ModifyNetworkInterfaceAttribute",
            {"NetworkInterfaceId": "eni-1", "Groups": ["sg-1"]},
            {"networkInterfaceId": "eni-1", "groupSet": {"items": [{"groupId": "sg-1"}]}},
        ),
        (
            "ec2",
            "StopInstances",
            {"InstanceIds": ["i-1"]},
            {"instancesSet": {"items": [{"instanceId": "i-1"}]}, "force": False},
        ),
        (
            "ec2",
            "CreateSnapshots",
            {"InstanceSpecification": {"InstanceId": "i-1", "ExcludeBootVolume": True}, "Description": "evidence"},
            {
                "CreateSnapshotsRequest": {
                    "InstanceSpecification": {"InstanceId": "i-1", "ExcludeBootVolume": True},
                    "Description": "evidence",
                }
            },
        ),
        (
            "ec2",
            "DescribeSecurityGroupRules",
            {"Filters": [{"Name": "group-id", "Values": ["sg-1", "sg-2"]}]},
            {
                "DescribeSecurityGroupRulesRequest": {
                    "Filter": {
                        "Name": "group-id",
                        "Value": [{"content": "sg-1", "tag": 1}, {"content": "sg-2", "tag": 2}],
                        "tag": 1,
                    }
                }
            },
        ),
        ("cloudtrail", "StartQuery", {"QueryStatement": "SELECT 1"}, {"queryStatement": "SELECT 1"}),
        (
            "sts",
            "AssumeRole",
            {"RoleArn": "arn:aws:iam::111111111111:role/HostRole", "RoleSessionName": "i-1"},
            {"roleArn": "arn:aws:iam::111111111111:role/HostRole", "roleSessionName": "i-1"},
        ),
        (
            "cloudformation",
            "CreateStack",
            {
                "StackName": "lab",
                "TemplateBody": "{}",
                "Parameters": [{"ParameterKey": "LabSeed", "ParameterValue": "secret"}],
            },
            {
                "stackName": "lab",
                "parameters": [{"parameterKey": "LabSeed", "parameterValue": "HIDDEN_DUE_TO_SECURITY_REASONS"}],
            },
        ),
        (
            "kms",
            "Encrypt",
            {"KeyId": "k", "Plaintext": b"secret"},
            {"keyId": "k", "encryptionAlgorithm": "SYMMETRIC_DEFAULT"},
        ),
        ("dynamodb", "PutItem", {"TableName": "t", "Item": {"a": {"S": "secret"}}}, {"tableName": "t"}),
        (
            "sqs",
            "SendMessage",
            {"QueueUrl": "u", "MessageBody": "secret"},
            {"queueUrl": "u", "messageBody": "HIDDEN_DUE_TO_SECURITY_REASONS"},
        ),
        (
            "lambda",
            "CreateFunction",
            {"FunctionName": "f", "Environment": {"Variables": {"TOKEN": "secret"}}, "Code": {"ZipFile": b"secret"}},
            {"functionName": "f", "environment": {}, "code": {}},
        ),
    ],
)
def test_parameters(service: str, operation: str, parameters: dict[str, Any], shown: dict[str, Any]) -> None:
    """What a call was given, in CloudTrail's spelling, without its secrets and bodies."""
    answer = refusal("Broken", "no matter", _form(service), service)
    assert record_of(call(service, operation, parameters), answer, facts)["requestParameters"] == shown


def _form(service: str) -> Any:
    forms = {"ec2": "ec2", "sts": "query", "cloudformation": "query", "lambda": "rest-json"}
    return forms.get(service, "json")


DENIED = "User: arn:aws:sts::111111111111:assumed-role/HostRole/i-0 is not authorized to perform: x:Y on resource: *"


@pytest.mark.parametrize(
    ("service", "operation", "form", "wire", "message", "code", "blind"),
    [
        ("ec2", "DescribeVpcs", "ec2", "UnauthorizedOperation", DENIED, "Client.UnauthorizedOperation", False),
        ("ec2", "DescribeSubnets", "ec2", "DryRunOperation", "Would do.", "Client.DryRunOperation", False),
        ("s3", "ListBuckets", "s3", "AccessDenied", "Access Denied", "AccessDenied", False),
        ("iam", "ListUsers", "query", "AccessDenied", DENIED, "AccessDenied", True),
        ("secretsmanager", "ListSecrets", "json", "AccessDeniedException", DENIED, "AccessDenied", True),
        ("lambda", "ListFunctions", "rest-json", "AccessDeniedException", DENIED, "AccessDenied", True),
        ("iam", "GetRole", "query", "NoSuchEntity", "No role.", "NoSuchEntityException", False),
        ("ssm", "GetParameter", "json", "ParameterNotFound", "", "ParameterNotFound", False),
    ],
)
def test_refusals(service: str, operation: str, form: Any, wire: str, message: str, code: str, blind: bool) -> None:
    """A refusal shows its code as CloudTrail names it, no response, and no parameters where nobody looked at them."""
    parameters = {"RoleName": "r"} if service == "iam" else {"Name": "/a"} if service == "ssm" else {}
    record = record_of(call(service, operation, parameters), refusal(wire, message, form, service), facts)
    assert (record["errorCode"], record.get("errorMessage", "")) == (code, message)
    assert record["responseElements"] is None
    if blind:
        assert record["requestParameters"] is None
    else:
        assert record["requestParameters"] is not None


def test_a_denied_object_is_named() -> None:
    """S3 tells what was asked for even where it refuses."""
    record = record_of(PUT, refusal("AccessDenied", "Access Denied", "s3", "s3"), facts)
    assert record["requestParameters"]["key"] == "exports/Q3 Ω/a b.csv"
    assert "SSEApplied" not in record["additionalEventData"]


def test_a_head_without_a_body() -> None:
    """An answer to HEAD has only a status; the record says what it means."""
    head = call("s3", "HeadObject", {"Bucket": "drop-1", "Key": "k"})
    record = record_of(head, Answer(status=403, headers={}, body=b""), facts)
    assert (record["errorCode"], record["errorMessage"]) == ("AccessDenied", "Access Denied")


def test_credentials_are_shown_without_their_secret() -> None:
    """AssumeRole shows the key id, the token and the role, never the secret key."""
    body = (
        b"<AssumeRoleResponse xmlns='https://sts.amazonaws.com/doc/2011-06-15/'><AssumeRoleResult><Credentials>"
        b"<AccessKeyId>ASIA2</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>"
        b"<Expiration>2026-11-24T14:05:06Z</Expiration></Credentials><AssumedRoleUser><AssumedRoleId>AROA:s"
        b"</AssumedRoleId><Arn>arn:aws:sts::111111111111:assumed-role/R/s</Arn></AssumedRoleUser></AssumeRoleResult>"
        b"</AssumeRoleResponse>"
    )
    parameters = {"RoleArn": "arn:aws:iam::111111111111:role/R", "RoleSessionName": "s"}
    record = record_of(call("sts", "AssumeRole", parameters), Answer(status=200, headers={}, body=body), facts)
    assert record["responseElements"] == {
        "credentials": {"accessKeyId": "ASIA2", "sessionToken": "token", "expiration": "Nov 24, 2026, 2:05:06 PM"},
        "assumedRoleUser": {"assumedRoleId": "AROA:s", "arn": "arn:aws:sts::111111111111:assumed-role/R/s"},
    }
    assert record["resources"] == [
        {"accountId": "111111111111", "type": "AWS::IAM::Role", "ARN": "arn:aws:iam::111111111111:role/R"}
    ]


def test_the_record_of_a_service() -> None:
    """A service's own act has no caller and no request."""
    record = service_record(
        service="ec2.amazonaws.com",
        source="ec2.amazonaws.com",
        name="SharedSnapshotVolumeCreated",
        time=TIME,
        region="us-east-1",
        account_id="111111111111",
        serviceEventDetails={"snapshotId": "snap-1"},
    )
    (line,) = [line for line in SERVICES.read_text(encoding="utf-8").splitlines() if "SharedSnapshotVolume" in line]
    assert set(json.loads(line)) - {"sharedEventID"} == set(record)  # that one tells of two accounts
    assert record["userIdentity"] == {"accountId": "111111111111", "invokedBy": "ec2.amazonaws.com"}
    assert (record["eventType"], record["serviceEventDetails"]) == ("AwsServiceEvent", {"snapshotId": "snap-1"})


def test_a_service_that_calls_in_somebodys_name() -> None:
    """Its name stands for address and agent, no connection is described, and the caller stays the one it acts for."""
    record = record_of(replace(PUT, invoked_by="cloudformation.amazonaws.com"), OK, facts)
    assert (record["sourceIPAddress"], record["userAgent"]) == ("cloudformation.amazonaws.com",) * 2
    assert record["userIdentity"] == {**user_identity(PUT.caller), "invokedBy": "cloudformation.amazonaws.com"}
    assert not {"tlsDetails", "vpcEndpointId"} & set(record)


def test_what_is_known_without_looking() -> None:
    """A call that cannot be read still says who, what, when and where."""
    record = bare_record(call("nonsense", "DescribeNothing", caller=caller("ana", "LearnerRole")))
    assert record["userIdentity"]["sessionContext"]["sessionIssuer"]["userName"] == "LearnerRole"
    assert (record["eventName"], record["requestID"]) == ("DescribeNothing", "4D2E9A6B1C3F5A70")
    assert json.dumps(record)
