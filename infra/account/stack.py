"""One team's account: composed here, built next door."""

from __future__ import annotations

import re

from aws_cdk import Acknowledgment, Aws, BootstraplessSynthesizer, CfnElement, CfnOutput, Stack, Validations
from constructs import Construct

from infra.account import parameters as choices
from infra.account.access import Access
from infra.account.attachments import Attachments
from infra.account.buckets import Buckets
from infra.account.event_store import EventStore
from infra.account.hosts import Bystanders, CompromisedHost
from infra.account.network import Network
from scenario.stage import output_key


class LabStack(Stack):
    """The lab of one team. Its outputs are the fields of `scenario.stage.Stage`."""

    def __init__(self, scope: Construct, *, stack_name: str) -> None:
        super().__init__(
            scope,
            "Lab",
            stack_name=stack_name,
            analytics_reporting=False,
            description="EC2 investigation lab: one team's account",
            synthesizer=BootstraplessSynthesizer(),
        )
        asked = choices.declare(self)
        network = Network(self, "Network")
        buckets = Buckets(self, "Data")
        store = EventStore(self, "Events", buckets=buckets.all, conditions=asked.stores)
        network.stand_after(store.id)  # a call made before the store exists is in no store
        host = CompromisedHost(
            self,
            "Web",
            network=network,
            machine_image=asked.machine_image,
            lab_seed=asked.lab_seed,
            drop_bucket=buckets.drop,
        )
        bystanders = Bystanders(
            self,
            "Back",
            network=network,
            machine_image=asked.machine_image,
            bucket=buckets.bystander,
            wanted=asked.bystanders,
        )
        attached = Attachments(self, "Volumes", network=network, instance=host.instance)
        access = Access(self, "Access", parameters=asked, store=store, buckets=buckets.all, instance_role=host.role)
        outputs = {
            "team": asked.team,
            "account_id": Aws.ACCOUNT_ID,
            "region": Aws.REGION,
            "vpc_id": network.vpc.vpc_id,
            "subnet_id": network.subnet.subnet_id,
            "instance_id": host.instance.ref,
            "volume_id": attached.volume_id,
            "interface_id": attached.interface_id,
            "security_group_id": host.group.security_group_id,
            "instance_role_arn": host.role.role_arn,
            "drop_bucket": buckets.drop.bucket_name,
            "bystander_bucket": buckets.bystander.bucket_name,
            "bystander_instance_ids": bystanders.ids,
            "store_kind": asked.store,
            "store_id": store.id,
            "learner_role_arn": access.learner.role_arn,
            "grader_role_arn": access.grader.role_arn,
        }
        for field, value in outputs.items():
            CfnOutput(self, output_key(field), value=value)
        Validations.of(self).acknowledge(
            Acknowledgment(
                id="CloudFormation-Validate::W1001",
                reason="each bystander's id stands behind the condition that the bystander has",
            )
        )

    def _allocate_logical_id(self, cfn_element: CfnElement) -> str:
        """Names without the digits that CDK adds: they say enough, and room in the template is scarce."""
        return re.sub(r"[0-9A-F]{8}$", "", str(super()._allocate_logical_id(cfn_element)))
