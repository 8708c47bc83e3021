"""Whether an AWS account is fit for a lab: all checks, of which none keeps another from its answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy.account import Account
from infra.deploy.doctor.checks import CHECKS, Verdict
from infra.deploy.doctor.permissions import NobodyToAskAboutError


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check says."""

    check: str
    verdict: Verdict
    about: str


def examine(account: Account) -> Iterator[Finding]:
    """Every check in its order; what AWS refuses to answer is unknown, with its reason."""
    for name, look in CHECKS.items():
        try:
            verdict, about = look(account)
        except (BotoCoreError, ClientError, NobodyToAskAboutError) as error:
            verdict, about = Verdict.UNKNOWN, str(error)
        yield Finding(check=name, verdict=verdict, about=about)
