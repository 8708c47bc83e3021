"""A lab deployed into an AWS account: from what was asked to the lab in the state folder."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from infra.account.template import template
from infra.deploy.account import Account
from infra.deploy.change import Change, carry_out, check, plan, standing, wait_for_others
from infra.deploy.cost import bill
from infra.deploy.deployment import Asked, Deployment, restore, settle
from infra.deploy.identities import learner_session
from infra.deploy.stack import STACK_NAME, find
from infra.deploy.state import Lab, NoLabError, StateFolder, Team
from scenario.access import Access
from scenario.stage import Stage

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.client import CloudFormationClient

PORTAL = "http://127.0.0.1:8080"  # where `lab serve` will be, unless it is told otherwise

Confirm = Callable[[str], None]
"""Asks whether to go on. Raises click's Abort where not."""


def deploy_lab(
    asked: Asked,
    account: Account,
    folder: StateFolder,
    *,
    say: Callable[[str], None],
    confirm: Confirm,
    agree: Confirm,
) -> Lab:
    """Deploy the lab that is meant, or go on with its deployment, and write it down.

    `confirm` asks before anything is done, `agree` before what stands is disturbed. Raises LabIsUpError,
    DeploymentMismatchError, StackInTheWayError, DeploymentError, botocore's errors.
    """
    with folder.held():
        folder.refuse_others("aws")
        client = account.client("cloudformation")
        stack = standing(client)
        status = check(stack)
        deployment = settle(asked, account, folder, stack)
        say(_intention(deployment, account, status))
        confirm("Deploy it?")
        before = Deployment.load(folder)
        deployment.save(folder)
        wait_for_others(client, status, say)
        change = plan(client, template(), deployment.parameters, check(standing(client)))
        if change is None:
            say(f"stack {STACK_NAME} is as it should be: nothing to change")
        else:
            say(f"what changes:\n{change}")
            if change.disturbed:
                _agree(client, change, before, folder, agree)
            carry_out(client, change, say)
        lab = _handed_over(deployment, find(account.session), folder)
        folder.save(lab)
    return lab


def _intention(deployment: Deployment, account: Account, status: str) -> str:
    cost = bill(store=deployment.store, bystanders=deployment.bystanders)
    return (
        f"the lab of team {deployment.team} in {account}\n"
        f"  stack  {STACK_NAME} ({status or 'to be created'})\n"
        f"  store  {deployment.store}, with {deployment.bystanders} bystanders\n"
        f"  cost   {cost}"
    )


def _agree(
    client: CloudFormationClient, change: Change, before: Deployment | None, folder: StateFolder, agree: Confirm
) -> None:
    """Ask whether what is there may be disturbed; where it may not, all is as before."""
    try:
        agree(f"This takes away, replaces or restarts {', '.join(change.disturbed)}. Go on?")
    except BaseException:
        client.delete_change_set(ChangeSetName=change.id)
        restore(before, folder)
        raise


def _handed_over(deployment: Deployment, stage: Stage, folder: StateFolder) -> Lab:
    """The lab as the state folder keeps it; tokens stay from one deployment to the next."""
    try:
        before: Lab | None = folder.load()
    except NoLabError:
        before = None
    team = _team(deployment, stage, before.teams[0].access.token if before else secrets.token_urlsafe(24))
    if before is not None:
        return replace(before, teams=(replace(team, access=replace(team.access, portal=before.portal)),))
    return Lab(
        kind="aws",
        endpoint=deployment.endpoint,
        portal=PORTAL,
        region=deployment.region,
        seed=deployment.seed,
        teams=(team,),
        organiser_token=secrets.token_urlsafe(24),
    )


def _team(deployment: Deployment, stage: Stage, token: str) -> Team:
    session = deployment.organiser.session(region=deployment.region, endpoint=deployment.endpoint)
    access = Access(
        team=stage.team,
        region=stage.region,
        endpoint=deployment.endpoint,
        credentials=learner_session(session, stage.learner_role_arn, stage.team),
        portal=PORTAL,
        token=token,
        store_kind=stage.store_kind,
        store_id=stage.store_id,
    )
    return Team(stage=stage, access=access, organiser=deployment.organiser, grader_external_id=deployment.external_id)
