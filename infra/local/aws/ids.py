"""Ids that look like AWS's.

AWS: the seventeen digits of an EC2 resource's id begin with a zero; an instance shows its profile's own id.
Bare moto: any digit comes first; the profile's id is that of the association.
"""

from __future__ import annotations

import secrets
from typing import Any, Final

from moto.ec2.models import EC2Backend
from moto.ec2.models.iam_instance_profile import IamInstanceProfileAssociation

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


def resource_digits(size: int = 8) -> str:
    """Hexadecimal digits for a new id.

    >>> resource_digits(17)[0], len(resource_digits(17))
    ('0', 17)
    """
    digits = secrets.token_hex(size)[:size]
    return f"0{digits[1:]}" if size == LONG else digits
