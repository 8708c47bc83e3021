"""Attributes that only a stopped instance takes."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    "change", [{"UserData": {"Value": b"echo"}}, {"InstanceType": {"Value": "t3.small"}}], ids=["user data", "type"]
)
def test_a_running_instance_keeps_them(aws: Any, refused: Any, change: dict[str, Any]) -> None:
    """It is refused while the instance runs, and done once it is stopped."""
    ec2, instance = aws.client("ec2"), aws.run_on(aws.network().interface)
    assert refused(ec2.modify_instance_attribute, InstanceId=instance, **change) == (
        "IncorrectInstanceState",
        f"The instance '{instance}' is not in the 'stopped' state.",
    )
    assert aws.instance(instance)["InstanceType"] == "t3.micro"
    ec2.stop_instances(InstanceIds=[instance])
    ec2.modify_instance_attribute(InstanceId=instance, **change)


def test_other_attributes_can_be_changed_while_it_runs(aws: Any) -> None:
    """The protection from termination, for one."""
    ec2, instance = aws.client("ec2"), aws.run_on(aws.network().interface)
    ec2.modify_instance_attribute(InstanceId=instance, DisableApiTermination={"Value": True})
    shown = ec2.describe_instance_attribute(InstanceId=instance, Attribute="disableApiTermination")
    assert shown["DisableApiTermination"] == {"Value": True}
