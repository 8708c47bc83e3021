from __future__ import annotations

import re

import pytest

from tests.infra.account.resources import Resources

NAMES = {
    "TeamId",
    "LabSeed",
    "Bystanders",
    "Store",
    "MachineImage",
    "LearnerPrincipal",
    "GraderPrincipal",
    "GraderExternalId",
    "GraderRoleName",
}


def test_only_the_seed_has_to_be_given(resources: Resources) -> None:
    """Every other parameter has a default, and the seed is the one that is never shown."""
    parameters = resources.document["Parameters"]
    assert set(parameters) == NAMES
    assert [name for name, parameter in parameters.items() if "Default" not in parameter] == ["LabSeed"]
    assert [name for name, parameter in parameters.items() if parameter.get("NoEcho")] == ["LabSeed"]


def test_the_console_explains_every_parameter(resources: Resources) -> None:
    """Each has a description, a label and a place in one group."""
    interface = resources.document["Metadata"]["AWS::CloudFormation::Interface"]
    grouped = [name for group in interface["ParameterGroups"] for name in group["Parameters"]]
    assert sorted(grouped) == sorted(NAMES)
    assert set(interface["ParameterLabels"]) == NAMES
    assert all(parameter["Description"] for parameter in resources.document["Parameters"].values())


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("TeamId", ["solo", "team-07", "a.b_c"], ["", "-a", "two words", "x" * 65]),
        ("LabSeed", ["7", "correct-horse", "a/b+c=="], ["", "it's", 'a"b', "$HOME", "a`b", "a\\b", "a b", "x" * 129]),
        (
            "LearnerPrincipal",
            [
                "",
                "arn:aws:iam::111111111111:root",
                "arn:aws-us-gov:iam::111111111111:role/path/Name",
                "arn:aws:sts::111111111111:assumed-role/Role/session",
            ],
            ["*", "111111111111", "arn:aws:iam::aws:root", "arn:aws:s3:::bucket"],
        ),
        ("GraderExternalId", ["", "lab:42"], ["x", "with space"]),
        ("GraderRoleName", ["", "lab-event-grader"], ["path/Name", "x" * 65]),
    ],
)
def test_values_that_would_break_something_are_refused(
    resources: Resources, name: str, good: list[str], bad: list[str]
) -> None:
    """Patterns keep out what a shell, a policy or a name cannot hold."""
    pattern = re.compile(resources.document["Parameters"][name]["AllowedPattern"])
    assert [value for value in good if not pattern.fullmatch(value)] == []
    assert [value for value in bad if pattern.fullmatch(value)] == []


def test_bystanders_are_none_to_three(resources: Resources) -> None:
    """The console offers the four numbers."""
    assert resources.document["Parameters"]["Bystanders"]["AllowedValues"] == ["0", "1", "2", "3"]


def test_conditions_count_bystanders(resources: Resources) -> None:
    """More than n holds for exactly the numbers above n."""
    conditions = resources.document["Conditions"]
    counted = {
        name: {equals["Fn::Equals"][1] for equals in conditions[name].get("Fn::Or", [conditions[name]])}
        for name in conditions
        if name.endswith("Bystanders")
    }
    assert counted == {
        "MoreThan0Bystanders": {"1", "2", "3"},
        "MoreThan1Bystanders": {"2", "3"},
        "MoreThan2Bystanders": {"3"},
    }
