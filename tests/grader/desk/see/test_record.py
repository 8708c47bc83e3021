from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from grader.desk.see.record import DEEPEST, Field, Record, explanations
from scenario.language import LANGUAGES

CALL = {
    "eventVersion": "1.11",
    "userIdentity": {
        "type": "AssumedRole",
        "principalId": "AROA1:i-0a1",
        "sessionContext": {"sessionIssuer": {"arn": "r"}},
    },
    "eventTime": "2026-03-01T08:00:05Z",
    "eventName": "PutObject",
    "requestParameters": {"key": "a\u202eb", "tags": [{"key": "Name"}, 7]},
    "responseElements": None,
}


def test_a_record_is_read_field_by_field() -> None:
    """Who, what and when come first; each field that is known is explained, what is in lists too."""
    known = explanations()
    assert Record.read(json.dumps(CALL)).fields() == [
        Field(name="eventTime", value="2026-03-01T08:00:05Z", why=known["eventTime"]),
        Field(name="eventName", value="PutObject", why=known["eventName"]),
        Field(
            name="userIdentity",
            why=known["userIdentity"],
            fields=(
                Field(name="type", value="AssumedRole", why=known["userIdentity.type"]),
                Field(name="principalId", value="AROA1:i-0a1", why=known["userIdentity.principalId"]),
                Field(
                    name="sessionContext",
                    why=known["userIdentity.sessionContext"],
                    fields=(
                        Field(
                            name="sessionIssuer",
                            why=known["userIdentity.sessionContext.sessionIssuer"],
                            fields=(
                                Field(
                                    name="arn", value="r", why=known["userIdentity.sessionContext.sessionIssuer.arn"]
                                ),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        Field(name="eventVersion", value="1.11", why=known["eventVersion"]),
        Field(
            name="requestParameters",
            why=known["requestParameters"],
            fields=(
                Field(name="key", value="a\\u202eb", why=known["requestParameters.key"]),
                Field(
                    name="tags",
                    fields=(Field(name="1", fields=(Field(name="key", value="Name"),)), Field(name="2", value="7")),
                ),
            ),
        ),
        Field(name="responseElements", value="null", why=known["responseElements"]),
    ]


def test_what_others_ask_of_a_record() -> None:
    """Its caller as SQL finds it, the role behind, the time, and the whole as JSON."""
    record = Record.read(json.dumps(CALL))
    assert (record.principal, record.role_arn, record.time, record.name, record.error) == (
        "AROA1:i-0a1",
        "r",
        datetime(2026, 3, 1, 8, 0, 5, tzinfo=UTC),
        "PutObject",
        "",
    )
    assert json.loads(record.text) == CALL
    assert '"key": "a\\u202eb"' in record.shown_text


@pytest.mark.parametrize("identity", [None, "x", {}, {"sessionContext": {"sessionIssuer": None}}])
def test_a_record_without_a_caller_is_read_too(identity: object) -> None:
    """A log may hold anything."""
    record = Record.read(json.dumps({"userIdentity": identity, "eventTime": "soon"}))
    assert (record.principal, record.role_arn, record.time, record.name) == ("-", "", None, "")


def test_a_deep_record_ends_as_text() -> None:
    """Below so many levels a value stands as JSON: a template that calls itself needs an end."""
    deep: object = "end"
    for _ in range(50):
        deep = {"in": deep}
    levels, field = 1, Record.read(json.dumps({"requestParameters": deep})).fields()[0]
    while field.fields:
        levels, field = levels + 1, field.fields[0]
    assert (levels, json.loads(field.value)["in"] != "") == (DEEPEST, True)


def test_only_a_record_is_a_record() -> None:
    """What is no JSON object is refused."""
    with pytest.raises(ValueError, match="no object"):
        Record.read("[]")


def test_every_explanation_is_there_in_every_language() -> None:
    """And says something."""
    assert {path: sorted(texts) for path, texts in explanations().items()} == dict.fromkeys(
        explanations(), sorted(LANGUAGES)
    )
    assert all(text.strip() for texts in explanations().values() for text in texts.values())
