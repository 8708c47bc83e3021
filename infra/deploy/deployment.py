"""What was asked of `lab deploy`, written down before AWS is asked for anything.

A lab's seed and its grader's external id are nowhere else: whoever interrupts a deployment must not lose them.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from infra.deploy.account import Account
from infra.deploy.identities import Profile
from infra.deploy.state import UNREADABLE, NoLabError, StateFolder, write_secret
from infra.deploy.store import best_store

AUTO = "auto"


class DeploymentMismatchError(ValueError):
    """What is asked for is not the lab that is there already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The options of `lab deploy`; None for what was not said."""

    team: str | None = None
    seed: str | None = None
    store: str = AUTO
    bystanders: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One lab to be deployed: where, and with which parameters."""

    profile: str
    account_id: str
    region: str
    endpoint: str | None
    team: str
    seed: str
    external_id: str
    store: str  # "lake" or "athena"
    bystanders: int

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the account template."""
        return {
            "TeamId": self.team,
            "LabSeed": self.seed,
            "Bystanders": str(self.bystanders),
            "Store": self.store,
            "GraderExternalId": self.external_id,
        }

    @property
    def organiser(self) -> Profile:
        """Who deploys it."""
        return Profile(self.profile)

    def save(self, folder: StateFolder) -> None:
        """Write it down, for its owner alone."""
        write_secret(folder.deployment, json.dumps(asdict(self), indent=2))

    @classmethod
    def load(cls, folder: StateFolder) -> Self | None:
        """The deployment that was begun in this folder, if one was. Raises NoLabError for what nobody can read."""
        if not folder.deployment.exists():
            return None
        try:
            return cls(**json.loads(folder.deployment.read_text("utf-8")))
        except UNREADABLE as error:
            raise NoLabError(
                f"{folder.deployment} cannot be read ({error}): another version wrote it, or it was edited; move it "
                "away, and `lab deploy --seed` with the seed that stands in it takes the lab over again"
            ) from error


def restore(before: Deployment | None, folder: StateFolder) -> None:
    """Have written down again what was before a change that nobody wanted."""
    if before is None:
        folder.deployment.unlink()
    else:
        before.save(folder)


def settle(asked: Asked, account: Account, folder: StateFolder, stack: Mapping[str, Any] | None) -> Deployment:
    """The lab that is meant: the one that was begun in this folder, the one that stands in the account, or a new one.

    `stack` is what DescribeStacks shows of the lab's stack. Raises DeploymentMismatchError, botocore's errors.
    """
    begun = Deployment.load(folder)
    if begun is not None:
        return _again(begun, asked, account, folder)
    given = {p["ParameterKey"]: p["ParameterValue"] for p in (stack or {}).get("Parameters", [])}
    if "GraderExternalId" in given:
        return _adopted(given, asked, account)
    return Deployment(
        **_place(account),
        team=asked.team or "blue",
        seed=asked.seed or secrets.token_hex(16),
        external_id=secrets.token_hex(16),
        store=best_store(account.session) if asked.store == AUTO else asked.store,
        bystanders=2 if asked.bystanders is None else asked.bystanders,
    )


def _place(account: Account) -> dict[str, Any]:
    return {
        "profile": account.profile.profile,
        "account_id": account.account_id,
        "region": account.region,
        "endpoint": account.endpoint,
    }


def _again(begun: Deployment, asked: Asked, account: Account, folder: StateFolder) -> Deployment:
    there, here = (
        (begun.account_id, begun.region, begun.endpoint),
        (account.account_id, account.region, account.endpoint),
    )
    if there != here:
        raise DeploymentMismatchError(
            f"the lab of {folder.path} is in account {begun.account_id}, region {begun.region}, and not in account "
            f"{account.account_id}, region {account.region}: give each lab a state folder of its own with --state DIR"
        )
    changed = _with(replace(begun, profile=account.profile.profile), asked)
    if (changed.seed, changed.team) != (begun.seed, begun.team):
        raise DeploymentMismatchError(
            f"the lab of {folder.path} has a seed and a team already ({begun.team}): they stay for as long as it "
            "stands. `lab teardown` ends it; or make another one in another account with --state DIR"
        )
    return changed


def _adopted(given: Mapping[str, str], asked: Asked, account: Account) -> Deployment:
    """The lab that somebody else has deployed. Its stack shows everything but its seed."""
    if not asked.seed:
        raise DeploymentMismatchError(
            f"a lab stands in account {account.account_id} that this state folder knows nothing of: say the seed that "
            "it was deployed with (parameter LabSeed) with --seed, or clear it with `lab teardown`"
        )
    standing = Deployment(
        **_place(account),
        team=given["TeamId"],
        seed=asked.seed,
        external_id=given["GraderExternalId"],
        store=given["Store"],
        bystanders=int(given["Bystanders"]),
    )
    return _with(standing, asked)


def _with(deployment: Deployment, asked: Asked) -> Deployment:
    return replace(
        deployment,
        team=asked.team or deployment.team,
        seed=asked.seed or deployment.seed,
        store=deployment.store if asked.store == AUTO else asked.store,
        bystanders=deployment.bystanders if asked.bystanders is None else asked.bystanders,
    )
