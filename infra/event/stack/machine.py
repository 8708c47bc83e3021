"""The grading of all accounts: a state machine that asks each by itself, and those that may settle once more.

One account's failure is caught and becomes its outcome. Nothing runs while the machine waits: a wait costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_cdk import Aws, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.account.acknowledged import acknowledge
from infra.event.stack.functions import KEPT, MACHINE, Functions, allow
from infra.event.stack.storage import Storage

BUSY = (
    "BusyError",
    "Lambda.AWSLambdaException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.SdkClientException",
    "Lambda.ServiceException",
    "Lambda.TooManyRequestsException",
)
"""What may go well a little later; a function's own error has its class for a name."""

RETRY = {
    "ErrorEquals": list(BUSY),
    "IntervalSeconds": 5,
    "BackoffRate": 2,
    "MaxDelaySeconds": 120,
    "MaxAttempts": 6,
    "JitterStrategy": "FULL",
}
ALL_FAILED = 99.9
"""Percent of accounts beyond which the execution itself fails: an account fails only where its outcome is lost."""


_RUNS = "IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<AWS::StackName>-grading"
_WIDE = {
    "IAM5[Resource::*]": "deliveries of logs and traces take no resource",
    "IAM5[Resource::<KeptRosters.Arn>/*]": "a roster of some teams has a key of its own",
    f"{_RUNS}/*]": "the runs of a Distributed Map are named by AWS",
    f"{_RUNS}:*]": "runs are named when they begin",
}


class Machine(Construct):
    """`state_machine` takes `{"act", "roster": {"bucket", "key"}}`."""

    def __init__(
        self, scope: Construct, name: str, *, functions: Functions, storage: Storage, concurrency: int
    ) -> None:
        super().__init__(scope, name)
        states = f"arn:{Aws.PARTITION}:states:{Aws.REGION}:{Aws.ACCOUNT_ID}"
        self.log = logs.LogGroup(self, "Log", retention=KEPT, removal_policy=RemovalPolicy.DESTROY)
        grading, asking_again = functions.grading.function.attr_arn, functions.asking_again.function.attr_arn
        machine, runs = (f"{states}:{kind}:{MACHINE}" for kind in ("stateMachine", "execution"))
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("states.amazonaws.com"),
            inline_policies={
                "Do": iam.PolicyDocument(
                    statements=[
                        allow(["lambda:InvokeFunction"], grading, asking_again),
                        allow(["s3:GetObject"], storage.rosters.arn_for_objects("*")),
                        allow(["states:StartExecution"], machine),
                        allow(["states:DescribeExecution", "states:StopExecution"], f"{runs}/*", f"{runs}:*"),
                        allow(_DELIVERS_LOGS, "*"),
                        allow(_TRACES, "*"),
                    ]
                )
            },
        )
        acknowledge(self.role, _WIDE)
        logged = sfn.CfnStateMachine.LogDestinationProperty(
            cloud_watch_logs_log_group=sfn.CfnStateMachine.CloudWatchLogsLogGroupProperty(
                log_group_arn=self.log.log_group_arn
            )
        )
        self.state_machine = sfn.CfnStateMachine(
            self,
            "Grading",
            definition_string=Stack.of(self).to_json_string(definition(grading, asking_again, concurrency)),
            logging_configuration=sfn.CfnStateMachine.LoggingConfigurationProperty(
                destinations=[logged], include_execution_data=False, level="ALL"
            ),
            role_arn=self.role.role_arn,
            state_machine_name=MACHINE,
            state_machine_type="STANDARD",
            tracing_configuration=sfn.CfnStateMachine.TracingConfigurationProperty(enabled=True),
        )


def definition(grading: str, asking_again: str, concurrency: int) -> Mapping[str, Any]:
    """The machine in the Amazon States Language, with these functions."""
    failed = {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Say that it failed"}
    one = {
        "Look": {**_call(grading, {"Payload.$": "$"}), "Retry": [RETRY], "Catch": [failed], "End": True},
        "Say that it failed": {**_call(grading, {"Payload.$": "$"}), "Retry": [RETRY], "End": True},
    }
    run = {"execution.$": "$$.Execution.Name", "began.$": "$$.Execution.StartTime"}
    again = {"Payload": {"act.$": "$.act", "roster.$": "$.roster", **run}}
    states = {
        "Each account": {
            "Type": "Map",
            "Label": "Account",
            "MaxConcurrency": concurrency,
            "ToleratedFailurePercentage": ALL_FAILED,
            "ItemReader": {
                "Resource": f"arn:{Aws.PARTITION}:states:::s3:getObject",
                "ReaderConfig": {"InputType": "JSON"},
                "Parameters": {"Bucket.$": "$.roster.bucket", "Key.$": "$.roster.key"},
            },
            "ItemSelector": {"act.$": "$.act", "entry.$": "$$.Map.Item.Value"},
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "Look",
                "States": one,
            },
            "ResultPath": "$.states",
            "Next": "Who may settle",
        },
        "Who may settle": {**_call(asking_again, again), "Retry": [RETRY], "Next": "Anybody"},
        "Anybody": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.teams", "NumericEquals": 0, "Next": "Settled"}],
            "Default": "Until then",
        },
        "Until then": {"Type": "Wait", "TimestampPath": "$.at", "Next": "Each account"},
        "Settled": {"Type": "Succeed"},
    }
    return {"StartAt": "Each account", "TimeoutSeconds": 24 * 3600, "States": states}


def _call(function: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": f"arn:{Aws.PARTITION}:states:::lambda:invoke",
        "Parameters": {"FunctionName": function, **parameters},
        "OutputPath": "$.Payload",
        "TimeoutSeconds": 16 * 60,
    }


_DELIVERS_LOGS = [
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
]
_TRACES = [
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
]
