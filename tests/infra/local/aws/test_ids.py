"""Ids look like AWS's."""

from __future__ import annotations

import re
from typing import Any


def test_ids_begin_with_a_zero(aws: Any) -> None:
    """Whatever EC2 makes has seventeen digits, of which the first is zero."""
    network = aws.network()
    made = (network.vpc, network.subnet, network.group, network.interface, aws.run_on(network.interface))
    assert [i for i in made if not re.fullmatch(r"[a-z]+-0[0-9a-f]{16}", i)] == []


def test_an_instance_shows_its_profiles_own_id(aws: Any) -> None:
    """ARN and id are those that IAM gives."""
    iam, network = aws.client("iam"), aws.network()
    profile = iam.create_instance_profile(InstanceProfileName="host")["InstanceProfile"]
    instance = aws.run(SubnetId=network.subnet, IamInstanceProfile={"Name": "host"})
    assert aws.instance(instance)["IamInstanceProfile"] == {"Arn": profile["Arn"], "Id": profile["InstanceProfileId"]}


def test_iams_ids_tell_what_they_are_of(aws: Any) -> None:
    """Twenty-one characters, of which the first four are those of users, groups and instance profiles."""
    iam = aws.client("iam")
    made = {
        "AIDA": iam.create_user(UserName="ana")["User"]["UserId"],
        "AGPA": iam.create_group(GroupName="staff")["Group"]["GroupId"],
        "AIPA": iam.create_instance_profile(InstanceProfileName="host")["InstanceProfile"]["InstanceProfileId"],
    }
    assert [id_ for prefix, id_ in made.items() if not re.fullmatch(f"{prefix}[A-Z2-7]{{17}}", id_)] == []


def test_an_interface_tells_who_asked_for_it(aws: Any) -> None:
    """By the principal id of the caller."""
    (organiser,) = aws.client("iam").list_users()["Users"]
    assert aws.interface(aws.network().interface)["RequesterId"] == organiser["UserId"]
