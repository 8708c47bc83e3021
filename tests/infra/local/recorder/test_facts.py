"""Network facts from moto's EC2."""

from __future__ import annotations

import boto3
import pytest
from moto import mock_aws

from infra.local.recorder import Host, moto_host

ACCOUNT = "123456789012"


@pytest.fixture(autouse=True)
def _dummy_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "dummy")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "dummy")


@mock_aws
def test_an_instance_behind_a_gateway() -> None:
    """Region, addresses and the S3 gateway endpoint of the instance's own VPC."""
    ec2 = boto3.client("ec2", region_name="eu-west-1")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.eu-west-1.ecr.api", VpcEndpointType="Interface")
    gateway = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.eu-west-1.s3")["VpcEndpoint"][
        "VpcEndpointId"
    ]
    image = ec2.describe_images()["Images"][0]["ImageId"]
    instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet)["Instances"][0]
    private = instance["PrivateIpAddress"]
    assert moto_host(ACCOUNT, instance["InstanceId"]) == Host(
        "eu-west-1", private, instance.get("PublicIpAddress"), gateway
    )


@mock_aws
def test_an_unknown_instance() -> None:
    """An instance that no region has is no host."""
    assert moto_host(ACCOUNT, "i-0123456789abcdef0") is None
