"""What CloudFormation keeps of a lab: every stack of it, standing or deleted, and what each of them made.

Stacks that are deleted are kept for 90 days (API reference, ListStacks), so that what a lab was made of is known
without a state folder, and after it is gone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from infra.account.template import template
from infra.deploy.stack import STACK_NAME

if TYPE_CHECKING:
    from infra.deploy.account import Account

GONE = "DELETE_COMPLETE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One stack. `created` is UTC."""

    stack_id: str
    status: str
    created: datetime
    made: Mapping[str, tuple[str, ...]]  # physical ids by type of resource, each once

    @property
    def stands(self) -> bool:
        """Whether there is a stack to delete."""
        return self.status != GONE


def records(account: Account) -> tuple[Record, ...]:
    """Every stack of the lab in this account and region, the latest first. Raises botocore's ClientError."""
    client = account.client("cloudformation")
    pages = client.get_paginator("list_stacks").paginate()
    found = [stack for page in pages for stack in page["StackSummaries"] if _is_lab(stack)]
    return tuple(
        Record(
            stack_id=stack["StackId"],
            status=stack["StackStatus"],
            created=stack["CreationTime"],
            made=_made(account, stack["StackId"]),
        )
        for stack in sorted(found, key=lambda stack: stack["CreationTime"], reverse=True)
    )


def _is_lab(stack: Mapping[str, Any]) -> bool:
    """Its stack has the lab's name, or one that a stack set chose for the account template."""
    of_set = stack["StackName"].startswith("StackSet-") and stack.get("TemplateDescription") == _description()
    return of_set or stack["StackName"] == STACK_NAME


@cache
def _description() -> str:
    return str(json.loads(template())["Description"])


def made(records: Iterable[Record], kind: str) -> tuple[str, ...]:
    """The physical ids of all resources of a type that these stacks have made, each once."""
    return tuple(dict.fromkeys(id_ for record in records for id_ in record.made.get(kind, ())))


def _made(account: Account, stack_id: str) -> Mapping[str, tuple[str, ...]]:
    """From the stack's events: they name what was replaced too, and what a deleted stack had."""
    pages = account.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=stack_id)
    by_kind: dict[str, dict[str, None]] = {}
    for event in [event for page in pages for event in page["StackEvents"]]:
        if physical := event.get("PhysicalResourceId"):
            by_kind.setdefault(event["ResourceType"], {})[physical] = None
    return {kind: tuple(ids) for kind, ids in by_kind.items()}
