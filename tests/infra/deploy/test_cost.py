"""The file of prices, and the resources it is asked for."""

from __future__ import annotations

import json

from jsonschema import Draft202012Validator, FormatChecker

from infra.account.template import template
from infra.deploy.cost import PRICES, resources


def test_the_prices_are_of_their_schema() -> None:
    """And each is of a resource that some lab has."""
    prices = json.loads(PRICES.read_text("utf-8"))
    schema = json.loads(PRICES.with_name(prices["$schema"]).read_text("utf-8"))
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(prices)
    kinds = {resource["Type"] for resource in json.loads(template())["Resources"].values()}
    assert {price["resource"] for price in prices["prices"]} <= kinds


def test_resources_are_counted_by_what_was_chosen() -> None:
    """Conditions decide, as CloudFormation has them."""
    document = json.loads(template())
    kinds = ("AWS::EC2::Instance", "AWS::CloudTrail::EventDataStore", "AWS::Athena::WorkGroup")
    for chosen, expected in (({"Store": "lake", "Bystanders": "3"}, [4, 1, 0]), ({"Bystanders": "0"}, [1, 0, 1])):
        counted = resources(document, chosen)
        assert [counted[kind] for kind in kinds] == expected
