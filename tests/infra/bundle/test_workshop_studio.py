"""The bundle for Workshop Studio."""

from __future__ import annotations

import json
from typing import Any

import yaml

from infra.account.template import template
from infra.bundle.workshop_studio import PARTICIPANT, bundle
from scenario.language import LANGUAGES
from scenario.stage import output_key

SEED = "a-seed-for-tests"


def spec() -> dict[str, Any]:
    """What contentspec.yaml says."""
    return dict(yaml.safe_load(bundle(seed=SEED, store="athena")["contentspec.yaml"]))


def stack() -> dict[str, Any]:
    """The one stack of each account."""
    (found,) = spec()["infrastructure"]["cloudformationTemplates"]
    return dict(found)


def test_every_parameter_without_a_default_is_given() -> None:
    """Or the build fails; and none is given that the template does not have."""
    declared = json.loads(template())["Parameters"]
    given = {one["templateParameter"]: one["defaultValue"] for one in stack()["parameters"]}
    assert {name for name, parameter in declared.items() if "Default" not in parameter} <= set(given) <= set(declared)
    assert (given["LabSeed"], given["Store"]) == (SEED, "athena")


def test_what_is_named_is_there() -> None:
    """Template, policy, and a page of the guide for each locale."""
    files = bundle(seed=SEED, store="athena")
    assert files[stack()["templateLocation"]] == template()
    (policy,) = spec()["awsAccountConfig"]["participantRole"]["iamPolicies"]
    assert json.loads(files[policy]) == PARTICIPANT
    assert [code.partition("-")[0] for code in spec()["localeCodes"]] == list(LANGUAGES)


def test_participants_see_no_output_that_answers() -> None:
    """Not the instance, nor its buckets: their own role and the store."""
    assert stack()["participantVisibleStackOutputs"] == [output_key("learner_role_arn"), output_key("store_id")]


def test_the_seed_is_in_one_file() -> None:
    """The one that participants do not see."""
    files = bundle(seed=SEED, store="lake")
    assert [name for name, text in files.items() if SEED in text] == ["contentspec.yaml"]


def test_every_region_of_the_story_is_open() -> None:
    """A Region that is closed to the account would refuse what the story says is answered."""
    regions = spec()["awsAccountConfig"]["regionConfiguration"]
    assert {"us-east-1", "ap-northeast-1", "eu-central-1"} <= set(regions["accessibleRegions"]["required"])
    deployable = {*regions["deployableRegions"]["recommended"], *regions["deployableRegions"]["optional"]}
    assert deployable <= set(regions["accessibleRegions"]["required"])
