"""The functions of an event. Each has a role of its own that may do what the function does, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import Aws, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from grader.event.labs import GRADER_ROLE
from grader.event.outcomes import PARTITION
from grader.event.roster import KEY
from infra.account.acknowledged import acknowledge
from infra.event.stack.parameters import Parameters
from infra.event.stack.storage import Storage

RUNTIME = "python3.14"
MEMORY = 512  # megabytes; the processor's share follows from it
KEPT = logs.RetentionDays.ONE_MONTH
MACHINE = f"{Aws.STACK_NAME}-grading"
"""The state machine that calls the functions, and that one of them may start: known by a name given in advance."""

_KEEPS = ["dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"]


_WIDE = {
    f"IAM5[Resource::arn:<AWS::Partition>:iam::*:role/{GRADER_ROLE}]": "each account of the roster has one such role",
    "IAM5[Resource::arn:<AWS::Partition>:cloudformation:<AWS::Region>:<AWS::AccountId>:stackset/"
    "<AWS::StackName>-labs:*]": "the stack set's ARN ends in an id that AWS draws",
    "IAM5[Resource::<KeptResults.Arn>/submissions/*]": "what learners hand in is named by lab and hash",
    "IAM5[Resource::<KeptResults.Arn>/results/*]": "every account has a folder of its own",
    "IAM5[Resource::<KeptRosters.Arn>/*]": "a roster of some teams has a key of its own",
    "IAM5[Resource::<KeptRosters.Arn>/again/*]": "each run of the grading has a key of its own",
}
"""Where a name can only be given in part, and why."""


class Function(Construct):
    """One function with its log group and its role."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        handler: str,
        parameters: Parameters,
        seconds: int,
        environment: Mapping[str, str],
        statements: Sequence[iam.PolicyStatement],
    ) -> None:
        super().__init__(scope, name)
        self.log = logs.LogGroup(self, "Log", retention=KEPT, removal_policy=RemovalPolicy.DESTROY)
        writes = allow(["logs:CreateLogStream", "logs:PutLogEvents"], self.log.log_group_arn)
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"Do": iam.PolicyDocument(statements=[writes, *statements])},
        )
        self.function = lambda_.CfnFunction(
            self,
            "Function",
            architectures=["arm64"],
            code=lambda_.CfnFunction.CodeProperty(
                s3_bucket=parameters.text("StagingBucket"), s3_key=parameters.text("PackageKey")
            ),
            environment=lambda_.CfnFunction.EnvironmentProperty(variables=dict(environment)),
            handler=handler,
            logging_config=lambda_.CfnFunction.LoggingConfigProperty(log_group=self.log.log_group_name),
            memory_size=MEMORY,
            role=self.role.role_arn,
            runtime=RUNTIME,
            timeout=seconds,
        )


class Functions(Construct):
    """`grading` looks at one account, `asking_again` says who is asked again, `page` answers everybody else."""

    def __init__(
        self, scope: Construct, name: str, *, parameters: Parameters, storage: Storage, stack_set: str
    ) -> None:
        super().__init__(scope, name)
        table = storage.table.table_arn
        environment = {
            "EVENT_TABLE": storage.table.table_name,
            "EVENT_RESULTS": storage.results.bucket_name,
            "EVENT_ROSTERS": storage.rosters.bucket_name,
            "EVENT_SECRET": storage.secret.ref,
            "EVENT_STACK_SET": stack_set,
        }
        machine = f"arn:{Aws.PARTITION}:states:{Aws.REGION}:{Aws.ACCOUNT_ID}:stateMachine:{MACHINE}"
        submissions = storage.results.arn_for_objects("submissions/*")
        enters = [
            allow(["secretsmanager:GetSecretValue"], storage.secret.ref),
            allow(["sts:AssumeRole"], f"arn:{Aws.PARTITION}:iam::*:role/{GRADER_ROLE}"),
        ]
        sets = f"arn:{Aws.PARTITION}:cloudformation:{Aws.REGION}:{Aws.ACCOUNT_ID}:stackset/{stack_set}:*"
        self.grading = Function(
            self,
            "Grading",
            handler="grader.event.grading.handler",
            parameters=parameters,
            seconds=15 * 60,
            environment=environment,
            statements=[
                *enters,
                allow(["cloudformation:DescribeStackInstance"], sets),
                allow(_KEEPS, table),
                allow(["s3:GetObject"], submissions),
                allow(["s3:PutObject"], storage.results.arn_for_objects("results/*")),
            ],
        )
        self.asking_again = Function(
            self,
            "AskingAgain",
            handler="grader.event.asking_again.handler",
            parameters=parameters,
            seconds=2 * 60,
            environment=environment,
            statements=[
                _only_of(allow(["dynamodb:Query"], table), PARTITION),
                allow(["s3:GetObject"], storage.rosters.arn_for_objects("*")),
                allow(["s3:PutObject"], storage.rosters.arn_for_objects("again/*")),
            ],
        )
        self.page = Function(
            self,
            "Page",
            handler="grader.event.page.handler",
            parameters=parameters,
            seconds=29,
            environment={**environment, "EVENT_STATE_MACHINE": machine},
            statements=[
                *enters,
                allow(["dynamodb:GetItem", *_KEEPS], table),
                allow(["s3:GetObject", "s3:PutObject"], submissions),
                allow(["s3:GetObject"], storage.rosters.arn_for_objects(KEY)),
                allow(["states:StartExecution"], machine),
            ],
        )
        acknowledge(self, _WIDE)

    @property
    def all(self) -> tuple[Function, ...]:
        """Every function."""
        return (self.grading, self.asking_again, self.page)


def allow(actions: Sequence[str], *resources: str) -> iam.PolicyStatement:
    """A statement that allows these."""
    return iam.PolicyStatement(actions=actions, resources=list(resources))


def _only_of(statement: iam.PolicyStatement, partition: str) -> iam.PolicyStatement:
    statement.add_condition("ForAllValues:StringEquals", {"dynamodb:LeadingKeys": [partition]})
    return statement
