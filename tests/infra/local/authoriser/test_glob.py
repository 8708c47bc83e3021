"""Wildcards."""

from __future__ import annotations

import pytest

from infra.local.authoriser.glob import any_of, arn_matches, matches


@pytest.mark.parametrize(
    ("glob", "text", "expected"),
    [
        ("*", "", True),
        ("arn:aws:s3:::drop/*", "arn:aws:s3:::drop/a/b", True),
        ("arn:aws:s3:::drop/*", "arn:aws:s3:::drop", False),
        ("arn:aws:s3:::dr?p", "arn:aws:s3:::drop", True),
        ("arn:aws:s3:::d.op", "arn:aws:s3:::drop", False),
        ("a*c", "a\nc", True),
        ("a[bc]", "ab", False),
    ],
)
def test_stars_and_question_marks(glob: str, text: str, expected: bool) -> None:
    """Nothing but these two is special."""
    assert matches(glob, text) is expected


def test_actions_match_in_any_case_and_as_a_whole() -> None:
    """`S3:put*` is `s3:Put*`; no part of a name is enough; no action matches nothing."""
    pattern = any_of(["S3:put*", "ec2:Describe?pcs"])
    assert [bool(pattern.fullmatch(a)) for a in ("s3:PutObject", "ec2:DescribeVpcs", "s3:GetObject", "xs3:Put")] == [
        True,
        True,
        False,
        False,
    ]
    assert any_of([]).fullmatch("") is None


def test_the_wildcards_of_arns_stay_within_their_part() -> None:
    """In ARN conditions `*` does not reach over a colon, except in the last part."""
    assert arn_matches("arn:aws:sns:*:1:*", "arn:aws:sns:us-east-1:1:a:b")
    assert not arn_matches("arn:aws:*:1:a", "arn:aws:sns:us-east-1:1:a")
    assert not arn_matches("*", "arn:aws:sns:us-east-1:1:a")
