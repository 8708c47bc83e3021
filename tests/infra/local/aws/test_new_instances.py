"""What AWS tells of instances and interfaces while they are new, and later."""

from __future__ import annotations

from typing import Any

# As real RunInstances records of Amazon Linux 2023 on a t3.micro have it.
OPTIONS = {
    "BootMode": "uefi-preferred",
    "CapacityReservationSpecification": {"CapacityReservationPreference": "open"},
    "CpuOptions": {"CoreCount": 1, "ThreadsPerCore": 2},
    "CurrentInstanceBootMode": "uefi",
    "EnaSupport": True,
    "EnclaveOptions": {"Enabled": False},
    "HibernationOptions": {"Configured": False},
    "MaintenanceOptions": {"AutoRecovery": "default", "RebootMigration": "default"},
    "PlatformDetails": "Linux/UNIX",
    "PrivateDnsNameOptions": {
        "HostnameType": "ip-name",
        "EnableResourceNameDnsARecord": False,
        "EnableResourceNameDnsAAAARecord": False,
    },
    "UsageOperation": "RunInstances",
}


def test_run_instances_answers_of_a_pending_instance(aws: Any) -> None:
    """Interfaces are attaching, volumes are to come; DescribeInstances shows both there, and the same options."""
    network = aws.network()
    (new,) = aws.client("ec2").run_instances(
        ImageId=aws.image(), MinCount=1, MaxCount=1, InstanceType="t3.micro", SubnetId=network.subnet
    )["Instances"]
    assert {key: new.get(key) for key in OPTIONS} == OPTIONS
    assert (new["StateReason"], new["BlockDeviceMappings"]) == ({"Code": "pending", "Message": "pending"}, [])
    assert new["NetworkInterfaces"][0]["Attachment"]["Status"] == "attaching"
    later = aws.instance(new["InstanceId"])
    assert {key: later.get(key) for key in OPTIONS} == OPTIONS
    assert "StateReason" not in later
    assert [device["Ebs"]["Status"] for device in later["BlockDeviceMappings"]] == ["attached"]
    assert later["NetworkInterfaces"][0]["Attachment"]["Status"] == "attached"


def test_a_new_interface_is_pending(aws: Any) -> None:
    """CreateNetworkInterface answers "pending"; then it is available."""
    network = aws.network()
    made = aws.client("ec2").create_network_interface(SubnetId=network.subnet)["NetworkInterface"]
    assert (made["Status"], aws.interface(made["NetworkInterfaceId"])["Status"]) == ("pending", "available")


def test_a_new_volume_is_being_created(aws: Any) -> None:
    """CreateVolume answers "creating", without attachments; then it is available."""
    ec2 = aws.client("ec2")
    made = ec2.create_volume(Size=1, AvailabilityZone="us-east-1a")
    assert (made["State"], made["MultiAttachEnabled"], "Attachments" in made) == ("creating", False, False)
    assert ec2.describe_volumes(VolumeIds=[made["VolumeId"]])["Volumes"][0]["State"] == "available"


def test_an_unknown_type_shows_no_processors(aws: Any) -> None:
    """moto takes any name for a type; nobody knows its cores."""
    assert "CpuOptions" not in aws.instance(aws.run(InstanceType="x9.huge"))
