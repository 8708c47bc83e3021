"""The stack set that makes a lab in every account. Its stack instances are made and removed by API."""

from __future__ import annotations

from aws_cdk import Aws, CfnStackSet, CfnTag, Fn
from constructs import Construct

from grader.event.labs import GRADER_ROLE
from infra.event.stack.parameters import STACKS_AT_ONCE, Parameters

NAME = f"{Aws.STACK_NAME}-labs"

_PASSED_ON = ("LabSeed", "GraderExternalId", "Store", "Bystanders")
_GIVEN = {
    "GraderPrincipal": f"arn:{Aws.PARTITION}:iam::{Aws.ACCOUNT_ID}:root",
    "GraderRoleName": GRADER_ROLE,
}


class Labs(Construct):
    """`stack_set`: one that fails holds up no other, and lowers the pace of none."""

    def __init__(self, scope: Construct, name: str, *, parameters: Parameters) -> None:
        super().__init__(scope, name)
        given = {name: parameters.text(name) for name in _PASSED_ON} | _GIVEN
        staging, key = parameters.text("StagingBucket"), parameters.text("LabTemplateKey")
        self.stack_set = CfnStackSet(
            self,
            "StackSet",
            auto_deployment=Fn.condition_if(parameters.by_service.logical_id, {"Enabled": False}, Aws.NO_VALUE),
            capabilities=["CAPABILITY_NAMED_IAM"],
            description="EC2 investigation lab: one team's account of an event",
            managed_execution={"Active": True},
            operation_preferences=CfnStackSet.OperationPreferencesProperty(
                concurrency_mode="SOFT_FAILURE_TOLERANCE",
                failure_tolerance_percentage=100,
                max_concurrent_count=STACKS_AT_ONCE,
                region_concurrency_type="PARALLEL",
            ),
            parameters=[
                CfnStackSet.ParameterProperty(parameter_key=key, parameter_value=value) for key, value in given.items()
            ],
            permission_model=parameters.text("Permissions"),
            stack_set_name=NAME,
            tags=[CfnTag(key="lab", value="event")],
            template_url=f"https://{staging}.s3.{Aws.REGION}.{Aws.URL_SUFFIX}/{key}",
        )
