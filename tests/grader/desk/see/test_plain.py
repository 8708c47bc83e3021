from __future__ import annotations

import pytest

from grader.desk.see.plain import plain, short_principal


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("báo cáo 顧客リスト.csv", "báo cáo 顧客リスト.csv"),
        ("gpj.\u202eexe", "gpj.\\u202eexe"),
        ("a\tb\r\n\x00", "a\\u0009b\\u000d\\u000a\\u0000"),
        ("a\u200bb\ufeff\u2066", "a\\u200bb\\ufeff\\u2066"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800", "\\ud800"),
        ("<b>{{7*7}}</b>", "<b>{{7*7}}</b>"),
    ],
)
def test_what_would_stay_unseen_is_spelled_out(text: str, shown: str) -> None:
    """Letters of every script stay; controls, marks of direction and half characters do not."""
    assert plain(text) == shown


@pytest.mark.parametrize(
    ("key", "arn", "named"),
    [
        ("AROA1:i-0a1", "arn:aws:sts::111122223333:assumed-role/web/i-0a1", ("i-0a1", "web")),
        ("AIDA1", "arn:aws:iam::111122223333:user/division/an", ("an", "")),
        ("111122223333", "arn:aws:iam::111122223333:root", ("root", "")),
        ("ec2.amazonaws.com", "", ("ec2.amazonaws.com", "")),
        ("AROA1:a\u202eb", "arn:aws:sts::111122223333:assumed-role/web/a\u202eb", ("a\\u202eb", "web")),
    ],
)
def test_a_principal_has_a_short_name(key: str, arn: str, named: tuple[str, str]) -> None:
    """The session's, the user's or the service's, and the role."""
    assert short_principal(key, arn) == named
