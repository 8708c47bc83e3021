"""Writes docs/permissions.md from the account template: `make permissions`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from infra.account.template import template
from tests.infra.account.resources import Resources, listed

PAGE = Path(__file__).parents[3] / "docs" / "permissions.md"

HEAD = """\
# Permissions

What the two roles of the account template may do, written from the template itself: `make permissions`. Whatever is in
no row is refused. A row that denies wins over every row that allows, also over policies that somebody attaches later.
"""
ROLES = {
    "LearnerRole": (
        "LearnerRoleArn",
        "Whoever investigates and contains. A session lasts twelve hours at most. It is assumed by the template's "
        "`LearnerPrincipal`, or else by whom the account's own policies allow.",
    ),
    "GraderRole": (
        "GraderRoleArn",
        "Whoever grades: it only looks. It is assumed by the template's `GraderPrincipal`, or else by whom the "
        "account's own policies allow, with `GraderExternalId` where one was given.",
    ),
}
STORES = {"StoreIsLake": "Where the store is CloudTrail Lake", "StoreIsAthena": "Where the store is Athena"}

THINGS = {
    "DataExchange": "the bucket `DropBucket`",
    "DataReports": "the bucket `BystanderBucket`",
    "EventsLogs": "the trail's bucket",
    "EventsResults": "the bucket of Athena's results",
    "EventsLake": "the lab's event data store",
    "EventsWorkGroup": "lab_…",
    "EventsDatabase": "lab_…",
    "WebRole": "the compromised instance's role",
    "AWS::StackId": "the lab's stack",
    "AWS::Region": "the lab's Region",
    "AWS::Partition": "aws",
    "AWS::AccountId": "the account",
}
"""What a name of the template means."""

WHY = {
    "cloudtrail:ListEventDataStores": "find the store, or fall back on the event history of the account",
    "ec2:Describe*": "look around, as whoever answers an incident does",
    "ec2:DescribeImages": "see what was snapshotted, isolated, terminated, and what else was touched",
    "s3:GetBucketLocation": "see what was uploaded",
    "s3:GetObject": "read what was uploaded",
    "ec2:AuthorizeSecurityGroupEgress": "contain, in the module's way or in another that is as good",
    "athena:Delete*": "no way to the seed (user data, disks, keys, the stack), other identities, machines, the log",
    "s3:Delete*": "leave evidence and uploads as they are; Athena alone writes, in its caller's name",
    "iam:GetRole": "see whether the instance's sessions were revoked",
    "cloudformation:DescribeStacks": "read the outputs: what the lab consists of",
    "cloudtrail:CancelQuery": "ask the store",
    "athena:GetQueryExecution": "ask the store",
    "glue:GetDatabase": "Athena reads the view and the table in its caller's name",
    "GetObject by Athena": "Athena reads log files and results in its caller's name",
    "s3:AbortMultipartUpload": "Athena writes results in its caller's name",
}
"""Why, by the first action of a statement."""


def page() -> str:
    """The page in Markdown."""
    resources = Resources(json.loads(template()))
    return "\n".join([HEAD, *(_role(resources, *role) for role in ROLES.items())])


def _role(resources: Resources, name: str, about: tuple[str, str]) -> str:
    output, text = about
    logical_id = resources.behind(output)
    parts = [f"## {name}\n", f"{text}\n"]
    own = resources.all[logical_id]["Properties"]["Policies"]
    parts += [f"### {held['PolicyName']}\n\n{_table(held)}" for held in own]
    for policy in resources.of("AWS::IAM::Policy").values():
        if {"Ref": logical_id} in policy["Properties"]["Roles"]:
            parts.append(f"### {STORES[policy['Condition']]}\n\n{_table(policy['Properties'])}")
    return "\n".join(parts)


def _table(policy: Mapping[str, Any]) -> str:
    head = "| | What | On what | Under which condition | Why |\n| --- | --- | --- | --- | --- |\n"
    return head + "".join(f"| {' | '.join(_row(one))} |\n" for one in policy["PolicyDocument"]["Statement"])


def _row(statement: Mapping[str, Any]) -> Iterator[str]:
    actions = listed(statement["Action"])
    yield statement["Effect"].lower()
    yield " ".join(f"`{action}`" for action in actions)
    yield "; ".join(map(_resource, listed(statement["Resource"])))
    yield "; ".join(_conditions(statement.get("Condition", {})))
    yield WHY[reason(statement)]


def reason(statement: Mapping[str, Any]) -> str:
    """The key of WHY for a statement."""
    actions = listed(statement["Action"])
    return "GetObject by Athena" if {"s3:GetBucketLocation", "s3:GetObject"} <= set(actions) else str(actions[0])


def _resource(value: Any) -> str:
    if value == "*":
        return "anything"
    text = _text(value)
    if text.startswith("arn:"):
        kind, _, name = text.split(":", 5)[5].partition("/")
        return f"the {kind} {name}".strip()
    return f"every object of {text.removesuffix('/*')}" if text.endswith("/*") else text


def _text(value: Any) -> str:
    """A value of the template in words."""
    if isinstance(value, str):
        return value
    if "Fn::Join" in value:
        return "".join(map(_text, value["Fn::Join"][1]))
    return THINGS[value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0]]


def _conditions(conditions: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for operator, wanted in conditions.items():
        yield from (f"`{operator}` `{key}`: {_text(value)}" for key, value in wanted.items())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
