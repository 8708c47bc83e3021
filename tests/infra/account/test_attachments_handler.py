from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import boto3
import pytest
from moto import mock_aws

REGION = "eu-west-1"


class Answers(ModuleType):
    """Stands for the module that Lambda puts beside inline code; keeps what would be sent to CloudFormation."""

    SUCCESS = "SUCCESS"
    FAILED = "FAILED"

    def __init__(self) -> None:
        super().__init__("cfnresponse")
        self.sent: list[tuple[str, str, object, str]] = []

    def send(
        self, event: object, context: object, status: str, data: object, physical_id: str, reason: str = ""
    ) -> None:
        """As the real one, to a list."""
        self.sent.append((status, physical_id, data, reason))


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """What the handler answers."""
    kept = Answers()
    monkeypatch.setitem(sys.modules, "cfnresponse", kept)
    monkeypatch.delitem(sys.modules, "infra.account.attachments_handler", raising=False)
    return kept


@pytest.fixture
def ec2(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An EC2 client in an account of its own."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        yield boto3.client("ec2", region_name=REGION)


def run(kind: str, **event: Any) -> None:
    """Hand a request of CloudFormation to the handler."""
    import_module("infra.account.attachments_handler").handler({"RequestType": kind, **event}, object())


def test_create_answers_with_what_is_attached(answers: Answers, ec2: Any) -> None:
    """The physical id is the volume on the root device, not another one that is attached."""
    image = ec2.describe_images()["Images"][0]["ImageId"]
    disks = [{"DeviceName": name, "Ebs": {"VolumeSize": 8}} for name in ("/dev/sdf", "/dev/sda1")]
    launched = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, BlockDeviceMappings=disks)
    instance_id = launched["Instances"][0]["InstanceId"]
    (instance,) = ec2.describe_instances(InstanceIds=[instance_id])["Reservations"][0]["Instances"]
    volumes = {disk["DeviceName"]: disk["Ebs"]["VolumeId"] for disk in instance["BlockDeviceMappings"]}
    run("Create", ResourceProperties={"InstanceId": instance_id, "VpcId": instance["VpcId"]})
    (interface,) = instance["NetworkInterfaces"]
    data = {"InterfaceId": interface["NetworkInterfaceId"]}
    assert answers.sent == [("SUCCESS", volumes[instance["RootDeviceName"]], data, "")]


def test_the_question_names_no_instance(answers: Answers, ec2: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several instances the right one's volume is found, and EC2 is asked about all of the VPC."""
    image = ec2.describe_images()["Images"][0]["ImageId"]
    first, second = ec2.run_instances(ImageId=image, MinCount=2, MaxCount=2)["Instances"]
    asked: list[dict[str, Any]] = []
    ec2.meta.events.register("provide-client-params.ec2.DescribeInstances", lambda params, **_: asked.append(params))
    handler = import_module("infra.account.attachments_handler")
    found = [handler.attachments(ec2, one["VpcId"], one["InstanceId"]) for one in (first, second)]
    volumes = ec2.describe_volumes()["Volumes"]
    holders = {volume["VolumeId"]: volume["Attachments"][0]["InstanceId"] for volume in volumes}
    assert [holders[volume] for volume, _ in found] == [first["InstanceId"], second["InstanceId"]]
    assert asked == [{"Filters": [{"Name": "vpc-id", "Values": [first["VpcId"]]}]}] * 2


def test_create_says_why_it_failed(answers: Answers, ec2: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of EC2 becomes the reason that CloudFormation shows."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_EC2", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    run("Create", ResourceProperties={"InstanceId": "i-0123456789abcdef0", "VpcId": "vpc-1"})
    ((status, physical_id, data, reason),) = answers.sent
    assert (status, physical_id, data) == ("FAILED", "none", {})
    assert "127.0.0.1:9" in reason


def test_create_gives_up_on_an_instance_without_volume(
    answers: Answers, ec2: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After its attempts it says so, rather than let CloudFormation wait for the time-out."""
    launched = ec2.run_instances(ImageId=ec2.describe_images()["Images"][0]["ImageId"], MinCount=1, MaxCount=1)
    instance_id, vpc_id = launched["Instances"][0]["InstanceId"], launched["Instances"][0]["VpcId"]
    (volume,) = ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [instance_id]}])["Volumes"]
    ec2.stop_instances(InstanceIds=[instance_id])
    ec2.detach_volume(InstanceId=instance_id, VolumeId=volume["VolumeId"])
    monkeypatch.setattr(import_module("infra.account.attachments_handler"), "SECONDS_BETWEEN", 0)
    run("Create", ResourceProperties={"InstanceId": instance_id, "VpcId": vpc_id})
    assert answers.sent == [("FAILED", "none", {}, f"{instance_id} has no root volume yet")]


def test_delete_has_nothing_to_undo(answers: Answers, ec2: Any) -> None:
    """A delete is answered with the id it came with, even after the instance is gone."""
    run("Delete", PhysicalResourceId="vol-1", ResourceProperties={"InstanceId": "i-gone"})
    assert answers.sent == [("SUCCESS", "vol-1", {}, "")]
