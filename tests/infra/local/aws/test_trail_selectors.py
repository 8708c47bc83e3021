"""Which records a trail with these selectors takes."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.aws.trail_selectors import takes

READ: dict[str, Any] = {
    "managementEvent": True,
    "readOnly": True,
    "eventSource": "ec2.amazonaws.com",
    "eventCategory": "Management",
}
WRITE = {**READ, "readOnly": False, "eventSource": "kms.amazonaws.com"}
UPLOAD: dict[str, Any] = {
    "managementEvent": False,
    "readOnly": False,
    "eventSource": "s3.amazonaws.com",
    "eventCategory": "Data",
    "resources": [
        {"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::drop/a/key"},
        {"type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::drop", "accountId": "111111111111"},
    ],
}
DOWNLOAD = {**UPLOAD, "readOnly": True}
INVOKE = {**UPLOAD, "resources": [{"type": "AWS::Lambda::Function", "ARN": "arn:aws:lambda:us-east-1:1:function:f"}]}
RECORDS = {"read": READ, "write": WRITE, "upload": UPLOAD, "download": DOWNLOAD, "invoke": INVOKE}


def objects(*values: str) -> list[dict[str, Any]]:
    """Data resources: the objects whose ARNs begin so."""
    return [{"Type": "AWS::S3::Object", "Values": list(values)}]


@pytest.mark.parametrize(
    ("basic", "advanced", "taken"),
    [
        ([], [], {"read", "write"}),
        ([{}], [], {"read", "write"}),
        ([{"ReadWriteType": "ReadOnly"}], [], {"read"}),
        ([{"ReadWriteType": "WriteOnly"}], [], {"write"}),
        ([{"ExcludeManagementEventSources": ["kms.amazonaws.com"]}], [], {"read"}),
        ([{"IncludeManagementEvents": False, "DataResources": objects("arn:aws:s3")}], [], {"upload", "download"}),
        ([{"DataResources": objects("arn:aws:s3:::drop/")}], [], {"read", "write", "upload", "download"}),
        ([{"ReadWriteType": "WriteOnly", "DataResources": objects("arn:aws:s3:::drop/a/")}], [], {"write", "upload"}),
        ([{"DataResources": objects("arn:aws:s3:::drop/b/", "arn:aws:s3:::other/")}], [], {"read", "write"}),
        ([{"ReadWriteType": "ReadOnly"}, {"ReadWriteType": "WriteOnly"}], [], {"read", "write"}),
        (
            [],
            [
                {
                    "FieldSelectors": [
                        {"Field": "eventCategory", "Equals": ["Data"]},
                        {"Field": "resources.type", "Equals": ["AWS::Lambda::Function"]},
                    ]
                }
            ],
            {"invoke"},
        ),
    ],
)
def test_selectors_take(basic: list[Any], advanced: list[Any], taken: set[str]) -> None:
    """Reading or writing, sources left out, objects by the beginning of their ARN; one selector that fits is enough."""
    assert {name for name, record in RECORDS.items() if takes(basic, advanced, record)} == taken
