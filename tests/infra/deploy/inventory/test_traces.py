from __future__ import annotations

from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from infra.account.template import template
from infra.deploy.account import enter
from infra.deploy.identities import learner_session
from infra.deploy.inventory.traces import traces
from infra.deploy.stack import deploy
from tests.infra.deploy.conftest import Spare


def test_what_the_role_made_is_told_by_its_events(spare: Spare) -> None:
    """Not what others made or what was refused; a time before the history begins is none that it refuses."""
    account = enter("spare", None, yes=False)
    stage = deploy(account.session, template(), {"LabSeed": "a-seed", "Bystanders": "0", "Store": "lake"})
    keys = learner_session(account.session, stage.learner_role_arn, "blue")
    ec2 = keys.session(region=account.region, endpoint=account.endpoint).client("ec2")
    account.client("ec2").create_snapshot(VolumeId=stage.volume_id)
    with pytest.raises(ClientError, match="DryRunOperation"):
        ec2.create_snapshot(VolumeId=stage.volume_id, DryRun=True)
    (several,) = ec2.create_snapshots(InstanceSpecification={"InstanceId": stage.instance_id})["Snapshots"]
    made = {
        ec2.create_snapshot(VolumeId=stage.volume_id)["SnapshotId"],
        several["SnapshotId"],
        ec2.copy_snapshot(SourceSnapshotId=several["SnapshotId"], SourceRegion=stage.region)["SnapshotId"],
        ec2.create_image(InstanceId=stage.instance_id, Name="evidence")["ImageId"],
        ec2.create_security_group(GroupName="mine", Description="mine")["GroupId"],
        ec2.create_network_acl(VpcId=stage.vpc_id)["NetworkAcl"]["NetworkAclId"],
    }
    role = stage.learner_role_arn.rpartition("/")[2]
    assert traces(account, [role], stage.created_at) == made
    assert traces(account, [role], datetime(2020, 1, 1, tzinfo=UTC)) == made
    assert traces(account, ["another"], stage.created_at) == frozenset()
