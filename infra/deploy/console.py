"""A link that opens the AWS console as a learner, by the sign-in federation endpoint.

Source: IAM user guide, "Enable custom identity broker access to the AWS console": the endpoint gives a token of fifteen
minutes for a session's credentials, and the link that bears it signs in for as long as the session lasts.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlencode

import boto3
import urllib3
from urllib3.exceptions import HTTPError

from scenario.access import Credentials

DOMAINS = {"aws": "aws.amazon.com", "aws-us-gov": "amazonaws-us-gov.com", "aws-cn": "amazonaws.cn"}
"""By partition, where sign-in and console are; botocore's data does not have them."""

ISSUER = "ec2-investigation-lab"
TIMEOUT = 30.0  # seconds


class NoConsoleError(RuntimeError):
    """The sign-in endpoint gave no token. The message says why."""


def console_link(credentials: Credentials, region: str, ask: Callable[[str], str] | None = None) -> str:
    """A link that signs in with this session, to be opened within fifteen minutes. It is a secret until then.

    `ask` gives what an address answers. Raises NoConsoleError.
    """
    partition = boto3.Session().get_partition_for_region(region)
    if partition not in DOMAINS:
        raise NoConsoleError(f"no console is known for region {region} (partition {partition})")
    domain = DOMAINS[partition]
    federation = f"https://signin.{domain}/federation"
    session = {
        "sessionId": credentials.access_key_id,
        "sessionKey": credentials.secret_access_key,
        "sessionToken": credentials.session_token,
    }
    answer = (ask or fetch)(f"{federation}?{urlencode({'Action': 'getSigninToken', 'Session': json.dumps(session)})}")
    try:
        token = str(json.loads(answer)["SigninToken"])
    except (ValueError, KeyError, TypeError) as error:
        raise NoConsoleError(f"{federation} gave no sign-in token for this session") from error
    destination = f"https://console.{domain}/ec2/home?region={region}"
    login = {"Action": "login", "Issuer": ISSUER, "Destination": destination, "SigninToken": token}
    return f"{federation}?{urlencode(login)}"


def fetch(address: str) -> str:
    """What an address answers, as text. Raises NoConsoleError; the address is a secret, and not repeated."""
    try:
        answer = urllib3.request("GET", address, timeout=TIMEOUT, retries=2)
    except HTTPError as error:
        raise NoConsoleError(f"the sign-in endpoint did not answer ({type(error).__name__}): try again") from None
    return answer.data.decode(errors="replace")
