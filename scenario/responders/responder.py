"""A responder: a learner of code, and beside what it does what the grader must say of every finding.

It derives from the reference learner and overrides what it does otherwise. `expects` lists only the findings that end
otherwise than the reference learner's, which all pass: by task id, or by kind of task ("answer", "containment") for all
of that kind. Its docstring says what it does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from botocore.exceptions import ClientError

from scenario.access import Access
from scenario.responders.reference import PATIENCE, ReferenceLearner

Ending = Literal["pass", "fail", "unknown", "overlap"]
"""How a finding ends: with all points, with none, open, or with as many as the answer overlaps with the key.

See `scenario.responders.expected`.
"""


def fails(*findings: str) -> MappingProxyType[str, Ending]:
    """These findings, or all findings of these kinds, fail without any point."""
    return MappingProxyType(dict.fromkeys(findings, "fail"))


def stays_open(*findings: str) -> MappingProxyType[str, Ending]:
    """Nobody can give or refuse the points of these findings, or of all findings of these kinds, yet."""
    return MappingProxyType(dict.fromkeys(findings, "unknown"))


def overlaps(*findings: str) -> MappingProxyType[str, Ending]:
    """These findings get what their answers have in common with the key."""
    return MappingProxyType(dict.fromkeys(findings, "overlap"))


class NotRefusedError(RuntimeError):
    """AWS did what it should have refused: what the responder stands for did not happen."""


class Responder(ReferenceLearner):
    """Does as the reference learner does."""

    expects: ClassVar[Mapping[str, Ending]] = MappingProxyType({})
    refusals: ClassVar[int] = 0  # how many of its sheets are malformed
    fault: ClassVar[Mapping[str, Any]] = MappingProxyType({})  # what strikes its calls, as `lab fault` names it
    graded_first: ClassVar[bool] = False  # whether it is graded before it does anything, too

    def __init__(self, access: Access, neighbour: Access) -> None:
        """`access` is its own; `neighbour` is that of another team of the same lab."""
        super().__init__(access.session(), store_id=access.store_id, store_kind=access.store_kind)
        self.access = access
        self.neighbour = neighbour

    @classmethod
    def title(cls) -> str:
        """Its name in the matrix: the class's, in lower case with underscores."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def about(cls) -> str:
        """What it does, in one line."""
        return " ".join(str(cls.__doc__).split())

    @classmethod
    def leaves_traces(cls) -> bool:
        """Whether the lab is another afterwards; not where nothing is contained and no answer is counted."""
        return {"answer", "containment"} != {kind for kind, ending in cls.expects.items() if ending == "fail"}

    def sheets(self) -> list[bytes]:
        """Do all of it; gives the sheets to hand in, one after the other."""
        return [as_bytes(self.written(self.respond()))]

    def written(self, sheet: dict[str, Any]) -> dict[str, Any]:
        """How it writes down what it has found out, once all is done."""
        return sheet

    # What several responders need

    def instances(self) -> list[Mapping[str, Any]]:
        """Every instance of the lab that is there, the compromised one among them."""
        return [i for r in self.ec2.describe_instances()["Reservations"] for i in r["Instances"]]

    def bystander(self, instance: Mapping[str, Any]) -> Mapping[str, Any]:
        """An instance that is not this one."""
        return next(i for i in self.instances() if i["InstanceId"] != instance["InstanceId"])

    def original(self, instance: Mapping[str, Any]) -> str:
        """The group that the instance was launched with."""
        return str(instance["SecurityGroups"][0]["GroupId"])

    def rules(self, group: str) -> list[str]:
        """The ids of a group's rules."""
        chosen: Any = [{"Name": "group-id", "Values": [group]}]
        shown = self.ec2.describe_security_group_rules(Filters=chosen)["SecurityGroupRules"]
        return [rule["SecurityGroupRuleId"] for rule in shown]

    def empty(self, group: str) -> None:
        """Take every rule out of a group."""
        (shown,) = self.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
        if shown["IpPermissions"]:
            self.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=shown["IpPermissions"])
        if shown["IpPermissionsEgress"]:
            self.ec2.revoke_security_group_egress(GroupId=group, IpPermissions=shown["IpPermissionsEgress"])

    def image(self, instance: Mapping[str, Any]) -> str:
        """Take an image of an instance, wait until it is there, and give its id."""
        name = f"Evidence of {instance['InstanceId']}"
        image = self.ec2.create_image(InstanceId=instance["InstanceId"], Name=name, NoReboot=True)["ImageId"]
        self.ec2.get_waiter("image_available").wait(ImageIds=[image], WaiterConfig=PATIENCE)
        return image

    def refused(self, call: Callable[..., Any], **parameters: Any) -> None:
        """Make a call that AWS must refuse. Raises NotRefusedError where it does not."""
        try:
            call(**parameters)
        except ClientError:
            return
        raise NotRefusedError(f"AWS should have refused {call.__name__}")


def as_bytes(sheet: Mapping[str, Any]) -> bytes:
    """A sheet as a file holds it."""
    return json.dumps(sheet, ensure_ascii=False).encode()
