"""The company behind the background events."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from importlib.resources import files

import jsonschema
import pytest

from infra.local.company import Template, company, templates

ACCOUNT = "111111111111"
REGION = "eu-west-1"
SINCE, UNTIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def drawn() -> list[Template]:
    """All templates of one seed."""
    return list(templates(ACCOUNT, REGION, "seed", SINCE, UNTIL))


def test_the_data_file_is_valid() -> None:
    """It follows its schema, and names only groups, agents and words that it has."""
    schema = json.loads(files("infra.local").joinpath("company.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(company(), schema)
    groups = {group for actor in company()["actors"] for group in actor["calls"]}
    agents = {actor["agent"] for actor in company()["actors"] if "agent" in actor}
    assert groups == set(company()["calls"])
    assert agents <= set(company()["agents"])


def test_the_same_seed_draws_the_same(drawn: list[Template]) -> None:
    """Records come from the seed and the account alone; another seed gives others of the same shape."""
    again = list(templates(ACCOUNT, REGION, "seed", SINCE, UNTIL))
    assert again == drawn
    assert [template.record for template in reversed(again)] == [template.record for template in reversed(drawn)]
    other = list(templates(ACCOUNT, REGION, "other", SINCE, UNTIL))
    assert len(other) == len(drawn)
    principals = [{t.record["userIdentity"].get("principalId") for t in some} - {None} for some in (drawn, other)]
    assert principals[0].isdisjoint(principals[1] - {f"{ACCOUNT}:aws:ec2-instance"})


def test_nothing_is_left_to_fill_in(drawn: list[Template]) -> None:
    """Every hole of the data file has been filled."""
    text = json.dumps([template.record for template in drawn])
    assert [
        hole for hole in ("{account}", "{hex", "{digits", "{base", "{octet}", "{session}", "{name}") if hole in text
    ] == []
    assert [word for word in company()["words"] if f"{{{word}}}" in text] == []


def test_records_look_like_records(drawn: list[Template]) -> None:
    """Each has what every real record has, and belongs to the account."""
    always = {
        "eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress",
        "userAgent", "requestParameters", "responseElements", "eventID", "readOnly", "eventType", "managementEvent",
        "recipientAccountId", "eventCategory", "requestID",
    }  # fmt: skip
    assert all(always <= template.record.keys() for template in drawn)
    assert {template.record["recipientAccountId"] for template in drawn} == {ACCOUNT}
    assert {t.record["awsRegion"] for t in drawn} == {REGION, "us-east-1"}
    assert all(t.record["responseElements"] is None for t in drawn if "errorCode" in t.record)


def test_a_role_is_one_role(drawn: list[Template]) -> None:
    """All sessions of a role have the same issuer, and each session keys of its own."""
    issuers: dict[str, str] = {}
    for template in drawn:
        issuer = template.record["userIdentity"].get("sessionContext", {}).get("sessionIssuer")
        if issuer and "aws:ec2" not in issuer["principalId"]:
            assert issuers.setdefault(issuer["arn"], issuer["principalId"]) == issuer["principalId"]
    assert len(set(issuers.values())) == len(issuers) > 8


def test_no_instance_lists_buckets(drawn: list[Template]) -> None:
    """Whoever lists buckets is no instance: that question has one answer."""
    listing = {
        template.record["userIdentity"].get("principalId", "")
        for template in drawn
        if template.record["eventName"] == "ListBuckets"
    }
    assert listing
    assert [principal for principal in listing if ":i-" in principal] == []


def test_all_kinds_of_principals(drawn: list[Template]) -> None:
    """People, roles, services, instances, and look-alikes of instances."""
    kinds = Counter(template.record["userIdentity"]["type"] for template in drawn)
    assert kinds.keys() == {"IAMUser", "AssumedRole", "AWSService"}
    principals = {template.record["userIdentity"].get("principalId", "") for template in drawn}
    assert any(principal.startswith(f"{ACCOUNT}:aws:ec2-instance:i-") for principal in principals)
    assert any(principal.startswith("AROA") and ":i-" in principal for principal in principals)
