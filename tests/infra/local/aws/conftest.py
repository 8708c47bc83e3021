"""The mends are tested where they count: through boto3 at the front door, each test in an account of its own.

With LAB_BARE_MOTO set the same tests meet moto as it is; `test_bare_moto` shows that each file notices.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from infra.deploy.listener import bind
from infra.local.aws import install
from infra.local.endpoint import Endpoint
from infra.local.identity import open_account
from infra.local.lake import Lake
from infra.local.wsgi import served
from scenario.access import Credentials, open_session

ACCOUNTS = itertools.count(100_000_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A VPC with one subnet in the region's second zone, two groups, and an interface that wears the first."""

    vpc: str
    subnet: str
    zone: str
    group: str
    other_group: str
    interface: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account, its region, and its organiser's keys in a session that all tests share: clients are cheap there."""

    id: str
    region: str
    keys: Credentials
    session: boto3.Session
    clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """A client of the organiser, the same every time."""
        if service not in self.clients:
            self.clients[service] = self.session.client(  # type: ignore[call-overload]
                service,
                region_name=self.region,
                aws_access_key_id=self.keys.access_key_id,
                aws_secret_access_key=self.keys.secret_access_key,
            )
        return self.clients[service]

    def let_stack_sets_in(self) -> None:
        """Make the role that self-managed stack sets act as."""
        self.client("iam").create_role(
            RoleName="AWSCloudFormationStackSetExecutionRole", AssumeRolePolicyDocument=json.dumps({"Statement": []})
        )

    def close(self) -> None:
        """Give the connections back: a server has only so many."""
        for client in self.clients.values():
            client.close()

    def network(self) -> Network:
        """Make a network."""
        ec2, zone = self.client("ec2"), f"{self.region}b"
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        groups = [
            ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"] for name in ("one", "two")
        ]
        interface = ec2.create_network_interface(SubnetId=subnet, Groups=groups[:1])["NetworkInterface"]
        return Network(
            vpc=vpc,
            subnet=subnet,
            zone=zone,
            group=groups[0],
            other_group=groups[1],
            interface=interface["NetworkInterfaceId"],
        )

    def image(self) -> str:
        """The id of the current Amazon Linux 2023 image."""
        name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
        return str(self.client("ssm").get_parameter(Name=name)["Parameter"]["Value"])

    def run(self, **settings: Any) -> str:
        """Run one instance."""
        settings = {"ImageId": self.image(), "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro"} | settings
        return str(self.client("ec2").run_instances(**settings)["Instances"][0]["InstanceId"])

    def run_on(self, interface: str) -> str:
        """Run one instance on an interface that is there."""
        return self.run(NetworkInterfaces=[{"NetworkInterfaceId": interface, "DeviceIndex": 0}])

    def instance(self, instance_id: str) -> dict[str, Any]:
        """What DescribeInstances shows."""
        found = self.client("ec2").describe_instances(InstanceIds=[instance_id])["Reservations"][0]["Instances"][0]
        return dict(found)

    def interface(self, interface_id: str) -> dict[str, Any]:
        """What DescribeNetworkInterfaces shows."""
        found = self.client("ec2").describe_network_interfaces(NetworkInterfaceIds=[interface_id])
        return dict(found["NetworkInterfaces"][0])

    def deploy(
        self,
        resources: Mapping[str, Any],
        *,
        name: str = "stack",
        given: Mapping[str, str] | None = None,
        **sections: Any,
    ) -> dict[str, Any]:
        """Create a stack; what DescribeStacks shows of it."""
        client = self.client("cloudformation")
        client.create_stack(
            StackName=name,
            TemplateBody=json.dumps({"Resources": resources, **sections}),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in (given or {}).items()],
        )
        return dict(client.describe_stacks(StackName=name)["Stacks"][0])

    def outputs(self, resources: Mapping[str, Any], outputs: Mapping[str, Any], **sections: Any) -> dict[str, str]:
        """The outputs of a stack made for them."""
        stack = self.deploy(resources, Outputs={key: {"Value": value} for key, value in outputs.items()}, **sections)
        assert stack["StackStatus"] == "CREATE_COMPLETE", self.failures(stack["StackId"])
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def failures(self, stack: str) -> dict[str, str]:
        """The reason of each resource's failure."""
        return {
            event["LogicalResourceId"]: event["ResourceStatusReason"]
            for event in self.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
            if event["ResourceStatus"].endswith("_FAILED")
        }


def refusal(call: Any, **parameters: Any) -> tuple[str, str]:
    """Code and message of the error that a call gets."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.fixture(scope="session")
def refused() -> Any:
    """`refused(client.operation, **parameters)` gives the code and the message of the refusal."""
    return refusal


@pytest.fixture(scope="session")
def lake() -> Iterator[Lake]:
    """A lake of its own."""
    lake = Lake()
    yield lake
    lake.close()


@pytest.fixture(scope="session")
def endpoint(lake: Lake) -> Iterator[str]:
    """Local AWS behind its front door, for the whole session; its address."""
    listener = bind("127.0.0.1", 0, option="")
    if not os.environ.get("LAB_BARE_MOTO"):
        install(lake=lake, endpoint_url=listener.url)
    with served(Endpoint(handlers={}), listener.socket):
        yield listener.url


@pytest.fixture(scope="session")
def shared_session(endpoint: str) -> boto3.Session:
    """One session that has loaded the service models."""
    nobody = Credentials(access_key_id="nobody", secret_access_key="nothing")
    return open_session(nobody, region="us-east-1", endpoint=endpoint)


@pytest.fixture
def open_one(endpoint: str, lake: Lake, shared_session: boto3.Session) -> Iterator[Any]:
    """`open_one(region)` opens an account that nothing has touched."""
    if not os.environ.get("LAB_BARE_MOTO"):
        install(lake=lake, endpoint_url=endpoint)

    opened: list[Account] = []

    def open_account_in(region: str = "us-east-1") -> Account:
        account_id = str(next(ACCOUNTS))
        opened.append(Account(id=account_id, region=region, keys=open_account(account_id), session=shared_session))
        return opened[-1]

    yield open_account_in
    for account in opened:
        account.close()


@pytest.fixture
def aws(open_one: Any) -> Account:
    """An account in us-east-1 that nothing has touched."""
    account: Account = open_one()
    return account
