"""The link to the AWS console, as far as it goes without AWS."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from infra.deploy.console import NoConsoleError, console_link
from scenario.access import Credentials

LEARNER = Credentials(access_key_id="ASIA1", secret_access_key="secret", session_token="token")


@pytest.mark.parametrize(
    ("region", "domain"),
    [
        ("eu-west-1", "aws.amazon.com"),
        ("us-gov-west-1", "amazonaws-us-gov.com"),
        ("cn-north-1", "amazonaws.cn"),
    ],
)
def test_the_session_is_changed_for_a_link(region: str, domain: str) -> None:
    """At its partition's endpoint; the link bears the token it gave, and none of the keys."""
    asked: list[str] = []

    def endpoint(address: str) -> str:
        asked.append(address)
        return json.dumps({"SigninToken": "a token"})

    link = console_link(LEARNER, region, endpoint)
    (address,) = asked
    assert address.startswith(f"https://signin.{domain}/federation?")
    question = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert question["Action"] == "getSigninToken"
    assert json.loads(question["Session"]) == {"sessionId": "ASIA1", "sessionKey": "secret", "sessionToken": "token"}
    assert parse_qs(urlsplit(link).query) == {
        "Action": ["login"],
        "Issuer": ["ec2-investigation-lab"],
        "Destination": [f"https://console.{domain}/ec2/home?region={region}"],
        "SigninToken": ["a token"],
    }


@pytest.mark.parametrize("answer", ["", "<html>", "[]", "{}"])
def test_no_token_is_no_link(answer: str) -> None:
    """And no secret is in the sentence that says so."""
    with pytest.raises(NoConsoleError) as refused:
        console_link(LEARNER, "eu-west-1", lambda address: answer)
    assert str(refused.value) == "https://signin.aws.amazon.com/federation gave no sign-in token for this session"


@pytest.mark.aws_live
def test_the_endpoint_gives_a_token() -> None:
    """With a real session of LearnerRole in the environment."""
    from infra.deploy.surroundings import Surroundings

    access = Surroundings().access()
    assert "SigninToken" in console_link(access.credentials, access.region)
