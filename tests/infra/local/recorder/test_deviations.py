"""The table of deviations: sound by its schema, and about things that exist."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import botocore.session
import jsonschema
import pytest

from infra.local.recorder.deviations import deviations
from infra.local.recorder.operations import recorded

PACKAGE = files("infra.local.recorder")
TABLE: dict[str, Any] = json.loads(PACKAGE.joinpath("deviations.json").read_text("utf-8"))


@cache
def operations_of(service: str) -> set[str]:
    return set(botocore.session.get_session().get_service_model(service).operation_names)


def test_the_table_satisfies_its_schema() -> None:
    """Every line says only what the schema describes."""
    schema = json.loads(PACKAGE.joinpath("deviations.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(TABLE)


@pytest.mark.parametrize("section", ["services", "operations"])
def test_the_table_keeps_one_line_an_entry(section: str) -> None:
    """An entry is found by its name and changed on its own line."""
    lines = PACKAGE.joinpath("deviations.json").read_text("utf-8").splitlines()
    expected = [f"    {json.dumps(name)}: {json.dumps(entry)}" for name, entry in TABLE[section].items()]
    assert [line.removesuffix(",") for line in lines if line.removesuffix(",") in expected] == expected
    assert list(TABLE[section]) == sorted(TABLE[section])


def test_the_table_names_operations_that_botocore_knows() -> None:
    """No line is dead for a misspelt name."""
    named = {tuple(name.split(":")) for name in TABLE["operations"]}
    for service, habits in TABLE["services"].items():
        named |= {(service, operation) for key in ("data", "unrecorded") for operation in habits.get(key, [])}
    named |= {("ec2", operation) for operation in TABLE["ec2"]["legacy"]}
    assert [name for name in sorted(named) if name[1] not in operations_of(name[0])] == []


def test_every_line_of_the_table_compiles() -> None:
    """Each operation with a deviation can be recorded."""
    for name in deviations().operations:
        service, _, operation = name.partition(":")
        assert recorded(service, operation).source.endswith(".amazonaws.com")


@pytest.mark.parametrize(
    ("service", "operation", "read_only", "data"),
    [
        ("ec2", "DescribeInstances", True, False),
        ("ec2", "GetPasswordData", True, False),
        ("ec2", "CreateSnapshot", False, False),
        ("sts", "AssumeRole", True, False),
        ("sts", "GetCallerIdentity", True, False),
        ("kms", "Decrypt", True, False),
        ("cloudtrail", "LookupEvents", True, False),
        ("cloudtrail", "GetQueryResults", True, False),
        ("cloudtrail", "StartQuery", False, False),
        ("s3", "ListBuckets", True, False),
        ("s3", "PutObject", False, True),
        ("s3", "ListObjectsV2", True, True),
        ("dynamodb", "PutItem", False, True),
        ("lambda", "Invoke", False, True),
    ],
)
def test_reads_and_data_events(service: str, operation: str, read_only: bool, data: bool) -> None:
    """`readOnly` and the event category follow the table."""
    found = recorded(service, operation)
    assert (found.read_only, found.data) == (read_only, data)
