"""An instance's root volume and network interface, which CloudFormation itself cannot name."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import CustomResource, Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.account.acknowledged import acknowledge
from infra.account.network import Network

_HANDLER = Path(__file__).with_name("attachments_handler.py")


class Attachments(Construct):
    """`volume_id` and `interface_id` are those of the instance's root volume and of its only interface.

    The function may not write logs: it gives its reason to CloudFormation, and leaves no log group behind. Learners
    read in CloudTrail what it asks and under which name: neither tells the instance.
    """

    def __init__(self, scope: Construct, name: str, *, network: Network, instance: ec2.CfnInstance) -> None:
        super().__init__(scope, name)
        look = iam.PolicyStatement(actions=["ec2:DescribeInstances"], resources=["*"])
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"Look": iam.PolicyDocument(statements=[look])},
        )
        acknowledge(role, {"IAM5[Resource::*]": "DescribeInstances takes no resource"})
        function = lambda_.CfnFunction(
            self,
            "Function",
            code=lambda_.CfnFunction.CodeProperty(zip_file=_HANDLER.read_text("utf-8")),
            handler="index.handler",
            role=role.role_arn,
            runtime="python3.14",
            timeout=120,
        )
        answer = CustomResource(
            self,
            "Id",
            properties={"InstanceId": instance.ref, "VpcId": network.vpc.vpc_id},
            resource_type="Custom::Attachments",
            service_timeout=Duration.minutes(5),
            service_token=function.attr_arn,
        )
        self.volume_id = answer.ref
        self.interface_id = answer.get_att_string("InterfaceId")
