"""A team's token at the page of an event: nothing is kept of it, it follows from the event's key.

It is the account's id and an HMAC-SHA256 of that id and the number of the token's issue. Another issue makes the token
before worthless.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode

FIRST_ISSUE = 1
_DIGITS = 12  # of an account's id


def team_token(key: str, account_id: str, issue: int = FIRST_ISSUE) -> str:
    """The token of the team with this account."""
    mac = hmac.digest(key.encode(), f"{account_id}:{issue}".encode(), "sha256")
    return f"{account_id}-{urlsafe_b64encode(mac).decode().rstrip('=')}"


def claimed_account(token: str) -> str | None:
    """The account that a token claims to be of, which proves nothing; None for what is no token of a team."""
    account_id, dash, _ = token.partition("-")
    return account_id if dash and len(account_id) == _DIGITS and account_id.isascii() and account_id.isdigit() else None


def is_token(token: str, key: str, account_id: str, issue: int) -> bool:
    """Whether this is the token of that issue, in constant time."""
    return hmac.compare_digest(team_token(key, account_id, issue).encode(), token.encode("utf-8", "replace"))
