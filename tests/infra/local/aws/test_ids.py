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
