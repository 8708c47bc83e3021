"""The instance metadata service, seen from its other side: the credentials that it would hand to an instance."""

from __future__ import annotations

from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends

from infra.local.identity import PARTITION, issue_session
from scenario.access import Credentials


def credentials_of(account_id: str, region: str, instance_id: str) -> Credentials:
    """A session of the instance's role under the instance's own id.

    Raises LookupError for an instance that is not there or has no role.
    """
    instance = ec2_backends[account_id][region].get_instance_by_id(instance_id)
    profile = instance.iam_instance_profile if instance else None
    if not profile:
        raise LookupError(f"instance {instance_id} of account {account_id} is not there, or has no role")
    found = iam_backends[account_id][PARTITION].get_instance_profile_by_arn(profile["Arn"])
    return issue_session(found.roles[0].arn, instance_id)
