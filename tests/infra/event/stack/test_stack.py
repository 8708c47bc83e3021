"""What has to hold of the event's stack, whatever parameters it is given."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.event.labs import GRADER_ROLE
from grader.event.outcomes import PARTITION
from grader.event.secret import Secret
from grader.event.settings import Settings
from infra.account.template import template
from infra.event.limits import phases
from infra.event.stack.template import event_template
from tests.grader.event.table import make_table
from tests.infra.account.resources import Resources, listed
from tests.infra.event.stack.resolved import resolved

OUTPUTS = {
    "StackSetName",
    "StateMachineArn",
    "RosterBucket",
    "ResultsBucket",
    "ResultsTable",
    "SecretArn",
    "PageUrl",
}
SECRETS = {"LabSeed", "GraderExternalId", "SigningKey", "TokenKey", "OrganiserToken"}
NO_RESOURCE = ("logs:", "xray:")  # deliveries of logs and traces take none

ACTIONS = {
    "FunctionsGradingRole": {
        "cloudformation:DescribeStackInstance",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:UpdateItem",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "s3:GetObject",
        "s3:PutObject",
        "secretsmanager:GetSecretValue",
        "sts:AssumeRole",
    },
    "FunctionsAskingAgainRole": {
        "dynamodb:Query",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "s3:GetObject",
        "s3:PutObject",
    },
    "FunctionsPageRole": {
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:UpdateItem",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "s3:GetObject",
        "s3:PutObject",
        "secretsmanager:GetSecretValue",
        "states:StartExecution",
        "sts:AssumeRole",
    },
}
"""By role of a function, all that it may do."""


def statements(resources: Resources) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every statement of every role, by the role's name."""
    assert not resources.of("AWS::IAM::Policy")
    for name, role in resources.of("AWS::IAM::Role").items():
        assert "ManagedPolicyArns" not in role["Properties"]
        yield from ((name, statement) for statement in resources.statements(name))


def test_parameters_and_outputs_are_those_that_are_described(resources: Resources) -> None:
    """Secrets are never shown; what has no default is a secret or where the staging is."""
    parameters = resources.document["Parameters"]
    assert set(resources.document["Outputs"]) == OUTPUTS
    assert {name for name, one in parameters.items() if one.get("NoEcho")} == SECRETS
    staged = {"StagingBucket", "PackageKey", "LabTemplateKey"}
    assert {name for name, one in parameters.items() if "Default" not in one} == SECRETS | staged
    optional = {"Store", "Bystanders", "Permissions", "Concurrency", "BudgetUsd", "BudgetEmail"}
    assert set(parameters) == SECRETS | staged | optional
    account = json.loads(template())["Parameters"]
    assert [parameters[name] for name in ("Store", "Bystanders")] == [account["Store"], account["Bystanders"]]


def test_every_function_may_do_what_is_listed(resources: Resources) -> None:
    """And nothing else: none may delete, and the page may not look into the stack set."""
    found: dict[str, set[str]] = {name: set() for name in ACTIONS}
    for name, statement in statements(resources):
        if name in found:
            found[name] |= set(listed(statement["Action"]))
    assert found == ACTIONS


def test_no_statement_is_wider_than_it_has_to_be(resources: Resources) -> None:
    """Whatever can name its resource does; no action has a wildcard."""
    for name, statement in statements(resources):
        actions = listed(statement["Action"])
        assert not [action for action in actions if "*" in action], name
        if "*" in listed(statement["Resource"]):
            assert all(action.startswith(NO_RESOURCE) for action in actions), name


def test_only_graders_are_assumed(resources: Resources) -> None:
    """In any account, by the one name that the stack set gives them there."""
    assumed = [one["Resource"] for _, one in statements(resources) if "sts:AssumeRole" in listed(one["Action"])]
    role = {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, f":iam::*:role/{GRADER_ROLE}"]]}
    assert assumed == [role, role]
    given = {one["ParameterKey"]: one["ParameterValue"] for one in stack_set(resources)["Parameters"]}
    assert given["GraderRoleName"] == GRADER_ROLE
    assert resolved(given["GraderPrincipal"], {"AWS::Partition": "aws", "AWS::AccountId": "1" * 12}) == (
        "arn:aws:iam::111111111111:root"
    )
    assert set(given) <= set(json.loads(template())["Parameters"])


def test_asking_again_reads_outcomes_alone(resources: Resources) -> None:
    """No function may delete anything, and this one sees no submission."""
    bound = {
        (name, one["Action"]): one["Condition"]["ForAllValues:StringEquals"]["dynamodb:LeadingKeys"]
        for name, one in statements(resources)
        if "Condition" in one
    }
    assert bound == {("FunctionsAskingAgainRole", "dynamodb:Query"): [PARTITION]}


def test_the_page_may_start_the_event_s_own_machine_alone(resources: Resources) -> None:
    """The one that it is told of, and that the stack makes."""
    names = {"AWS::Partition": "aws", "AWS::Region": "us-east-1", "AWS::AccountId": "1" * 12, "AWS::StackName": "e"}
    arn = "arn:aws:states:us-east-1:111111111111:stateMachine:e-grading"
    started = {
        name: resolved(one["Resource"], names)
        for name, one in statements(resources)
        if "states:StartExecution" in listed(one["Action"])
    }
    assert started == {"FunctionsPageRole": arn, "GradingRole": arn}
    variables = resources.of("AWS::Lambda::Function")["FunctionsPageFunction"]["Properties"]["Environment"]["Variables"]
    assert resolved(variables["EVENT_STATE_MACHINE"], names) == arn
    made = resources.only("AWS::StepFunctions::StateMachine")
    assert resolved(made["StateMachineName"], names) == "e-grading"


def stack_set(resources: Resources) -> dict[str, Any]:
    return resources.only("AWS::CloudFormation::StackSet")


def test_one_account_holds_up_no_other(resources: Resources) -> None:
    """As many at once as one stack set takes, all may fail, and failures lower no pace."""
    deploy = next(phase for phase in phases() if phase.id == "deploy")
    assert stack_set(resources)["OperationPreferences"] == {
        "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE",
        "FailureTolerancePercentage": 100,
        "MaxConcurrentCount": deploy.pace().at_once,
        "RegionConcurrencyType": "PARALLEL",
    }
    assert "StackInstancesGroup" not in stack_set(resources)
    assert stack_set(resources)["AutoDeployment"] == {
        "Fn::If": ["IsServiceManaged", {"Enabled": False}, {"Ref": "AWS::NoValue"}]
    }


def test_what_is_kept_is_private_encrypted_and_stays(resources: Resources) -> None:
    """Also when the stack goes."""
    buckets = resources.of("AWS::S3::Bucket")
    assert sorted(buckets) == ["KeptResults", "KeptRosters"]
    for bucket in buckets.values():
        properties = bucket["Properties"]
        assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
        assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
        assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
        assert properties["BucketEncryption"]
    policies = [
        one["Properties"]["PolicyDocument"]["Statement"] for one in resources.of("AWS::S3::BucketPolicy").values()
    ]
    assert [(one["Effect"], one["Condition"]) for (one,) in policies] == [
        ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    ] * len(buckets)
    (table,) = resources.of("AWS::DynamoDB::Table").values()
    assert table["DeletionPolicy"] == "RetainExceptOnCreate"
    assert table["Properties"]["SSESpecification"] == {"SSEEnabled": True}
    assert table["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_the_tests_table_is_the_stacks(resources: Resources) -> None:
    """What the submission log is proved on has the same keys."""
    asked: dict[str, Any] = {}

    class Client:
        create_table = staticmethod(lambda **given: asked.update(given))

    make_table(Client(), "event")  # type: ignore[arg-type]
    made = resources.only("AWS::DynamoDB::Table")
    assert [made[name] for name in ("KeySchema", "AttributeDefinitions", "BillingMode")] == [
        asked[name] for name in ("KeySchema", "AttributeDefinitions", "BillingMode")
    ]


def test_every_log_is_forgotten_in_time(resources: Resources) -> None:
    """Every function, the state machine and the page's door write to a group of the stack's, kept for a month."""
    groups = resources.of("AWS::Logs::LogGroup")
    assert {group["Properties"]["RetentionInDays"] for group in groups.values()} == {30}
    writing = {
        function["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]
        for function in resources.of("AWS::Lambda::Function").values()
    }
    stage, machine = resources.only("AWS::ApiGatewayV2::Stage"), resources.only("AWS::StepFunctions::StateMachine")
    writing.add(stage["AccessLogSettings"]["DestinationArn"]["Fn::GetAtt"][0])
    (destination,) = machine["LoggingConfiguration"]["Destinations"]
    writing.add(destination["CloudWatchLogsLogGroup"]["LogGroupArn"]["Fn::GetAtt"][0])
    assert writing == set(groups)
    assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False


def test_functions_are_told_what_they_read(resources: Resources) -> None:
    """Every variable that has to be there is."""
    for function in resources.of("AWS::Lambda::Function").values():
        held = function["Properties"]["Environment"]["Variables"]
        assert Settings.from_environment({name: str(value) for name, value in held.items()})


def test_signs_of_trouble_ring(resources: Resources) -> None:
    """One alarm for each, on what the stack makes; all tell one topic."""
    alarms = [one["Properties"] for one in resources.of("AWS::CloudWatch::Alarm").values()]
    assert sorted({(one["Namespace"], one["MetricName"]) for one in alarms}) == [
        ("AWS/ApiGateway", "5xx"),
        ("AWS/DynamoDB", "WriteThrottleEvents"),
        ("AWS/Lambda", "Errors"),
        ("AWS/Lambda", "Throttles"),
        ("AWS/States", "ExecutionThrottled"),
        ("AWS/States", "ExecutionsFailed"),
        ("AWS/States", "ExecutionsTimedOut"),
    ]
    (topic,) = resources.of("AWS::SNS::Topic")
    assert all(one["AlarmActions"] == [{"Ref": topic}] for one in alarms)
    assert resources.of("AWS::SNS::Subscription")["WatchEmail"]["Condition"] == "HasBudgetEmail"
    assert resources.only("AWS::Budgets::Budget")["NotificationsWithSubscribers"]["Fn::If"][0] == "HasBudgetEmail"


def test_the_page_is_throttled(resources: Resources) -> None:
    """Below what the account's APIs may take together."""
    settings = resources.only("AWS::ApiGatewayV2::Stage")["DefaultRouteSettings"]
    assert settings == {"ThrottlingBurstLimit": 2_500, "ThrottlingRateLimit": 5_000}


EVENT = json.loads(event_template())
TEXTS = {
    name: st.from_regex(re.compile(EVENT["Parameters"][name]["AllowedPattern"], re.ASCII), fullmatch=True)
    for name in SECRETS
}


@given(st.fixed_dictionaries(TEXTS))
def test_the_secret_is_whole_with_any_values(given: dict[str, str]) -> None:
    """What a parameter's pattern lets through breaks no JSON."""
    (secret,) = (one for one in EVENT["Resources"].values() if one["Type"] == "AWS::SecretsManager::Secret")
    held = Secret(**json.loads(resolved(secret["Properties"]["SecretString"], given)))
    assert [held.lab_seed, held.external_id, held.signing_key, held.token_key, held.organiser_token] == [
        given[name] for name in ("LabSeed", "GraderExternalId", "SigningKey", "TokenKey", "OrganiserToken")
    ]


@given(st.integers(1, EVENT["Parameters"]["Concurrency"]["MaxValue"]))
def test_the_machine_is_whole_with_any_concurrency(concurrency: int) -> None:
    """Every state is there and is reached, and the number is a number."""
    names = {"AWS::Partition": "aws", "Concurrency": str(concurrency)}
    names |= {f"{name}.Arn": name for name, one in EVENT["Resources"].items() if one["Type"] == "AWS::Lambda::Function"}
    (machine,) = (one for one in EVENT["Resources"].values() if one["Type"] == "AWS::StepFunctions::StateMachine")
    whole = json.loads(resolved(machine["Properties"]["DefinitionString"], names))
    each = whole["States"]["Each account"]
    assert each["MaxConcurrency"] == concurrency
    for part in (whole, each["ItemProcessor"]):
        assert reached(part) == set(part["States"])
        ending = [one for one in part["States"].values() if one.get("End") or one["Type"] == "Succeed"]
        assert ending
    tasks = [one for part in (whole, each["ItemProcessor"]) for one in part["States"].values() if one["Type"] == "Task"]
    assert all(one["Retry"][0]["JitterStrategy"] == "FULL" for one in tasks)
    assert each["ItemProcessor"]["States"]["Look"]["Catch"][0]["ErrorEquals"] == ["States.ALL"]


def reached(part: dict[str, Any]) -> set[str]:
    """The states that a machine, or a part of one, can come to."""
    waiting, found = [part["StartAt"]], set()
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            state = part["States"][name]
            onward = [state.get("Next"), state.get("Default")]
            onward += [one["Next"] for one in (*state.get("Choices", ()), *state.get("Catch", ()))]
            waiting += [one for one in onward if one]
    return found
