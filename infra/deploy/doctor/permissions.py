"""What an organiser must be allowed, and whether a caller is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from infra.deploy.account import Account

BATCH = 100  # actions in one question


class NobodyToAskAboutError(LookupError):
    """IAM simulates users and roles only."""


@cache
def needed() -> Mapping[str, Sequence[str]]:
    """The IAM actions, by who uses them."""
    text = files("infra.deploy.doctor").joinpath("needed.json").read_text("utf-8")
    return {who: actions for who, actions in json.loads(text).items() if who != "$schema"}


def refused(account: Account) -> tuple[str, ...]:
    """Those needed actions that IAM's simulation refuses to the caller, on any resource and under no condition.

    Raises NobodyToAskAboutError, botocore's ClientError.
    """
    actions = sorted({action for of_one in needed().values() for action in of_one})
    return tuple(_refused(account, principal(account), actions))


def principal(account: Account) -> str:
    """The ARN of the user or role behind the caller. A session's ARN leaves out the path of its role, so IAM is asked.

    Raises NobodyToAskAboutError, botocore's ClientError.
    """
    _, _, resource = account.arn.rpartition(":")
    kind, _, name = resource.partition("/")
    if kind == "user":
        return account.arn
    if kind == "assumed-role":
        role = account.client("iam").get_role(RoleName=name.partition("/")[0])
        return str(role["Role"]["Arn"])
    raise NobodyToAskAboutError(f"{account.arn} is neither a user nor a role: IAM cannot say what it may do")


def _refused(account: Account, arn: str, actions: Sequence[str]) -> Iterator[str]:
    pages = account.client("iam").get_paginator("simulate_principal_policy")
    for start in range(0, len(actions), BATCH):
        for page in pages.paginate(PolicySourceArn=arn, ActionNames=actions[start : start + BATCH]):
            for result in page["EvaluationResults"]:
                if result["EvalDecision"] != "allowed":
                    yield result["EvalActionName"]
