"""Ids that look like AWS's.

AWS: the seventeen digits of an EC2 resource's id begin with a zero; an instance shows its profile's own id; IAM's ids
tell what they are of: AIDA for a user, AGPA for a group, AIPA for an instance profile; an interface tells by such an
id who asked for it.
Bare moto: any digit comes first; the profile's id is that of the association; IAM's ids are any twenty letters; every
interface was asked for by a user that nobody has.
"""

from __future__ import annotations

from typing import Any, Final

from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.iam_instance_profile import IamInstanceProfileAssociation
from moto.iam import models as iam
from moto.iam.models import Group, InstanceProfile, User
from moto.iam.utils import generate_access_key_id_from_account_id

from infra.local import chance
from infra.local.call import answered

LONG: Final = 17


class ProfileIds(EC2Backend):
    """How a backend shows the profile of an instance."""

    def associate_iam_instance_profile(
        self, instance_id: str, *args: Any, **named: Any
    ) -> IamInstanceProfileAssociation:
        """As moto's; the instance shows the profile's ARN and id."""
        association = super().associate_iam_instance_profile(instance_id, *args, **named)
        profile = association.iam_instance_profile
        self.modify_instance_attribute(instance_id, "iam_instance_profile", {"Arn": profile.arn, "Id": profile.id})
        return association


class OwnUser(User):
    """A user whose id says so."""

    def __init__(self, account_id: str, *args: Any, **named: Any) -> None:
        super().__init__(account_id, *args, **named)
        self.id = unique_id("AIDA", account_id)


class OwnGroup(Group):
    """A group whose id says so."""

    def __init__(self, account_id: str, *args: Any, **named: Any) -> None:
        super().__init__(account_id, *args, **named)
        self.id = unique_id("AGPA", account_id)


class OwnProfile(InstanceProfile):
    """An instance profile whose id says so."""

    def __init__(self, account_id: str, *args: Any, **named: Any) -> None:
        super().__init__(account_id, *args, **named)
        self.id = unique_id("AIPA", account_id)


class RequestedInterface(NetworkInterface):
    """An interface that knows who asked for it."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        call = answered()
        self.requester_id = call.caller.principal_id if call else self.owner_id


def mend() -> None:
    """Have moto make users, groups and profiles of the classes above."""
    for name, ours in (("User", OwnUser), ("Group", OwnGroup), ("InstanceProfile", OwnProfile)):
        setattr(iam, name, ours)


def unique_id(prefix: str, account_id: str) -> str:
    """A new id of IAM's, in which the account is hidden as in an access key."""
    return generate_access_key_id_from_account_id(account_id, prefix, total_length=21)


def resource_digits(size: int = 8) -> str:
    """Hexadecimal digits for a new id.

    >>> resource_digits(17)[0], len(resource_digits(17))
    ('0', 17)
    """
    digits = chance.token_bytes(size).hex()[:size]
    return f"0{digits[1:]}" if size == LONG else digits
