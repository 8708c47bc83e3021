"""What of an instance can be modified only while it is stopped.

AWS: "To modify some attributes, the instance must be stopped" (ModifyInstanceAttribute in the EC2 API reference):
user data, type, kernel, RAM disk and EBS optimisation; the words are those of answers seen in the wild.
Bare moto: a running instance takes them.
"""

from __future__ import annotations

from typing import Any, Final

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.instances import Instance

STOPPED_ONLY: Final = ("ebs_optimized", "instance_type", "kernel", "ramdisk", "user_data")


class StoppedOnly(EC2Backend):
    """What a backend refuses an instance that is not stopped."""

    def modify_instance_attribute(self, instance_id: str, key: str, value: Any) -> Instance:
        """As moto's. Raises IncorrectInstanceState."""
        instance = self.get_instance(instance_id)
        if key in STOPPED_ONLY and instance.state != "stopped":
            raise EC2ClientError(
                "IncorrectInstanceState", f"The instance '{instance_id}' is not in the 'stopped' state."
            )
        return super().modify_instance_attribute(instance_id, key, value)
