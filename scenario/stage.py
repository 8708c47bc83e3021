"""The stage: the names of one deployed lab, as its stack's outputs and creation time give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Self


class StageIncompleteError(ValueError):
    """A stack lacks outputs that a lab has: it is no lab, or its deployment has not finished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One team's deployed lab. Every string is an id, a name or an ARN as AWS spells it.

    Each field but `created_at` and `bystander_instance_ids` is one output of the account template:
    `drop_bucket` is the output `DropBucket`, `vpc_id` is `VpcId`.
    """

    team: str
    account_id: str
    region: str
    vpc_id: str
    subnet_id: str
    instance_id: str  # the compromised instance
    volume_id: str  # its root volume
    interface_id: str  # its only network interface
    security_group_id: str  # the group it was launched with
    instance_role_arn: str
    drop_bucket: str  # where the story uploads to
    bystander_bucket: str  # where bystanders put objects
    bystander_instance_ids: tuple[str, ...]  # output `BystanderInstanceIds`, comma-separated, may be empty
    store_kind: str  # a key of `scenario.query.KINDS`: "lake", "athena"
    store_id: str  # what stands after FROM: the event data store's UUID, or "database.view"
    learner_role_arn: str
    grader_role_arn: str
    created_at: datetime  # UTC; the stack's CreationTime: nothing before it belongs to this lab

    @classmethod
    def from_stack(cls, stack: Mapping[str, Any]) -> Self:
        """Build the stage from one element of `DescribeStacks`'s `Stacks`.

        Raises StageIncompleteError naming the outputs that are missing.
        """
        outputs = {o["OutputKey"]: o["OutputValue"] for o in stack.get("Outputs", [])}
        values: dict[str, Any] = {}
        for field in fields(cls):
            if field.name == "created_at":
                values[field.name] = stack["CreationTime"].astimezone(UTC)
            else:
                values[field.name] = outputs.pop(output_key(field.name), None)
        missing = sorted(output_key(name) for name, value in values.items() if value is None)
        if missing:
            raise StageIncompleteError(
                f"stack {stack['StackName']} ({stack['StackStatus']}) has no output {', '.join(missing)}: "
                "it is not a deployed lab, or its deployment has not finished"
            )
        hosts = values["bystander_instance_ids"]
        values["bystander_instance_ids"] = tuple(h for h in hosts.split(",") if h)
        return cls(**values)


def output_key(field: str) -> str:
    """The stack output that a field of the stage comes from: `drop_bucket` is `DropBucket`."""
    return "".join(word.capitalize() for word in field.split("_"))
