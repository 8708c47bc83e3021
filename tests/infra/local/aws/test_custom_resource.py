"""Custom resources: their code runs for real, and what it answers counts."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

ANSWERS = """
import boto3, cfnresponse, json
def handler(event, context):
    me = boto3.client("sts").get_caller_identity()["Arn"]
    data = {"Me": me, "Region": boto3.client("ec2").meta.region_name, "Event": json.dumps(event, sort_keys=True)}
    cfnresponse.send(event, context, cfnresponse.SUCCESS, data, "id-of-" + event["ResourceProperties"]["Name"])
"""
REFUSES_DELETION = """
import cfnresponse
def handler(event, context):
    status = cfnresponse.FAILED if event["RequestType"] == "Delete" else cfnresponse.SUCCESS
    cfnresponse.send(event, context, status, {}, "precious", reason="it is " + event.get("PhysicalResourceId", "new"))
"""


def resources(code: str, *, timeout: int = 30, **properties: Any) -> dict[str, Any]:
    trusted = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return {
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trusted]}},
        },
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Handler": "index.handler",
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Timeout": timeout,
                "Code": {"ZipFile": textwrap.dedent(code)},
            },
        },
        "Thing": {
            "Type": "Custom::Thing",
            "Properties": {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}, "Name": "thing", **properties},
        },
    }


def test_the_code_runs_as_the_functions_role(aws: Any) -> None:
    """Its boto3 is a session of the role at this endpoint; Ref and GetAtt give what it answered."""
    made = aws.outputs(
        resources(ANSWERS, Count=3, On=True, List=[{"Deep": 1}]),
        {
            "Id": {"Ref": "Thing"},
            **{name: {"Fn::GetAtt": ["Thing", name]} for name in ("Me", "Region", "Event")},
            **{name: {"Ref": name} for name in ("Role", "Function")},
        },
    )
    assert (made["Id"], made["Region"]) == ("id-of-thing", "us-east-1")
    assert made["Me"] == f"arn:aws:sts::{aws.id}:assumed-role/{made['Role']}/{made['Function']}"
    assert '"RequestType": "Create"' in made["Event"]
    assert '"Count": "3", "List": [{"Deep": "1"}], "Name": "thing", "On": "true"' in made["Event"]


def test_a_deletion_is_asked_of_the_code(aws: Any) -> None:
    """What the code refuses to delete keeps the stack, with the code's reason."""
    aws.outputs(resources(REFUSES_DELETION), {"Id": {"Ref": "Thing"}})
    aws.client("cloudformation").delete_stack(StackName="stack")
    reason = aws.failures("stack")["Thing"]
    assert reason.startswith(
        "Received response status [FAILED] from custom resource. Message returned: it is precious (RequestId: "
    )


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("def handler(event, context):\n    raise ValueError('no luck')\n", "ValueError: no luck"),
        ("def handler(event, context):\n    pass\n", "did not receive a response from your Custom Resource"),
        (
            "import threading\ndef handler(event, context):\n    threading.Event().wait(1.2)\n",
            "TimeoutError: Task timed out after 1 seconds",
        ),
        (
            "import cfnresponse\ndef handler(event, context):\n"
            "    cfnresponse.send(event, context, cfnresponse.FAILED, {})\n",
            "See the details in CloudWatch Log Stream: [$LATEST]",
        ),
    ],
)
def test_failures_fail_the_stack(aws: Any, code: str, reason: str) -> None:
    """An exception, silence, running out of time and a FAILED answer each roll the stack back, with the reason."""
    stack = aws.deploy(resources(code, timeout=1 if "wait" in code else 30))
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert reason in aws.failures("stack")["Thing"]


def test_an_attribute_that_was_not_answered_fails(aws: Any) -> None:
    """GetAtt of what the answer does not hold is a failure of the resource that asks."""
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::GetAtt": ["Thing", "Nothing"]}}}
    stack = aws.deploy(resources(ANSWERS) | {"Bucket": bucket})
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert aws.failures("stack")["Bucket"] == (
        "CustomResource attribute error: Vendor response doesn't contain Nothing attribute"
    )


def test_nobody_elses_imports_change(aws: Any) -> None:
    """The code's boto3 is its own: this process still has the real one."""
    import boto3

    aws.outputs(resources(ANSWERS), {"Id": {"Ref": "Thing"}})
    assert boto3.__file__.endswith("__init__.py")
