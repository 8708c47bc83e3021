"""The front door, through boto3 and over HTTP."""

from __future__ import annotations

import http.client
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as Keys
from botocore.exceptions import ClientError

from infra.local.authoriser.simulate import HANDLERS
from infra.local.call import AwsError, Call
from infra.local.identity import issue_session, open_account
from scenario.access import Credentials

READS = [
    ("sts", "get_caller_identity", "GetCallerIdentity"),
    ("iam", "list_users", "ListUsers"),
    ("ec2", "describe_vpcs", "DescribeVpcs"),
    ("cloudtrail", "describe_trails", "DescribeTrails"),
    ("lambda", "list_functions", "ListFunctions"),
    ("s3", "list_buckets", "ListBuckets"),
    ("route53", "list_hosted_zones", "ListHostedZones"),
]
ALLOW_ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def refusal(method: Any, **parameters: Any) -> tuple[str, int]:
    """Code and status of the error that a boto3 call ends in."""
    code, status, _ = whole_refusal(method, **parameters)
    return code, status


def whole_refusal(method: Any, **parameters: Any) -> tuple[str, int, str]:
    """Code, status and message of the error that a boto3 call ends in."""
    with pytest.raises(ClientError) as caught:
        method(**parameters)
    response: Any = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Message"]


@pytest.mark.parametrize(("service", "method", "operation"), READS)
def test_the_client_gets_the_request_id_that_the_recorder_hears(
    local_aws: Any, service: str, method: str, operation: str
) -> None:
    """boto3's RequestId is the recorded call's, in every protocol."""
    answer = getattr(local_aws.client(service), method)()
    [(call, _)] = local_aws.taken.calls
    assert (call.service, call.operation) == (service, operation)
    assert answer["ResponseMetadata"]["RequestId"] == call.request_id
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"] == call.request_id


def test_request_ids_have_the_shape_of_aws(local_aws: Any) -> None:
    """S3's are sixteen capitals and digits with an extended id beside them, others are UUIDs; none comes twice."""
    s3, ec2 = local_aws.client("s3"), local_aws.client("ec2")
    first, second = s3.list_buckets()["ResponseMetadata"], s3.list_buckets()["ResponseMetadata"]
    assert re.fullmatch(r"[A-Z0-9]{16}", first["RequestId"])
    assert first["HTTPHeaders"]["x-amz-request-id"] == first["RequestId"] != second["RequestId"]
    assert len(first["HTTPHeaders"]["x-amz-id-2"]) == 76
    assert re.fullmatch(r"[0-9a-f-]{36}", ec2.describe_vpcs()["ResponseMetadata"]["RequestId"])


def test_a_refused_call_is_recorded_under_the_request_id_of_its_refusal(local_aws: Any) -> None:
    """Denials reach the recorder with the answer that the client got."""
    ec2 = local_aws.client("ec2", local_aws.role("nobody"))
    with pytest.raises(ClientError) as caught:
        ec2.describe_instances()
    call, answer = local_aws.taken.calls[-1]
    assert (call.operation, answer.status) == ("DescribeInstances", 403)
    assert call.request_id == caught.value.response["ResponseMetadata"]["RequestId"]
    assert f"<RequestID>{call.request_id}</RequestID>".encode() in answer.body


def test_the_call_tells_who_where_and_what(local_aws: Any) -> None:
    """An upload's call has its caller, region, parameters without the body, size, host and source address."""
    credentials = local_aws.role("uploader", ALLOW_ALL)
    s3 = local_aws.client("s3", credentials, region="eu-west-1")
    s3.create_bucket(Bucket="drop", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="drop", Key="tài liệu/a b+c%2F.txt", Body=b"x" * 1000, Metadata={"Owner": "Ann"})
    call, _ = local_aws.taken.calls[-1]
    assert call.parameters == {
        "Bucket": "drop",
        "Key": "tài liệu/a b+c%2F.txt",
        "Metadata": {"owner": "Ann"},
        "ContentLength": 1000,
        "ChecksumAlgorithm": "CRC32",
        "ChecksumCRC32": call.parameters["ChecksumCRC32"],
    }
    assert (call.region, call.bytes_in, call.source_ip) == ("eu-west-1", 1000, "127.0.0.1")
    assert call.host == urlsplit(local_aws.url).netloc
    assert call.user_agent.startswith("Boto3/")
    assert (call.caller.kind, call.caller.name, call.caller.session_name) == (
        "AssumedRole",
        "uploader",
        "i-0123456789abcdef0",
    )
    assert call.caller.principal_id.endswith(":i-0123456789abcdef0")
    assert s3.get_object(Bucket="drop", Key="tài liệu/a b+c%2F.txt")["Body"].read() == b"x" * 1000


DENIED = [
    ("ec2", "describe_instances", {}, "UnauthorizedOperation", 403),
    ("ec2", "terminate_instances", {"InstanceIds": ["i-1"], "DryRun": True}, "UnauthorizedOperation", 403),
    ("iam", "list_users", {}, "AccessDenied", 403),
    ("cloudtrail", "describe_trails", {}, "AccessDeniedException", 400),
    ("lambda", "list_functions", {}, "AccessDeniedException", 403),
    ("s3", "list_buckets", {}, "AccessDenied", 403),
    ("s3", "head_bucket", {"Bucket": "drop"}, "403", 403),
    ("route53", "list_hosted_zones", {}, "AccessDenied", 403),
    ("sns", "list_topics", {}, "AuthorizationError", 403),
    ("sqs", "list_queues", {}, "AccessDenied", 403),
]


@pytest.mark.parametrize(("service", "method", "parameters", "code", "status"), DENIED)
def test_what_no_policy_allows_is_denied_in_the_terms_of_the_service(
    local_aws: Any, service: str, method: str, parameters: dict[str, Any], code: str, status: int
) -> None:
    """Each protocol has its own code and status for a denial."""
    client = local_aws.client(service, local_aws.role("nobody"))
    assert refusal(getattr(client, method), **parameters) == (code, status)


def test_a_permitted_dry_run_says_so(local_aws: Any) -> None:
    """DryRun tells whether the call would be permitted, without making it."""
    ec2 = local_aws.client("ec2")
    assert refusal(ec2.terminate_instances, InstanceIds=["i-1"], DryRun=True) == ("DryRunOperation", 412)


FORGED = [
    ("ec2", "describe_vpcs", "AuthFailure", 401),
    ("iam", "list_users", "SignatureDoesNotMatch", 403),
    ("cloudtrail", "describe_trails", "InvalidSignatureException", 400),
    ("lambda", "list_functions", "InvalidSignatureException", 403),
    ("s3", "list_buckets", "SignatureDoesNotMatch", 403),
]


@pytest.mark.parametrize(("service", "method", "code", "status"), FORGED)
def test_an_access_key_id_is_worth_nothing_without_its_secret(
    local_aws: Any, service: str, method: str, code: str, status: int
) -> None:
    """Whoever reads a key id in a record cannot call with it, and leaves no record in its owner's name."""
    stolen = Credentials(access_key_id=local_aws.organiser.access_key_id, secret_access_key="guessed")
    assert refusal(getattr(local_aws.client(service, stolen), method)) == (code, status)
    assert local_aws.taken.calls == []


UNKNOWN = [
    ("ec2", "describe_vpcs", "AuthFailure", 401),
    ("iam", "list_users", "InvalidClientTokenId", 403),
    ("cloudtrail", "describe_trails", "UnrecognizedClientException", 400),
    ("lambda", "list_functions", "UnrecognizedClientException", 403),
    ("s3", "list_buckets", "InvalidAccessKeyId", 403),
]


@pytest.mark.parametrize(("service", "method", "code", "status"), UNKNOWN)
def test_an_unknown_access_key_is_refused(local_aws: Any, service: str, method: str, code: str, status: int) -> None:
    """Nobody gets an account by making up a key."""
    stranger = Credentials(access_key_id="AKIAIOSFODNN7EXAMPLE", secret_access_key="secret")
    assert refusal(getattr(local_aws.client(service, stranger), method)) == (code, status)


def test_a_session_is_refused_with_another_token_and_after_its_time(local_aws: Any) -> None:
    """A session's key needs its own token, and ends."""
    session = local_aws.role("reader", ALLOW_ALL)
    other = Credentials(
        access_key_id=session.access_key_id, secret_access_key=session.secret_access_key, session_token="another"
    )
    tokenless = Credentials(access_key_id=session.access_key_id, secret_access_key=session.secret_access_key)
    arn = local_aws.client("iam").get_role(RoleName="reader")["Role"]["Arn"]
    ended = issue_session(arn, "i-0123456789abcdef0", seconds=-1)
    assert refusal(local_aws.client("s3", other).list_buckets) == ("InvalidToken", 400)
    assert refusal(local_aws.client("iam", tokenless).list_users) == ("InvalidClientTokenId", 403)
    assert refusal(local_aws.client("s3", ended).list_buckets) == ("ExpiredToken", 400)
    assert refusal(local_aws.client("ec2", ended).describe_vpcs) == ("RequestExpired", 400)


def test_no_header_of_a_client_changes_the_account(local_aws: Any) -> None:
    """moto's header for an account is taken off; the access key decides."""
    open_account("222222222222")
    sts = local_aws.client("sts")
    sts.meta.events.register(
        "before-sign.sts.GetCallerIdentity",
        lambda request, **_: request.headers.add_header("x-moto-account-id", "222222222222"),
    )
    assert sts.get_caller_identity()["Account"] == "111111111111"


def test_accounts_do_not_see_each_other(local_aws: Any) -> None:
    """Each team's account has its own resources."""
    neighbour = local_aws.client("ec2", open_account("222222222222"))
    mine = {v["VpcId"] for v in local_aws.client("ec2").describe_vpcs()["Vpcs"]}
    theirs = {v["VpcId"] for v in neighbour.describe_vpcs()["Vpcs"]}
    assert len(mine) == len(theirs) == 1
    assert mine.isdisjoint(theirs)


TLS_ONLY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::drop", "arn:aws:s3:::drop/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def test_a_tls_only_bucket_takes_uploads_and_its_explicit_denials_hold(local_aws: Any) -> None:
    """The local channel counts as TLS; a bucket policy's other denials bind the organiser too."""
    s3 = local_aws.client("s3")
    s3.create_bucket(Bucket="drop")
    no_deletes = {"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::drop/*"}
    s3.put_bucket_policy(
        Bucket="drop", Policy=json.dumps({"Version": "2012-10-17", "Statement": [TLS_ONLY, no_deletes]})
    )
    role = local_aws.role("uploader", {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::drop/*"})
    local_aws.client("s3", role).put_object(Bucket="drop", Key="k", Body=b"b")
    code, status, message = whole_refusal(s3.delete_object, Bucket="drop", Key="k")
    assert (code, status) == ("AccessDenied", 403)
    assert message == (
        "User: arn:aws:iam::111111111111:user/organiser is not authorized to perform: s3:DeleteObject on resource: "
        '"arn:aws:s3:::drop/k" with an explicit deny in a resource-based policy'
    )


def test_a_policy_that_is_not_understood_is_one_clear_error(local_aws: Any) -> None:
    """An unknown condition key neither allows nor denies: the error names key and policy, and is not retried."""
    statement = {**ALLOW_ALL, "Condition": {"StringEquals": {"aws:FavouriteColour": "blue"}}}
    ec2 = local_aws.client("ec2", local_aws.role("puzzle", statement))
    assert whole_refusal(ec2.describe_vpcs) == (
        "InternalError",
        501,
        "Local AWS cannot decide whether arn:aws:sts::111111111111:assumed-role/puzzle/i-0123456789abcdef0 may call "
        "ec2:DescribeVpcs: it does not know condition key aws:FavouriteColour (in inline).",
    )


NOT_OFFERED = [
    ("ec2", "enable_fast_launch", {"ImageId": "ami-1"}, "InvalidAction", 400),
    ("cloudtrail", "lookup_events", {}, "UnknownOperationException", 400),
    ("lambda", "list_code_signing_configs", {}, "UnknownOperationException", 404),
    ("sts", "get_session_token", {}, "InvalidAction", 400),
    ("detective", "list_graphs", {}, "UnknownOperationException", 404),
    ("accessanalyzer", "list_analyzers", {}, "UnknownOperationException", 404),
]


@pytest.mark.parametrize(("service", "method", "parameters", "code", "status"), NOT_OFFERED)
def test_what_local_aws_lacks_is_one_clear_error(
    local_aws: Any, service: str, method: str, parameters: dict[str, Any], code: str, status: int
) -> None:
    """An operation or a service that is missing is an error of the service's protocol, never HTML or a 500."""
    found_code, found_status, message = whole_refusal(getattr(local_aws.client(service), method), **parameters)
    assert (found_code, found_status) == (code, status)
    assert message.startswith("Local AWS does not offer ")


def test_federation_is_refused_in_a_word(local_aws: Any) -> None:
    """Calls that come without a signature by design are not offered."""
    code, _, message = whole_refusal(
        local_aws.client("sts").assume_role_with_web_identity,
        RoleArn="arn:aws:iam::111111111111:role/any",
        RoleSessionName="session",
        WebIdentityToken="token",
    )
    assert (code, message) == ("InvalidAction", "Local AWS does not offer AssumeRoleWithWebIdentity.")


def test_moto_failing_is_one_clear_error(local_aws: Any, caplog: pytest.LogCaptureFixture) -> None:
    """What moto breaks on is logged, and answered in the service's protocol without a retry."""
    code, status, message = whole_refusal(local_aws.client("ebs").list_snapshot_blocks, SnapshotId="snap-0000")
    assert (code, status) == ("InternalFailure", 501)
    assert message.startswith("Local AWS failed to answer: KeyError")
    assert "moto failed" in caplog.text


@pytest.mark.parametrize(
    "path", ["/moto-api/reset", "/moto-api/data.json", "/%6Doto-api/reset", "/latest/meta-data/iam", "/favicon.ico"]
)
def test_moto_has_no_door_of_its_own(local_aws: Any, path: str) -> None:
    """Nobody resets the cloud or reads its state around IAM, whichever way the path is spelt."""
    connection = http.client.HTTPConnection(urlsplit(local_aws.url).netloc)
    connection.request("POST", path)
    assert connection.getresponse().status in (403, 404)
    assert local_aws.client("sts").get_caller_identity()["Account"] == "111111111111"
    connection.close()


def test_the_health_check_needs_no_signature(local_aws: Any) -> None:
    """Whoever waits for the endpoint asks here."""
    assert httpx.get(f"{local_aws.url}/_lab/health").text == "ok\n"


UNSIGNED = [
    ({}, {}, 403, "<Code>AccessDenied</Code>"),
    ({"Action": "DescribeVpcs", "Version": "2016-11-15"}, {}, 403, "<Errors><Error><Code>MissingAuthenticationToken"),
    ({"Action": "ListUsers", "Version": "2010-05-08"}, {}, 403, "<Code>MissingAuthenticationToken</Code>"),
    ({}, {"X-Amz-Target": "Trail.DescribeTrails"}, 400, '"MissingAuthenticationTokenException"'),
]


@pytest.mark.parametrize(("fields", "headers", "status", "part"), UNSIGNED)
def test_an_unsigned_request_is_refused(
    local_aws: Any, fields: dict[str, str], headers: dict[str, str], status: int, part: str
) -> None:
    """Without a signature nothing is answered, in the protocol that the request looks like."""
    answer = httpx.post(local_aws.url, data=fields, headers=headers)
    assert answer.status_code == status
    assert part in answer.text
    assert local_aws.taken.calls == []


def test_no_browser_is_invited(local_aws: Any) -> None:
    """moto's CORS headers, good for any site, are left out."""
    local_aws.client("s3").list_buckets()
    answer = httpx.options(local_aws.url, headers={"Origin": "https://example.com"})
    assert answer.status_code == 403
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    _, recorded = local_aws.taken.calls[-1]
    assert not [name for name in recorded.headers if name.startswith("access-control-")]


def test_presigned_urls_work_until_they_expire(local_aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A presigned URL needs no header; it is good for what it was signed for and as long as it says."""
    s3 = local_aws.client("s3", signature_version="s3v4")
    s3.create_bucket(Bucket="drop")
    where = {"Bucket": "drop", "Key": "a b"}
    put, get = (s3.generate_presigned_url(name, Params=where) for name in ("put_object", "get_object"))
    assert httpx.put(put, content=b"hello").status_code == 200
    assert httpx.get(get).content == b"hello"
    assert [call.operation for call, _ in local_aws.taken.calls] == ["CreateBucket", "PutObject", "GetObject"]
    assert "<Code>SignatureDoesNotMatch</Code>" in httpx.get(get.replace("a%20b", "other")).text
    an_hour_ago = datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=1)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: an_hour_ago)
    ended = s3.generate_presigned_url("get_object", Params=where, ExpiresIn=60)
    assert "<Message>Request has expired</Message>" in httpx.get(ended).text


def test_signature_version_two_is_told_to_go(local_aws: Any) -> None:
    """boto3 presigns that way by default in us-east-1; new buckets have not taken it since 2020."""
    url = local_aws.client("s3").generate_presigned_url("get_object", Params={"Bucket": "drop", "Key": "k"})
    assert "Please use AWS4-HMAC-SHA256." in httpx.get(url).text


def test_handlers_answer_before_moto(serve_local_aws: Any) -> None:
    """A handler's answer is serialised in the service's protocol, its error too."""
    moment = datetime(2026, 1, 31, 12, 30, tzinfo=UTC)

    def list_trails(call: Call) -> dict[str, Any]:
        return {"Trails": [{"Name": "mine", "TrailARN": f"arn:aws:cloudtrail:{call.region}:1:trail/mine"}]}

    def lookup_events(call: Call) -> dict[str, Any]:
        return {"Events": [{"EventName": "RunInstances", "EventTime": moment}]}

    def describe_vpcs(call: Call) -> dict[str, Any]:
        return {"Vpcs": [{"VpcId": "vpc-1", "IsDefault": True}]}

    def refuse(call: Call) -> dict[str, Any]:
        raise AwsError("InactiveQueryException", "The query is not running.")

    local_aws = serve_local_aws(
        handlers={
            ("cloudtrail", "ListTrails"): list_trails,
            ("cloudtrail", "LookupEvents"): lookup_events,
            ("cloudtrail", "CancelQuery"): refuse,
            ("ec2", "DescribeVpcs"): describe_vpcs,
        }
    )
    cloudtrail, ec2 = local_aws.client("cloudtrail"), local_aws.client("ec2")
    assert cloudtrail.list_trails()["Trails"] == [
        {"Name": "mine", "TrailARN": "arn:aws:cloudtrail:us-east-1:1:trail/mine"}
    ]
    assert cloudtrail.lookup_events()["Events"] == [{"EventName": "RunInstances", "EventTime": moment}]
    assert ec2.describe_vpcs()["Vpcs"] == [{"VpcId": "vpc-1", "IsDefault": True}]
    assert whole_refusal(cloudtrail.cancel_query, QueryId="12345678-1234-1234-1234-123456789012") == (
        "InactiveQueryException",
        400,
        "The query is not running.",
    )


def test_simulate_principal_policy_answers_from_the_same_evaluator(serve_local_aws: Any) -> None:
    """What is simulated as allowed is allowed, what as denied is denied."""
    local_aws = serve_local_aws(handlers=HANDLERS)
    local_aws.role("uploader", {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::drop/*"})
    results = local_aws.client("iam").simulate_principal_policy(
        PolicySourceArn="arn:aws:iam::111111111111:role/uploader",
        ActionNames=["s3:PutObject", "s3:GetObject"],
        ResourceArns=["arn:aws:s3:::drop/k"],
    )["EvaluationResults"]
    assert [(r["EvalActionName"], r["EvalDecision"]) for r in results] == [
        ("s3:PutObject", "allowed"),
        ("s3:GetObject", "implicitDeny"),
    ]


def test_eight_clients_at_once_lose_nothing(local_aws: Any) -> None:
    """Every object, tag and record of eight clients is there afterwards."""
    local_aws.client("s3").create_bucket(Bucket="drop")

    def work(number: int) -> None:
        s3, ec2, iam = (local_aws.client(service) for service in ("s3", "ec2", "iam"))
        for step in range(12):
            s3.put_object(Bucket="drop", Key=f"{number}/{step}", Body=b"b")
            ec2.create_security_group(GroupName=f"{number}-{step}", Description="d")
            ec2.describe_security_groups()
            iam.create_user(UserName=f"user-{number}-{step}")
            s3.list_objects_v2(Bucket="drop")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    objects = local_aws.client("s3").list_objects_v2(Bucket="drop")["KeyCount"]
    groups = len(local_aws.client("ec2").describe_security_groups()["SecurityGroups"])
    users = len(local_aws.client("iam").list_users()["Users"])
    assert (objects, groups, users) == (96, 97, 97)
    assert len({call.request_id for call, _ in local_aws.taken.calls}) == 1 + 8 * 12 * 5 + 3


def test_a_connection_is_kept(local_aws: Any) -> None:
    """HTTP/1.1 keep-alive: one connection serves many requests."""
    connection = http.client.HTTPConnection(urlsplit(local_aws.url).netloc)
    for _ in range(2):
        connection.request("GET", "/_lab/health")
        answer = connection.getresponse()
        assert (answer.status, answer.read(), answer.will_close) == (200, b"ok\n", False)
    connection.close()


SMUGGLED = [
    ("kms", "ListKeys", "application/x-amz-json-1.1", "/", b"{}", {"Action": "CreateKey"}),
    ("kms", "ListKeys", "application/x-amz-json-1.1", "/?Action=CreateKey", b"{}", {}),
    ("kms", "ListKeys", "application/x-amz-json-1.1", "/", b'{"Marker": "&Action=CreateKey&"}', {}),
    ("kms", "ListKeys", "text/plain", "/", b'{"Marker": "&Action=CreateKey&"}', {}),
    ("ec2", "", "text/plain", "/", b"Action=DescribeVpcs&Action=CreateKeyPair&KeyName=k", {}),
    ("ec2", "", "application/x-www-form-urlencoded", "/?Action=CreateKeyPair&KeyName=k", b"Action=DescribeVpcs", {}),
    (
        "ec2",
        "",
        "multipart/form-data; boundary=b",
        "/",
        b'x=&Action=DescribeVpcs&y=\r\n--b\r\nContent-Disposition: form-data; name="Action"\r\n\r\nCreateKeyPair\r\n'
        b'--b\r\nContent-Disposition: form-data; name="KeyName"\r\n\r\nk\r\n--b--',
        {},
    ),
]


@pytest.mark.parametrize(("service", "operation", "content_type", "path", "body", "headers"), SMUGGLED)
def test_no_second_action_is_smuggled_past_iam(
    local_aws: Any,
    service: str,
    operation: str,
    content_type: str,
    path: str,
    body: bytes,
    headers: dict[str, str],
) -> None:
    """Whatever else a request names besides the action that was authorised, nothing of it happens."""
    reader = local_aws.role("reader", {"Effect": "Allow", "Action": ["kms:List*", "ec2:Describe*"], "Resource": "*"})
    sent = {"Content-Type": content_type, **headers}
    if operation:
        sent["X-Amz-Target"] = f"TrentService.{operation}"
    request = AWSRequest("POST", f"{local_aws.url}{path}", headers=sent, data=body)
    keys = Keys(reader.access_key_id, reader.secret_access_key, reader.session_token)
    SigV4Auth(keys, service, "us-east-1").add_auth(request)
    answer = httpx.post(f"{local_aws.url}{path}", content=body, headers=dict(request.headers.items()))
    assert answer.status_code in (200, 400), answer.text
    assert local_aws.client("kms").list_keys()["Keys"] == []
    assert local_aws.client("ec2").describe_key_pairs()["KeyPairs"] == []


def test_an_empty_upload_is_answered_at_once(local_aws: Any) -> None:
    """boto3 announces even an empty body with Expect: 100-continue; nobody waits for it."""
    s3 = local_aws.client("s3", read_timeout=5)
    s3.create_bucket(Bucket="drop")
    s3.put_object(Bucket="drop", Key="folder/", Body=b"")
    assert [o["Key"] for o in s3.list_objects_v2(Bucket="drop")["Contents"]] == ["folder/"]


def test_metadata_keeps_its_underscores(local_aws: Any) -> None:
    """Header names with underscores are signed, stored and given back as they are."""
    s3 = local_aws.client("s3")
    s3.create_bucket(Bucket="drop")
    s3.put_object(Bucket="drop", Key="k", Body=b"b", Metadata={"case_id": "7", "case-id": "8"})
    assert local_aws.taken.calls[-1][0].parameters["Metadata"] == {"case_id": "7", "case-id": "8"}


def test_an_altered_body_is_refused(local_aws: Any) -> None:
    """The signature covers the body: a proxy cannot change what is uploaded."""
    s3 = local_aws.client("s3")
    s3.create_bucket(Bucket="drop")

    def alter(request: Any, **_: Any) -> None:
        request.body = b"evil!"

    s3.meta.events.register("before-send.s3.PutObject", alter)
    assert refusal(s3.put_object, Bucket="drop", Key="k", Body=b"hello") == ("SignatureDoesNotMatch", 403)


def test_an_old_request_is_refused(serve_local_aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request signed more than a quarter of an hour ago cannot be replayed."""
    local_aws = serve_local_aws()
    s3 = local_aws.client("s3")
    late = (datetime.now(UTC) - timedelta(minutes=16)).replace(tzinfo=None)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: late)
    assert refusal(s3.list_buckets) == ("RequestTimeTooSkewed", 403)
