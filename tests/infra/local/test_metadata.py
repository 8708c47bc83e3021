"""What the instance metadata service would hand out, and when."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from moto.ec2.models import ec2_backends

from infra.local import clock
from infra.local.aws import install
from infra.local.identity import Identities
from infra.local.metadata import LIFETIME, READY, credentials_of, first_credentials_of

from .conftest import ACCOUNT, REGION, LocalAws, Serve

LAUNCHED = datetime(2026, 1, 31, 23, 0, 0, tzinfo=UTC)
TRUST = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}


@pytest.fixture
def aws(serve_local_aws: Serve) -> LocalAws:
    """A served endpoint with every mend."""
    install()
    return serve_local_aws()


def host(aws: LocalAws, *, role: bool) -> str:
    """An instance that was launched then, with a role or without."""
    iam, ec2 = aws.client("iam"), aws.client("ec2")
    named = {}
    if role:
        document = json.dumps({"Version": "2012-10-17", "Statement": TRUST})
        iam.create_role(RoleName="host", AssumeRolePolicyDocument=document)
        iam.create_instance_profile(InstanceProfileName="host")
        iam.add_role_to_instance_profile(InstanceProfileName="host", RoleName="host")
        named = {"IamInstanceProfile": {"Name": "host"}}
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    launched = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, **named)["Instances"][0]["InstanceId"]
    ec2_backends[ACCOUNT][REGION].get_instance(launched).launch_time = LAUNCHED.replace(tzinfo=None)
    return str(launched)


def test_the_first_session_begins_at_the_launch(aws: LocalAws) -> None:
    """Some seconds after it, for six hours, as EC2's own call says."""
    instance, records = host(aws, role=True), list[dict[str, Any]]()
    credentials = first_credentials_of(ACCOUNT, REGION, instance, deliver=records.extend)
    identity = Identities().find(credentials.access_key_id)
    assert identity.caller.issued_at == LAUNCHED + READY
    assert identity.expires_at == LAUNCHED + READY + LIFETIME
    assert identity.caller.session_name == instance
    (record,) = records
    assert record["eventTime"] == "2026-01-31T23:00:03Z"
    assert record["requestParameters"] == {"roleArn": f"arn:aws:iam::{ACCOUNT}:role/host", "roleSessionName": instance}


def test_another_session_begins_now(aws: LocalAws) -> None:
    """Whoever asks later gets a session of its own."""
    began = clock.now()
    identity = Identities().find(credentials_of(ACCOUNT, REGION, host(aws, role=True)).access_key_id)
    assert identity.caller.issued_at is not None
    assert began <= identity.caller.issued_at <= clock.now()


def test_who_has_none(aws: LocalAws) -> None:
    """An instance without a role, and one that is not there, get nothing."""
    with pytest.raises(LookupError, match="has no role"):
        credentials_of(ACCOUNT, REGION, host(aws, role=False))
    with pytest.raises(LookupError, match="is not there"):
        credentials_of(ACCOUNT, REGION, "i-00000000000000000")
