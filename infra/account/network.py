"""Where the hosts stand: one VPC, one public subnet, no NAT, S3 through a gateway endpoint."""

from __future__ import annotations

from aws_cdk import Tags
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from infra.account.acknowledged import acknowledge


class Network(Construct):
    """One public subnet with its way out; `vpc` and `subnet` are what hosts need of it."""

    def __init__(self, scope: Construct, name: str) -> None:
        super().__init__(scope, name)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr("10.0.0.0/24"),
            max_azs=1,
            nat_gateways=0,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="Public", subnet_type=ec2.SubnetType.PUBLIC, map_public_ip_on_launch=True)
            ],
            gateway_endpoints={
                "S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3),
            },
            restrict_default_security_group=False,  # CDK would bring a Lambda asset to do it
        )
        self.subnet = self.vpc.public_subnets[0]
        acknowledge(self.vpc, {"VPC7": "nothing is asked of the traffic: a lab's evidence is what CloudTrail recorded"})

    def stand_after(self, store_id: str) -> None:
        """Let the subnet bear the store's id: CloudFormation makes no subnet, and no host, before the store.

        DependsOn would have to name both stores, of which only one is made.
        """
        subnet = self.subnet.node.default_child
        assert subnet is not None, "CDK makes it at once"
        Tags.of(subnet).add("EventStore", store_id)
