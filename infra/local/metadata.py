"""The instance metadata service, seen from its other side: the credentials that it would hand to an instance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, timedelta
from typing import Any

from moto.ec2.models import ec2_backends
from moto.ec2.models.instances import Instance
from moto.iam.models import iam_backends

from infra.local import clock
from infra.local.identity import PARTITION, issue_session
from infra.local.recorder import assumed_role
from scenario.access import Credentials

LIFETIME = timedelta(hours=6)  # of a session, as EC2 asks for
READY = timedelta(seconds=3)  # after its launch an instance finds its first credentials
EC2 = "ec2.amazonaws.com"


def credentials_of(account_id: str, region: str, instance_id: str) -> Credentials:
    """A session of the instance's role under the instance's own id, which begins now.

    Raises LookupError for an instance that is not there or has no role.
    """
    return _issue(account_id, region, instance_id)[0]


def first_credentials_of(
    account_id: str, region: str, instance_id: str, *, deliver: Callable[[Sequence[dict[str, Any]]], None]
) -> Credentials:
    """The session that the instance got when it was launched. `deliver` takes the record of EC2's call for it.

    Raises LookupError for an instance that is not there or has no role.
    """
    instance = _instance(account_id, region, instance_id)
    begins = instance.launch_time.replace(tzinfo=UTC) + READY
    with clock.at(begins):
        credentials, role_arn = _issue(account_id, region, instance_id)
    deliver([assumed_role(EC2, role_arn, instance_id, credentials, begins=begins, lasts=LIFETIME, region=region)])
    return credentials


def _issue(account_id: str, region: str, instance_id: str) -> tuple[Credentials, str]:
    profile = _instance(account_id, region, instance_id).iam_instance_profile
    if not profile:
        raise LookupError(f"instance {instance_id} of account {account_id} has no role")
    role = iam_backends[account_id][PARTITION].get_instance_profile_by_arn(profile["Arn"]).roles[0]
    return issue_session(role.arn, instance_id, seconds=int(LIFETIME.total_seconds())), role.arn


def _instance(account_id: str, region: str, instance_id: str) -> Instance:
    instance = ec2_backends[account_id][region].get_instance_by_id(instance_id)
    if instance is None:
        raise LookupError(f"instance {instance_id} of account {account_id} is not there")
    return instance
