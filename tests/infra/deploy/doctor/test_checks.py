from __future__ import annotations

import pytest

from infra.deploy.account import Account, enter
from infra.deploy.doctor import checks
from infra.deploy.doctor.checks import Verdict
from tests.infra.deploy.conftest import REGION, Spare
from tests.infra.local.aws.trail_buckets import bucket_policy


@pytest.fixture
def account(spare: Spare) -> Account:
    """A fresh account as its organiser enters it."""
    return enter("spare", None, yes=False)


def test_a_region_has_to_be_switched_on(account: Account) -> None:
    """Those that nobody switches on by himself are."""
    assert checks.region(account) == (Verdict.OK, f"{REGION} is switched on")
    assert checks.region(enter("spare", "ap-east-1", yes=False)) == (
        Verdict.PROBLEM,
        "ap-east-1 is not switched on in this account: do so, or choose --region",
    )


def test_running_instances_leave_room_or_not(account: Account) -> None:
    """By their processors; those of other quotas and those that are stopped do not count."""
    ec2 = account.client("ec2")
    image = checks.image(account)[1].rpartition(" ")[2]
    for kind, stopped in (("m5.8xlarge", True), ("g4dn.8xlarge", False), ("m5.8xlarge", False)):
        assert checks.processors(account)[0] == Verdict.OK
        (instance,) = ec2.run_instances(ImageId=image, InstanceType=kind, MinCount=1, MaxCount=1)["Instances"]
        if stopped:
            ec2.stop_instances(InstanceIds=[instance["InstanceId"]])
    assert checks.processors(account) == (
        Verdict.PROBLEM,
        "32 of 32 processors of running instances, and a lab takes 6: ask for more (Service Quotas, ec2 L-1216C47A)",
    )


def test_five_trails_are_all_that_a_region_takes(account: Account) -> None:
    """Athena's would be the sixth."""
    bucket, s3 = f"logs-{account.account_id}", account.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=bucket_policy(bucket, account.account_id, Condition={}))
    for number in range(5):
        assert checks.trails(account) == (Verdict.OK, f"{number} of 5 trails")
        account.client("cloudtrail").create_trail(Name=f"trail-{number}", S3BucketName=bucket)
    assert checks.trails(account)[0] == Verdict.PROBLEM
