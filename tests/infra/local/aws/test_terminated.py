"""A terminated instance: what it lets go of, what it still shows, and what it refuses."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from moto.core.utils import utcnow

from infra.local.aws import terminated

GONE = ("SecurityGroups", "NetworkInterfaces", "BlockDeviceMappings")


def test_it_shows_nothing_that_it_had(aws: Any) -> None:
    """No groups, interfaces, volumes, VPC, subnet or addresses, but why it ended."""
    network = aws.network()
    instance = aws.run_on(network.interface)
    before = aws.instance(instance)
    aws.client("ec2").terminate_instances(InstanceIds=[instance])
    shown = aws.instance(instance)
    assert all(before[key] for key in (*GONE, "VpcId", "SubnetId", "PrivateIpAddress", "PrivateDnsName"))
    assert {key: shown.get(key) for key in (*GONE, "VpcId", "SubnetId", "PrivateIpAddress", "PrivateDnsName")} == {
        "SecurityGroups": [],
        "NetworkInterfaces": [],
        "BlockDeviceMappings": [],
        "VpcId": None,
        "SubnetId": None,
        "PrivateIpAddress": None,
        "PrivateDnsName": "",
    }
    assert shown["State"] == {"Code": 48, "Name": "terminated"}
    assert shown["StateReason"] == {
        "Code": "Client.UserInitiatedShutdown",
        "Message": "Client.UserInitiatedShutdown: User initiated shutdown",
    }
    assert re.fullmatch(r"User initiated \(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d GMT\)", shown["StateTransitionReason"])
    assert shown["MetadataOptions"]["State"] == "pending"


def test_a_given_interface_becomes_available_and_keeps_its_groups_and_address(aws: Any) -> None:
    """An interface that was there before the instance outlives it, with the elastic address on it."""
    network, ec2 = aws.network(), aws.client("ec2")
    address = ec2.allocate_address(Domain="vpc")
    ec2.associate_address(AllocationId=address["AllocationId"], NetworkInterfaceId=network.interface)
    instance = aws.run_on(network.interface)
    assert aws.instance(instance)["PublicIpAddress"] == address["PublicIp"]
    ec2.terminate_instances(InstanceIds=[instance])
    interface = aws.interface(network.interface)
    assert (interface["Status"], interface.get("Attachment")) == ("available", None)
    assert [group["GroupId"] for group in interface["Groups"]] == [network.group]
    assert interface["Association"]["PublicIp"] == address["PublicIp"]


def test_the_root_volume_goes_with_it(aws: Any, refused: Any) -> None:
    """A root volume is deleted on termination unless its mapping says otherwise."""
    network, ec2 = aws.network(), aws.client("ec2")
    instance = aws.run_on(network.interface)
    volume = aws.instance(instance)["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
    ec2.terminate_instances(InstanceIds=[instance])
    assert refused(ec2.describe_volumes, VolumeIds=[volume])[0] == "InvalidVolume.NotFound"


def test_terminating_twice_is_no_error(aws: Any) -> None:
    """The second call finds it terminated, and leaves it so."""
    network, ec2 = aws.network(), aws.client("ec2")
    instance = aws.run_on(network.interface)
    changes = [ec2.terminate_instances(InstanceIds=[instance])["TerminatingInstances"][0] for _ in range(2)]
    assert [(change["PreviousState"]["Name"], change["CurrentState"]["Name"]) for change in changes] == [
        ("running", "shutting-down"),
        ("terminated", "terminated"),
    ]


@pytest.mark.parametrize(
    ("operation", "parameters", "code", "message"),
    [
        (
            "start_instances",
            {"InstanceIds": ["{}"]},
            "IncorrectInstanceState",
            "The instance '{}' is not in a state from which it can be started.",
        ),
        (
            "stop_instances",
            {"InstanceIds": ["{}"]},
            "IncorrectInstanceState",
            "This instance '{}' is not in a state from which it can be stopped.",
        ),
        (
            "reboot_instances",
            {"InstanceIds": ["{}"]},
            "IncorrectInstanceState",
            "The instance '{}' is not in a state from which it can be rebooted.",
        ),
        (
            "modify_instance_attribute",
            {"InstanceId": "{}", "DisableApiTermination": {"Value": True}},
            "IncorrectInstanceState",
            "The instance '{}' is not in a state from which it can be modified.",
        ),
        (
            "modify_instance_attribute",
            {"InstanceId": "{}", "Groups": ["group"]},
            "InvalidInstanceID",
            "The terminated instance '{}' is not in a valid state for this operation.",
        ),
        (
            "attach_network_interface",
            {"InstanceId": "{}", "NetworkInterfaceId": "interface", "DeviceIndex": 1},
            "InvalidInstanceID",
            "The terminated instance '{}' is not in a valid state for this operation.",
        ),
    ],
)
def test_it_cannot_be_changed(
    aws: Any, refused: Any, operation: str, parameters: dict[str, Any], code: str, message: str
) -> None:
    """Starting, stopping, rebooting and modifying a terminated instance are refused, each in AWS's words."""
    network, ec2 = aws.network(), aws.client("ec2")
    instance = aws.run_on(network.interface)
    ec2.terminate_instances(InstanceIds=[instance])
    names = {"{}": instance, "group": network.group, "interface": network.interface}
    filled = {
        key: [names[item] for item in value]
        if isinstance(value, list)
        else names.get(value, value)
        if isinstance(value, str)
        else value
        for key, value in parameters.items()
    }
    assert refused(getattr(ec2, operation), **filled) == (code, message.format(instance))


def test_its_group_can_be_deleted_when_its_own_interface_went_with_it(aws: Any) -> None:
    """An interface made at launch is deleted on termination, and nothing wears the group any more."""
    network, ec2 = aws.network(), aws.client("ec2")
    instance = aws.run(SubnetId=network.subnet, SecurityGroupIds=[network.other_group])
    ec2.terminate_instances(InstanceIds=[instance])
    ec2.delete_security_group(GroupId=network.other_group)


def test_it_disappears_after_an_hour(aws: Any, refused: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """DescribeInstances knows it for an hour, then not."""
    network, ec2 = aws.network(), aws.client("ec2")
    instance = aws.run_on(network.interface)
    ec2.terminate_instances(InstanceIds=[instance])
    monkeypatch.setattr(terminated, "utcnow", lambda: utcnow() + timedelta(minutes=59))
    assert aws.instance(instance)["State"]["Name"] == "terminated"
    monkeypatch.setattr(terminated, "utcnow", lambda: utcnow() + timedelta(minutes=61))
    assert refused(ec2.describe_instances, InstanceIds=[instance])[0] == "InvalidInstanceID.NotFound"
    assert ec2.describe_instances()["Reservations"] == []
