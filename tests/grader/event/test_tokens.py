from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from grader.desk.team import MIN_TOKEN
from grader.event.tokens import claimed_account, is_token, team_token

KEY, ACCOUNT = "a-key-that-nobody-guesses", "111122223333"


def test_a_token_tells_its_account_and_proves_it() -> None:
    """No other account, issue or key has it."""
    token = team_token(KEY, ACCOUNT)
    assert (claimed_account(token), len(token) > MIN_TOKEN) == (ACCOUNT, True)
    assert is_token(token, KEY, ACCOUNT, 1)
    others = [(KEY, ACCOUNT, 2), (KEY, "111122223334", 1), ("another-key", ACCOUNT, 1)]
    assert not [other for other in others if is_token(token, *other)]


@given(st.text())
def test_what_is_no_token_is_refused(text: str) -> None:
    """Whatever anybody sends."""
    account = claimed_account(text)
    assert account is None or (len(account) == 12 and account.isdigit())
    assert not is_token(text, KEY, ACCOUNT, 1)
    assert not is_token(f"{ACCOUNT}-{text}", KEY, ACCOUNT, 1)
