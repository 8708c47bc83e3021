"""The machines: the compromised instance, and up to three bystanders that are not.

Construct names end up in logical ids, tags and role names, which learners read: they give nothing away.
"""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Aws, CfnCondition, CfnResource, CfnTag, Fn
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.account.acknowledged import acknowledge
from infra.account.network import Network
from infra.account.user_data import SharedScript, story_payload, user_data

_ROOT_DEVICE = "/dev/xvda"  # of every Amazon Linux 2023 image
_BYSTANDERS = ("Api", "Billing", "Jobs")

# What the compromised instance may do beside its bucket; the story's other calls are refused.
_DISCOVERY = [
    "cloudtrail:DescribeTrails",
    "dynamodb:ListTables",
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeImages",
    "ec2:DescribeInstances",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeRegions",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSnapshots",
    "ec2:DescribeSubnets",
    "ec2:DescribeVolumes",
    "ec2:DescribeVpcs",
    "iam:ListAccountAliases",
    "kms:ListAliases",
    "lambda:ListFunctions",
    "logs:DescribeLogGroups",
    "s3:ListAllMyBuckets",
]


class CompromisedHost(Construct):
    """The instance that plays the story, made as the bystanders are: nothing in the stack's events tells it from them.

    Its subnet gives it a public address: nothing but S3 has an endpoint in the VPC, and the story calls other services
    too.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        network: Network,
        machine_image: str,
        lab_seed: str,
        drop_bucket: s3.Bucket,
    ) -> None:
        super().__init__(scope, name)
        self.group = _open_outwards(self, network)
        self.role = _instance_role(
            self,
            [
                iam.PolicyStatement(actions=_DISCOVERY, resources=["*"]),
                iam.PolicyStatement(
                    actions=["s3:GetBucketLocation", "s3:ListBucket"], resources=[drop_bucket.bucket_arn]
                ),
                iam.PolicyStatement(actions=["s3:PutObject"], resources=[drop_bucket.arn_for_objects("*")]),
            ],
        )
        acknowledge(
            self.role,
            {
                "IAM5[Resource::*]": "weak on purpose: it may look around, by calls that take no resource",
                "IAM5[Resource::<DataExchange.Arn>/*]": "weak on purpose: it may upload under any key",
            },
        )
        script = user_data(
            "compromised.sh", {"Story": story_payload(), "LabSeed": lab_seed, "DropBucket": drop_bucket.bucket_name}
        )
        self.instance = _instance(self, network, self.group, self.role, machine_image, script)


class Bystanders(Construct):
    """Harmless hosts, each with a role of its own: they list buckets now and then and upload to their bucket.

    `wanted` has a condition for each of them: the n-th exists where it holds.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        network: Network,
        machine_image: str,
        bucket: s3.Bucket,
        wanted: Sequence[CfnCondition],
    ) -> None:
        super().__init__(scope, name)
        group = _open_outwards(self, network)
        shared = SharedScript(self, "Script", "bystander.sh")
        self._wanted = wanted
        self.instances = [
            _bystander(Construct(self, host), number, shared, network, group, machine_image, bucket, condition)
            for number, (host, condition) in enumerate(zip(_BYSTANDERS, wanted, strict=True), start=1)
        ]

    @property
    def ids(self) -> str:
        """The ids of those that exist, comma-separated; empty where there are none."""
        ids = ""
        for condition, instance in zip(self._wanted, self.instances, strict=True):
            one_more = f",{instance.ref}" if ids else instance.ref
            ids += Fn.condition_if(condition.logical_id, one_more, "").to_string()
        return ids


def _bystander(
    scope: Construct,
    number: int,
    shared: SharedScript,
    network: Network,
    group: ec2.SecurityGroup,
    machine_image: str,
    bucket: s3.Bucket,
    condition: CfnCondition,
) -> ec2.CfnInstance:
    role = _instance_role(
        scope,
        [
            iam.PolicyStatement(actions=["s3:ListAllMyBuckets"], resources=["*"]),
            iam.PolicyStatement(actions=["s3:PutObject"], resources=[bucket.arn_for_objects("*")]),
        ],
    )
    acknowledge(
        role,
        {
            "IAM5[Resource::*]": "ListAllMyBuckets takes no resource",
            "IAM5[Resource::<DataReports.Arn>/*]": "reports have a new key each day",
        },
    )
    script = shared.user_data({"AWS::Region": Aws.REGION, "Host": str(number), "Bucket": bucket.bucket_name})
    instance = _instance(scope, network, group, role, machine_image, script)
    for child in scope.node.find_all():
        if isinstance(child, CfnResource):
            child.cfn_options.condition = condition
    return instance


def _open_outwards(scope: Construct, network: Network) -> ec2.SecurityGroup:
    return ec2.SecurityGroup(
        scope, "Group", vpc=network.vpc, description="Outbound traffic only", allow_all_outbound=True
    )


def _instance_role(scope: Construct, statements: Sequence[iam.PolicyStatement]) -> iam.Role:
    return iam.Role(
        scope,
        "Role",
        assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"),
        inline_policies={"Host": iam.PolicyDocument(statements=statements)},
    )


def _instance(
    scope: Construct,
    network: Network,
    group: ec2.SecurityGroup,
    role: iam.Role,
    machine_image: str,
    script: str,
) -> ec2.CfnInstance:
    profile = iam.CfnInstanceProfile(scope, "Profile", roles=[role.role_name])
    disk = ec2.CfnInstance.EbsProperty(delete_on_termination=True, encrypted=True, volume_type="gp3")
    instance = ec2.CfnInstance(
        scope,
        "Instance",
        block_device_mappings=[ec2.CfnInstance.BlockDeviceMappingProperty(device_name=_ROOT_DEVICE, ebs=disk)],
        iam_instance_profile=profile.ref,
        image_id=machine_image,
        instance_type="t3.micro",
        metadata_options=ec2.CfnInstance.MetadataOptionsProperty(
            http_endpoint="enabled", http_put_response_hop_limit=1, http_tokens="required"
        ),
        security_group_ids=[group.security_group_id],
        subnet_id=network.subnet.subnet_id,
        tags=[CfnTag(key="Name", value=scope.node.id.lower())],
        user_data=script,
    )
    acknowledge(
        instance,
        {
            "EC28": "nobody looks at metrics of the hosts, and detailed ones cost",
            "EC29": "weak on purpose: learners terminate a host, and all go with the stack",
        },
    )
    instance.node.add_dependency(network.subnet.internet_connectivity_established)
    return instance
