from __future__ import annotations

import json
from dataclasses import replace

import pytest

from infra.deploy.account import Account, enter
from infra.deploy.doctor.permissions import NobodyToAskAboutError, principal, refused
from tests.infra.deploy.conftest import Spare


@pytest.fixture
def account(spare: Spare) -> Account:
    """A fresh account as its organiser enters it."""
    return enter("spare", None, yes=False)


def test_whoever_may_do_everything_is_refused_nothing(account: Account) -> None:
    """The simulation is of the caller's own policies."""
    assert refused(account) == ()


def test_a_session_is_simulated_as_its_role(account: Account) -> None:
    """With the role's path, which the session's ARN leaves out."""
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}]}
    account.client("iam").create_role(RoleName="Deployer", Path="/a/", AssumeRolePolicyDocument=json.dumps(trust))
    session = replace(account, arn=f"arn:aws:sts::{account.account_id}:assumed-role/Deployer/me")
    assert principal(session) == f"arn:aws:iam::{account.account_id}:role/a/Deployer"
    assert {"cloudformation:DeleteStack", "ec2:RunInstances"} <= set(refused(session))


def test_nobody_simulates_another_kind_of_caller(account: Account) -> None:
    """It is said who it is."""
    federated = replace(account, arn=f"arn:aws:sts::{account.account_id}:federated-user/me")
    with pytest.raises(NobodyToAskAboutError, match="federated-user/me is neither a user nor a role"):
        principal(federated)
