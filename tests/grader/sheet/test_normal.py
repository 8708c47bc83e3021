from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.sheet import normal
from grader.sheet.schema import read_sheet
from scenario.workshop import Choice, task

ID = "i-0a1b2c3d4e5f60718"
BUCKET = "lab-drop-4711"


def file(text: str) -> str:
    return normal.file(text, BUCKET)


SPELLINGS = (normal.plain, normal.instance, normal.action, normal.service, normal.region, normal.choice, file)


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
        ("ec2:DescribeInstances", "describeinstances"),
        ("ec2.DescribeInstances", "describeinstances"),
        ("Describe Instances", "describeinstances"),
        ("describe-instances", "describeinstances"),
        ("aws ec2 describe-instances", "describeinstances"),
        ("`aws ec2 describe-instances --region us-east-1`", "describeinstances"),
        ("'aws s3api list-buckets'", "listbuckets"),
        ('"ListBuckets"', "listbuckets"),
        ("`ListBuckets`.", "listbuckets"),
        ("“ListBuckets”", "listbuckets"),
        ("s3.amazonaws.com/ListBuckets", "listbuckets"),
        ("s3.amazonaws.com:ListBuckets", "listbuckets"),
        ("::", ""),
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
        ("s3api", "s3"),
        ("`s3`", "s3"),
        ("https://s3.amazonaws.com", "s3"),
        ("https://s3.amazonaws.com/", "s3"),
        ("s3.us-east-1.amazonaws.com", "s3"),
        ("http://ec2.us-gov-west-1.amazonaws.com", "ec2"),
        ("ec2.cn-north-1.amazonaws.com.cn", "ec2"),
        ("inspector2.amazonaws.com", "inspector2"),
        ("runtime.sagemaker.amazonaws.com", "runtime.sagemaker"),
    ],
)
def test_a_service_by_any_name(written: str, expected: str) -> None:
    """As CloudTrail, the console and its own page call it."""
    assert expected == normal.service(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("us-east-1", "us-east-1"),
        (" US-EAST-1 ", "us-east-1"),
        ("us_east_1", "us-east-1"),
        ("`us-east-1`", "us-east-1"),
        ("US East (N. Virginia) us-east-1", "us-east-1"),
        ("US East (N. Virginia)", "us-east-1"),
        ("us east n virginia", "us-east-1"),
        ("N. Virginia", "us-east-1"),
        ("EU (Ireland)", "eu-west-1"),
        ("Europe (Ireland)", "eu-west-1"),
        ("Asia Pacific (Tokyo) ap-northeast-1", "ap-northeast-1"),
        ("Canada (Central)", "ca-central-1"),
        ("Mexico (Central)", "mx-central-1"),
        ("Central", "central"),
        ("US East", "us east"),
        ("us-east-1 or us_east_2", "us-east-1 or us_east_2"),
        ("", ""),
    ],
)
def test_a_region_by_its_code_or_name(written: str, expected: str) -> None:
    """In any case, also as the console shows it; what is no region's, or several regions', stays."""
    assert normal.region(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("session_manager", "session_manager"),
        ("Session Manager", "session_manager"),
        (" `session-manager` ", "session_manager"),
        ("restrict-network", "restrict_network"),
        ("RestrictNetwork", "restrict_network"),
        ("Restrict security groups and network ACLs at every layer.", "restrict_network"),
        ("restrict security groups and network ACLs at every layer", "restrict_network"),
        ("Something else", "something else"),
        ("session", "session"),
        ("", ""),
    ],
)
def test_a_choice_by_its_id_or_its_text(written: str, expected: str) -> None:
    """Spaces, dashes and full stops do not matter; what is no choice stays."""
    assert normal.choice(written) == expected


@pytest.mark.parametrize("choice", task("prevention").choices, ids=lambda choice: choice.id)
def test_every_choice_is_read_and_fits_the_sheet(choice: Choice) -> None:
    """By its text in each language as well."""
    for text in (choice.id, choice.id.upper().replace("_", " "), *choice.text.values()):
        assert normal.choice(text) == choice.id
        assert read_sheet(json.dumps({"prevention": [text]})) == {"prevention": [text]}


def test_every_region_by_name_fits_the_sheet() -> None:
    """As the console shows it, with the code."""
    text = "Asia Pacific (Hong Kong) ap-east-1"
    entry = {"action": "ListBuckets", "service": "https://s3.ap-east-1.amazonaws.com", "region": text}
    assert read_sheet(json.dumps({"footprint": [entry]})) == {"footprint": [entry]}


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
        f"http://s3.amazonaws.com/{BUCKET}/Export/Kh%C3%A1ch%20h%C3%A0ng%201.csv",
        f"https://{BUCKET}.s3.amazonaws.com/Export/Kh%C3%A1ch+h%C3%A0ng+1.csv",
        f"HTTPS://{BUCKET}.S3.amazonaws.com/Export/Kh%c3%a1ch%20h%c3%a0ng%201.csv",
        f"s3://{BUCKET}/Export/Kh%C3%A1ch%20h%C3%A0ng%201.csv",
        f"`s3://{BUCKET}/Export/Khách hàng 1.csv`",
        '"Export/Khách hàng 1.csv"',
        "./Export/Khách hàng 1.csv",
        "/Export/Khách hàng 1.csv",
        f"/{BUCKET}/Export/Khách hàng 1.csv",
        f"s3://{BUCKET}//Export/Khách hàng 1.csv",
    ],
)
def test_a_file_by_any_name(written: str) -> None:
    """By key, bucket and key, address, ARN; however its accents are encoded."""
    assert file(written) == "export/khách hàng 1.csv"


def test_a_file_of_another_bucket_keeps_its_bucket() -> None:
    """The same key elsewhere is another file."""
    assert file("s3://other/export.csv") == "other/export.csv"
    assert file("http://other.s3.amazonaws.com/export.csv") == "other/export.csv"


@pytest.mark.parametrize("key", ["100%25.csv", "a+b.csv", "it's", "a/./b", "-'quoted' and 'quoted'"])
def test_a_bare_key_is_no_address(key: str) -> None:
    """Nothing in it is decoded, and only what is around all of it goes."""
    assert file(key) == key


@pytest.mark.parametrize("spell", SPELLINGS)
@given(
    st.one_of(
        st.text(),
        st.from_regex(
            r"(s3://|https?://s3\.|arn:aws:s3:::|lab-drop-4711/|\./|%2[ef57]|aws|\.amazonaws\.com|\.us-east-1|us_east_2"
            r"|20200101|n\. virginia|session|manager|\(|\)|:|/| |-|'|`|\+){0,9}"
        ),
    )
)
@example("\u0339 \u0334")  # two accents that change places once nothing is between them
def test_a_normal_form_is_its_own(spell: Callable[[str], str], text: str) -> None:
    """Idempotent, whatever was written."""
    once = spell(text)
    assert once == spell(once)


@pytest.mark.parametrize("spell", SPELLINGS)
@given(st.text(st.characters(codec="ascii")), st.sampled_from([" ", "\t", "\n", "\u00a0"]))
def test_case_and_white_space_around_do_not_matter(spell: Callable[[str], str], text: str, space: str) -> None:
    """A learner's caps lock and line ends are forgiven."""
    assert spell(text) == spell(f"{space}{text.swapcase()}{space}")
