from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.sheet import normal

ID = "i-0a1b2c3d4e5f60718"
BUCKET = "lab-drop-4711"


def file(text: str) -> str:
    return normal.file(text, BUCKET)


@pytest.mark.parametrize(
    "written",
    [
        ID,
        ID.upper(),
        f"  {ID}\n",
        f"arn:aws:ec2:us-east-1:111122223333:instance/{ID}",
        f"AROAEXAMPLE:{ID}",
        f"arn:aws:sts::111122223333:assumed-role/lab-InstanceRole/{ID}",
    ],
)
def test_an_instance_by_any_name(written: str) -> None:
    """By id, ARN, principal id, role session."""
    assert normal.instance(written) == ID


@pytest.mark.parametrize("written", [f"{ID} or i-0bbbbbbbbbbbbbbb1", f"{ID}0", "i-0a1b2", "the web server", ""])
def test_what_names_no_instance_or_several_stays(written: str) -> None:
    """Guessing among several is no answer."""
    assert written == normal.instance(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("ListBuckets", "listbuckets"),
        ("listbuckets", "listbuckets"),
        ("s3:ListBuckets", "listbuckets"),
        ("list-buckets", "listbuckets"),
        ("list_buckets()", "listbuckets"),
        ("List Buckets", "listbuckets"),
        ("ListFunctions20150331", "listfunctions"),
        ("GetFunction20150331v2", "getfunction"),
        ("ListDistributions2020_05_31", "listdistributions"),
    ],
)
def test_an_action_in_any_spelling(written: str, expected: str) -> None:
    """As CloudTrail, IAM, the AWS CLI and boto3 write it."""
    assert expected == normal.action(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("s3", "s3"),
        ("S3", "s3"),
        ("s3.amazonaws.com", "s3"),
        ("Amazon S3", "s3"),
        ("Amazon Simple Storage Service (S3)", "s3"),
        ("AWS Secrets Manager", "secretsmanager"),
        ("secrets-manager", "secretsmanager"),
        ("Amazon EC2", "ec2"),
        ("AWS Identity and Access Management (IAM)", "iam"),
        ("AWS STS", "sts"),
        ("CloudWatch Logs", "logs"),
        ("Amazon RDS", "rds"),
        ("something else", "somethingelse"),
    ],
)
def test_a_service_by_any_name(written: str, expected: str) -> None:
    """As CloudTrail, the console and its own page call it."""
    assert expected == normal.service(written)


@pytest.mark.parametrize("written", ["us-east-1", " US-EAST-1 ", "US East (N. Virginia) us-east-1"])
def test_a_region_by_its_code(written: str) -> None:
    """In any case, also as the console shows it."""
    assert normal.region(written) == "us-east-1"


@pytest.mark.parametrize(
    "written",
    [
        "Export/Khách hàng 1.csv",
        " export/khách  hàng 1.csv ",
        "export/Kha\u0301ch ha\u0300ng\u00a01.csv",
        f"{BUCKET}/Export/Khách hàng 1.csv",
        f"s3://{BUCKET}/Export/Khách hàng 1.csv",
        f"S3://{BUCKET}/Export/Khách hàng 1.csv",
        f"arn:aws:s3:::{BUCKET}/Export/Khách hàng 1.csv",
        f"https://{BUCKET}.s3.us-east-1.amazonaws.com/Export/Kh%C3%A1ch%20h%C3%A0ng%201.csv",
        f"https://s3.amazonaws.com/{BUCKET}/Export/Kh%C3%A1ch%20h%C3%A0ng%201.csv?versionId=1",
    ],
)
def test_a_file_by_any_name(written: str) -> None:
    """By key, bucket and key, address, ARN; however its accents are encoded."""
    assert file(written) == "export/khách hàng 1.csv"


def test_a_file_of_another_bucket_keeps_its_bucket() -> None:
    """The same key elsewhere is another file."""
    assert file("s3://other/export.csv") == "other/export.csv"


@pytest.mark.parametrize("spell", [normal.plain, normal.instance, normal.action, normal.service, normal.region, file])
@given(
    st.one_of(
        st.text(), st.from_regex(r"(s3://|arn:aws:s3:::|lab-drop-4711/|aws|\.amazonaws\.com|20200101|:|/| ){0,9}")
    )
)
@example("\u0339 \u0334")  # two accents that change places once nothing is between them
def test_a_normal_form_is_its_own(spell: Callable[[str], str], text: str) -> None:
    """Idempotent, whatever was written."""
    once = spell(text)
    assert once == spell(once)


@pytest.mark.parametrize("spell", [normal.plain, normal.instance, normal.action, normal.service, normal.region, file])
@given(st.text(st.characters(codec="ascii")), st.sampled_from([" ", "\t", "\n", "\u00a0"]))
def test_case_and_white_space_around_do_not_matter(spell: Callable[[str], str], text: str, space: str) -> None:
    """A learner's caps lock and line ends are forgiven."""
    assert spell(text) == spell(f"{space}{text.swapcase()}{space}")
