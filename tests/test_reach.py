"""The seed stays out of a learner's reach, what the module needs does not: simulated with the roles' own policies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.account.template import template
from infra.deploy.listener import bind
from infra.deploy.stack import deploy
from infra.local.cloud import serve_cloud
from infra.local.identity import ADMINISTRATOR_ACCESS, open_account
from scenario.access import open_session
from scenario.stage import Stage

REGION = "eu-west-1"
STORES = {"lake": "111111111111", "athena": "222222222222"}
ROOT = Path(__file__).parents[1]
MODULE = [
    *(ROOT / "scenario" / "responders").glob("*.py"),
    *(ROOT / "scenario" / "workshop" / "guide").glob("*.md"),
    ROOT / "scenario" / "workshop" / "tasks.json",
    ROOT / "tests" / "module_cells.py",
]

NEVER = {
    "ec2": (
        "DescribeInstanceAttribute GetConsoleOutput GetConsoleScreenshot AttachVolume RunInstances "
        "RequestSpotInstances RequestSpotFleet CreateFleet StartInstances CreateStoreImageTask ExportImage "
        "CreateInstanceExportTask AssociateIamInstanceProfile ReplaceIamInstanceProfileAssociation"
    ),
    "ec2-instance-connect": "SendSSHPublicKey",
    "autoscaling": "CreateAutoScalingGroup",
    "ebs": "GetSnapshotBlock ListSnapshotBlocks ListChangedBlocks",
    "kms": "Decrypt CreateGrant",
    "cloudformation": "DescribeStacks DescribeStackEvents GetTemplate CreateChangeSet UpdateStack DeleteStack",
    "iam": "PassRole CreateAccessKey GetRolePolicy PutRolePolicy AttachRolePolicy UpdateAssumeRolePolicy",
    "sts": "AssumeRole",
    "ssm": "SendCommand StartSession GetParameter",
    "lambda": "GetFunction UpdateFunctionCode InvokeFunction",
    "cloudtrail": (
        "StopLogging DeleteTrail PutEventSelectors UpdateEventDataStore DeleteEventDataStore "
        "StopEventDataStoreIngestion"
    ),
    "athena": "UpdateWorkGroup DeleteWorkGroup",
    "glue": "UpdateTable DeleteTable",
    "s3": "PutObject DeleteObject PutBucketPolicy",
}
"""Ways to the seed, to other identities and machines, and to the evidence."""

ASKING = {
    "lake": {"cloudtrail": "StartQuery DescribeQuery GetQueryResults CancelQuery ListQueries GetEventDataStore"},
    "athena": {"athena": "StartQueryExecution GetQueryExecution GetQueryResults StopQueryExecution GetWorkGroup"},
}
"""What asking takes, by the kind of store and by service."""


def actions(by_service: Mapping[str, str]) -> list[str]:
    """Names as IAM writes them."""
    return [f"{service}:{name}" for service, names in by_service.items() for name in names.split()]


class Account:
    """An account with a lab, and its organiser, who simulates what its roles may do."""

    def __init__(self, session: boto3.Session, stage: Stage) -> None:
        self.stage = stage
        self._iam: Any = session.client("iam")

    def decisions(self, role: str, actions: list[str], resource: str = "*", **more: Any) -> dict[str, str]:
        """What becomes of each action, called in the lab's Region."""
        where = {"ContextKeyName": "aws:RequestedRegion", "ContextKeyType": "string", "ContextKeyValues": [REGION]}
        answer = self._iam.simulate_principal_policy(
            PolicySourceArn=role, ActionNames=actions, ResourceArns=[resource], ContextEntries=[where], **more
        )
        return {result["EvalActionName"]: result["EvalDecision"] for result in answer["EvaluationResults"]}

    def store(self) -> str:
        """The ARN of what is asked."""
        place = f"{REGION}:{self.stage.account_id}"
        if self.stage.store_kind == "lake":
            return f"arn:aws:cloudtrail:{place}:eventdatastore/{self.stage.store_id}"
        return f"arn:aws:athena:{place}:workgroup/{self.stage.store_id.partition('.')[0]}"


@pytest.fixture(scope="module")
def accounts() -> Iterator[dict[str, Account]]:
    """One account for each kind of store."""
    with serve_cloud(bind("127.0.0.1", 0, option="")) as cloud:
        found = {}
        for store, account_id in STORES.items():
            session = open_session(open_account(account_id), region=REGION, endpoint=cloud.endpoint)
            given = {"TeamId": "blue", "LabSeed": "a-seed", "Bystanders": "0", "Store": store}
            found[store] = Account(session, deploy(session, template(), given))
        yield found
        for account_id in STORES.values():
            cloud.close_account(account_id)


@pytest.fixture(params=STORES)
def account(accounts: dict[str, Account], request: pytest.FixtureRequest) -> Account:
    """The account with a store of this kind."""
    return accounts[request.param]


def module_calls() -> set[str]:
    """Every call of EC2 in the module's code, its guide, its hints, and the responders, waiters' included."""
    text = "\n".join(path.read_text("utf-8") for path in MODULE)
    ec2: Any = boto3.client("ec2", "us-east-1", aws_access_key_id="testing", aws_secret_access_key="testing")
    methods = set(re.findall(r"ec2(?:_client)?\.([a-z_]+)\b", text)) & set(ec2.meta.method_to_api_mapping)
    methods |= {name.replace("-", "_") for name in re.findall(r"aws ec2 ([a-z-]+)", text)} - {"wait"}
    waiters = {name.replace("-", "_") for name in re.findall(r'(?:get_waiter\("|aws ec2 wait )([a-z_-]+)', text)}
    waited = {ec2.get_waiter(name).config.operation for name in waiters}
    return {f"ec2:{name}" for name in {ec2.meta.method_to_api_mapping[method] for method in methods} | waited}


def test_what_leads_to_the_seed_is_denied_whatever_is_attached(account: Account) -> None:
    """More than forty calls, even where somebody has given the role an administrator's policy besides."""
    role, never = account.stage.learner_role_arn, actions(NEVER)
    decided = account.decisions(role, never, PolicyInputList=[ADMINISTRATOR_ACCESS])
    assert decided == dict.fromkeys(never, "explicitDeny")
    assert len(never) >= 40


def test_all_that_the_module_and_its_variants_need_is_allowed(account: Account) -> None:
    """Every call that is in their code."""
    calls = sorted(module_calls())
    assert account.decisions(account.stage.learner_role_arn, calls) == dict.fromkeys(calls, "allowed")
    assert {"ec2:CreateSnapshots", "ec2:ModifyNetworkInterfaceAttribute", "ec2:DescribeImages"} <= set(calls)


def test_only_the_labs_store_is_asked(account: Account) -> None:
    """By learner and grader alike; another store, or another workgroup, is not theirs."""
    asking, store = actions(ASKING[account.stage.store_kind]), account.store()
    for role in (account.stage.learner_role_arn, account.stage.grader_role_arn):
        assert account.decisions(role, asking, store) == dict.fromkeys(asking, "allowed")
        assert account.decisions(role, asking, f"{store}0") == dict.fromkeys(asking, "implicitDeny")


def test_the_grader_changes_nothing(account: Account) -> None:
    """Nothing of what contains is the grader's."""
    changes = sorted(call for call in module_calls() if not call.startswith("ec2:Describe"))
    assert account.decisions(account.stage.grader_role_arn, changes) == dict.fromkeys(changes, "implicitDeny")
