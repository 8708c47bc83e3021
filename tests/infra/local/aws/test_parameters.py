"""Parameters of a stack: checked, and never more than text."""

from __future__ import annotations

from typing import Any

import pytest

BUCKET = {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {}}}
PARAMETERS = {
    "Count": {"Type": "Number", "Default": 2, "MinValue": 0, "MaxValue": 3},
    "Name": {"Type": "String", "AllowedPattern": "[a-z]+", "ConstraintDescription": "small letters"},
    "Size": {"Type": "String", "Default": "small", "AllowedValues": ["small", "large"]},
    "Code": {"Type": "String", "Default": "abc", "MinLength": 2, "MaxLength": 4},
}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "Parameters: [Name] must have values"),
        ({"Name": "a", "Else": "b"}, "Parameters: [Else] do not exist in the template"),
        ({"Name": "A!"}, "Parameter 'Name' failed to satisfy constraint: small letters"),
        ({"Name": "a", "Count": "4"}, "Parameter 'Count' must be a number not greater than 3"),
        ({"Name": "a", "Count": "-1"}, "Parameter 'Count' must be a number not less than 0"),
        ({"Name": "a", "Count": "two"}, "Parameter 'Count' must be a number."),
        ({"Name": "a", "Size": "huge"}, "Parameter 'Size' must be one of ['small', 'large']"),
        ({"Name": "a", "Code": "x"}, "Parameter 'Code' must contain at least 2 characters"),
        ({"Name": "a", "Code": "xxxxx"}, "Parameter 'Code' must contain at most 4 characters"),
    ],
)
def test_values_are_checked(aws: Any, refused: Any, given: dict[str, str], message: str) -> None:
    """What breaks a constraint makes no stack."""
    assert refused(aws.deploy, resources=BUCKET, given=given, Parameters=PARAMETERS) == ("ValidationError", message)


@pytest.mark.parametrize(("given", "expected"), [({}, "two"), ({"Count": "2"}, "two"), ({"Count": "1"}, "other")])
def test_a_number_compares_as_text(aws: Any, given: dict[str, str], expected: str) -> None:
    """Conditions compare a Number, given or by default, with the text of it."""
    outputs = aws.outputs(
        BUCKET,
        {"Answer": {"Fn::If": ["IsTwo", "two", "other"]}},
        given={"Name": "a", **given},
        Parameters=PARAMETERS,
        Conditions={"IsTwo": {"Fn::Equals": [{"Ref": "Count"}, "2"]}},
    )
    assert outputs == {"Answer": expected}
