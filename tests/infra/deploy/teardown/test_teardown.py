"""Whatever happens to a lab and on the way: teardown clears it in the end, and says what holds it up until then."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError
from botocore.retries.standard import ExponentialBackoff

from infra.account.template import template
from infra.deploy import progress
from infra.deploy.account import Account, enter
from infra.deploy.identities import Profile, learner_session
from infra.deploy.inventory.known import learn
from infra.deploy.inventory.record import made
from infra.deploy.stack import STACK_NAME, deploy
from infra.deploy.teardown.teardown import HELD, Outcome, TeardownError, teardown
from infra.local.aws.settings import settings
from infra.local.call import AwsError
from infra.local.faults import Fault
from infra.local.lake import Lake
from scenario.stage import Stage
from tests.infra.deploy.accounts import everything, leave_traces
from tests.infra.deploy.conftest import Spare

GIVEN = {"LabSeed": "a-seed", "Bystanders": "1"}
SERVICES = ("cloudformation", "cloudtrail", "ec2", "logs", "s3")
CHANGES = (
    "AbortMultipartUpload",
    "DeleteBucket",
    "DeleteLogGroup",
    "DeleteNetworkAcl",
    "DeleteObjects",
    "DeleteSecurityGroup",
    "DeleteSnapshot",
    "DeleteStack",
    "DeregisterImage",
    "ModifyInstanceAttribute",
    "ReplaceNetworkAclAssociation",
    "RevokeSecurityGroupIngress",
    "StopLogging",
    "TerminateInstances",
)
"""All that a teardown does to a lab in Athena."""

LOOK_ONLY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Deny", "NotAction": ["*:Describe*", "*:Get*", "*:List*", "*:Lookup*", "iam:*"], "Resource": "*"}
    ],
}


@pytest.fixture
def account(spare: Spare, monkeypatch: pytest.MonkeyPatch) -> Account:
    """A fresh account as its organiser enters it; nobody waits before a call is tried again."""
    monkeypatch.setattr(Profile, "session", lambda *_, **__: spare.session)
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0)
    return enter("spare", None, yes=False)


def lab(account: Account, store: str = "lake") -> Stage:
    """A lab that stands, with all that a learner can leave, versions in a bucket, and a log group of its function."""
    stage = deploy(account.session, template(), {**GIVEN, "Store": store})
    s3 = account.client("s3")
    s3.put_bucket_versioning(Bucket=stage.drop_bucket, VersioningConfiguration={"Status": "Enabled"})
    for body in (b"first", b"second"):
        s3.put_object(Bucket=stage.drop_bucket, Key="file", Body=body)
    s3.delete_object(Bucket=stage.drop_bucket, Key="file")
    s3.create_multipart_upload(Bucket=stage.drop_bucket, Key="large")
    (function,) = account.client("lambda").list_functions()["Functions"]
    account.client("logs").create_log_group(logGroupName=f"/aws/lambda/{function['FunctionName']}")
    keys = learner_session(account.session, stage.learner_role_arn, "blue")
    learner = keys.session(region=account.region, endpoint=account.endpoint)
    learner.client("ec2").create_snapshot(VolumeId=stage.volume_id)
    leave_traces(learner, stage)
    return stage


def clear(account: Account) -> Outcome:
    """A whole teardown."""
    return teardown(account, learn(account), lambda _: None)


def test_a_teardown_that_is_cut_off_at_each_call_goes_on(account: Account) -> None:
    """After every change the process ends, or the line does: what it has done by then counts.

    Ctrl-C and kill -9 are the same to a teardown: nothing of it is remembered.
    """
    before = everything(account.session)
    lab(account, "athena")
    cut: list[str] = []

    def cut_off(model: Any, **_: Any) -> None:
        if model.name in CHANGES and model.name not in cut:
            cut.append(model.name)
            raise KeyboardInterrupt if len(cut) % 2 else ConnectionClosedError(endpoint_url="https://aws.example")

    for service in SERVICES:
        account.client(service).meta.events.register("after-call", cut_off)
    ends: list[object] = []
    while not ends or ends[-1] != ():
        try:
            ends.append(clear(account).refused)
        except (KeyboardInterrupt, TeardownError) as error:
            ends.append(type(error))
    assert sorted(cut) == sorted(CHANGES)
    assert ends == [*(KeyboardInterrupt, TeardownError) * (len(CHANGES) // 2), ()]
    assert everything(account.session) == before


def test_every_call_may_be_throttled(account: Account, spare: Spare) -> None:
    """Each is made again, until AWS has time for it."""
    before = everything(account.session)
    lab(account)
    for service in SERVICES:
        settings().faults.add(spare.id, Fault(kind="throttle", operation=f"{service}:*", rate=0.3))
    assert clear(account).refused == ()
    settings().faults.clear(spare.id)
    assert everything(account.session) == before


def test_describes_that_lag_hide_nothing_for_long(account: Account, spare: Spare) -> None:
    """What EC2 did not show yet is found by a later round, or by the next teardown."""
    before = everything(account.session)
    lab(account)
    settings().faults.add(spare.id, Fault(kind="lag", operation="ec2:Describe*", seconds=0.5))
    clear(account)
    settings().faults.clear(spare.id)
    clear(account)
    assert everything(account.session) == before


def test_what_is_refused_stays_with_the_reason_until_it_is_allowed(account: Account) -> None:
    """Each refusal is said in AWS's words, and nothing else is held up by it."""
    before = everything(account.session)
    stage = lab(account)
    iam = account.client("iam")
    iam.put_user_policy(UserName="organiser", PolicyName="LookOnly", PolicyDocument=json.dumps(LOOK_ONLY))
    outcome = clear(account)
    assert outcome.removed == ()
    assert {stay.what for stay in outcome.refused} == {
        "image",
        "snapshot",
        "instance",
        "security group",
        "network ACL",
        "bucket",
        "event data store",
        "stack",
        "log group",
    }
    (instance, _) = (stay for stay in outcome.refused if stay.what == "instance")
    assert "is not authorized to perform" in instance.why or "not authorized" in instance.why
    iam.delete_user_policy(UserName="organiser", PolicyName="LookOnly")
    after = clear(account)
    assert (after.refused, {(stay.what, stay.why) for stay in after.held}) == ((), {("event data store", HELD)})
    assert ("instance", stage.instance_id) in after.removed
    assert everything(account.session) == before


def test_a_stack_that_could_not_be_deleted_is(account: Account) -> None:
    """A file, a foreign policy, a protected store, a group and an instance each held it back."""
    before = everything(account.session)
    stage = lab(account)
    iam, cloudformation = account.client("iam"), account.client("cloudformation")
    iam.create_policy(PolicyName="Foreign", PolicyDocument=json.dumps(LOOK_ONLY))
    foreign = f"arn:aws:iam::{account.account_id}:policy/Foreign"
    iam.attach_role_policy(RoleName=stage.instance_role_arn.rpartition("/")[2], PolicyArn=foreign)
    account.client("cloudtrail").update_event_data_store(
        EventDataStore=stage.store_id, TerminationProtectionEnabled=True
    )
    cloudformation.delete_stack(StackName=STACK_NAME)
    (stack,) = cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"]
    assert stack["StackStatus"] == "DELETE_FAILED"
    assert clear(account).refused == ()
    iam.delete_policy(PolicyArn=foreign)
    assert everything(account.session) == before


def test_a_deployment_that_failed_or_only_began_is_cleared(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rolled back, left as it failed, or never more than a plan."""
    before = everything(account.session)
    cloudformation = account.client("cloudformation")
    parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in {**GIVEN, "Store": "lake"}.items()]
    asked = {
        "StackName": STACK_NAME,
        "TemplateBody": template(),
        "Parameters": parameters,
        "Capabilities": ["CAPABILITY_IAM"],
    }

    def full(*_: object, **__: object) -> None:
        raise AwsError("EventDataStoreMaxLimitExceededException", "The account already has the maximum of 10.")

    monkeypatch.setattr(Lake, "create_store", full)
    for begin, more, status in (
        (cloudformation.create_stack, {}, "ROLLBACK_COMPLETE"),
        (cloudformation.create_stack, {"OnFailure": "DO_NOTHING"}, "CREATE_FAILED"),
        (cloudformation.create_change_set, {"ChangeSetName": "a", "ChangeSetType": "CREATE"}, "REVIEW_IN_PROGRESS"),
    ):
        begin(**asked, **more)
        (stack,) = cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"]
        assert stack["StackStatus"] == status
        outcome = clear(account)
        assert (outcome.refused, ("stack", stack["StackId"]) in outcome.removed) == ((), True)
        assert everything(account.session) == before


def test_a_stack_that_is_being_changed_is_waited_for(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is taken away under CloudFormation's feet, and whoever waits hears what for."""
    monkeypatch.setattr(progress, "SILENCE", 0)
    deploy(account.session, template(), {**GIVEN, "Store": "lake"})
    statuses = ["UPDATE_COMPLETE", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"]

    def change(parsed: dict[str, Any], **_: Any) -> None:
        if statuses:
            parsed["Stacks"][0]["StackStatus"] = statuses.pop(0)

    known = learn(account)
    account.client("cloudformation").meta.events.register("after-call.cloudformation.DescribeStacks", change)
    said: list[str] = []
    assert teardown(account, known, said.append).refused == ()
    (stack,) = known.records
    waited = [line.rpartition(":")[0] for line in said[:2]]
    assert waited == [f"  {stack.stack_id} is being changed"] * 2
    assert said[2].startswith("clearing")


def test_what_learners_left_of_a_lab_that_is_gone_is_found(account: Account) -> None:
    """By the ids that the records of the deleted stack still name."""
    before = everything(account.session)
    stage = deploy(account.session, template(), {**GIVEN, "Store": "lake"})
    snapshot = account.client("ec2").create_snapshot(VolumeId=stage.volume_id)["SnapshotId"]
    account.client("cloudformation").delete_stack(StackName=STACK_NAME)
    assert made(learn(account).records, "AWS::EC2::VPC") == (stage.vpc_id,)
    assert clear(account).removed == (("snapshot", snapshot),)
    assert everything(account.session) == before
