"""How a learner reaches one lab: where it stands, who they are there, and which store to ask.

On AWS `endpoint` is None; on one machine it is the address of local AWS. Nothing else differs.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, Self

import boto3
import botocore.session
from botocore.config import Config
from botocore.hooks import HierarchicalEmitter
from botocore.loaders import Loader


class NoAccessError(LookupError):
    """The environment does not say how to reach a lab."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """One AWS identity. Only sessions have a `session_token`, and a time (UTC) when they expire."""

    access_key_id: str
    secret_access_key: str
    session_token: str = ""
    expires_at: datetime | None = None

    def session(self, *, region: str, endpoint: str | None) -> boto3.Session:
        """A boto3 session of this identity, as `open_session` makes it."""
        return open_session(self, region=region, endpoint=endpoint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What `lab env` exports and every verb of a learner needs."""

    team: str
    region: str
    endpoint: str | None
    credentials: Credentials
    portal: str  # base address of the lab's HTTP API
    token: str  # the team's token for it
    store_kind: str  # "lake"
    store_id: str

    def session(self) -> boto3.Session:
        """A boto3 session of this learner, which honours `endpoint`. Raises NoAccessError once it has expired."""
        self.check()
        return self.credentials.session(region=self.region, endpoint=self.endpoint)

    def check(self) -> None:
        """Raises NoAccessError where the credentials have expired."""
        expires = self.credentials.expires_at
        if expires and expires <= datetime.now(UTC):
            raise NoAccessError(
                f"this session of team {self.team} expired at {expires:%Y-%m-%d %H:%M} UTC: "
                'get a new one with `eval "$(lab env)"` where its lab was deployed, or from its organiser'
            )

    def exports(self) -> dict[str, str]:
        """The environment variables that make boto3, the AWS CLI and `lab` work as this learner."""
        return {variable: value for variable, value in _variables(self) if value}

    def environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        """An environment for a process of this learner: `environ` without what it says of other identities and labs."""
        others = {*OTHERS, *(variable for variable, _ in _variables(self))}
        return {name: value for name, value in environ.items() if name not in others} | self.exports()

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """The inverse of `exports`. Raises NoAccessError naming the variables that are not set."""
        missing = sorted(name for name in REQUIRED if not environ.get(name))
        if missing:
            raise NoAccessError(f"the environment does not say how to reach a lab: {', '.join(missing)} not set")
        return cls(
            team=environ["LAB_TEAM"],
            region=environ["AWS_DEFAULT_REGION"],
            endpoint=environ.get("AWS_ENDPOINT_URL") or None,
            credentials=Credentials(
                access_key_id=environ["AWS_ACCESS_KEY_ID"],
                secret_access_key=environ["AWS_SECRET_ACCESS_KEY"],
                session_token=environ.get("AWS_SESSION_TOKEN", ""),
                expires_at=_moment(environ.get("AWS_CREDENTIAL_EXPIRATION", "")),
            ),
            portal=environ["LAB_URL"],
            token=environ["LAB_TOKEN"],
            store_kind=environ.get("LAB_STORE_KIND", "lake"),
            store_id=environ["LAB_STORE_ID"],
        )


OTHERS = ("AWS_DEFAULT_PROFILE", "AWS_PROFILE", "LAB_STATE")
"""What names an identity or a lab besides the variables of `exports`."""

REQUIRED = (
    "LAB_TEAM",
    "LAB_URL",
    "LAB_TOKEN",
    "LAB_STORE_ID",
    "AWS_DEFAULT_REGION",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
)


def _variables(access: Access) -> list[tuple[str, str]]:
    return [
        ("LAB_TEAM", access.team),
        ("LAB_URL", access.portal),
        ("LAB_TOKEN", access.token),
        ("LAB_STORE_KIND", access.store_kind),
        ("LAB_STORE_ID", access.store_id),
        ("AWS_REGION", access.region),
        ("AWS_DEFAULT_REGION", access.region),
        ("AWS_ENDPOINT_URL", access.endpoint or ""),
        ("AWS_ACCESS_KEY_ID", access.credentials.access_key_id),
        ("AWS_SECRET_ACCESS_KEY", access.credentials.secret_access_key),
        ("AWS_SESSION_TOKEN", access.credentials.session_token),
        ("AWS_CREDENTIAL_EXPIRATION", expires.isoformat() if (expires := access.credentials.expires_at) else ""),
    ]


def _moment(text: str) -> datetime | None:
    """What says when a session expires; None for what is no moment of time."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None


class EndpointSession(boto3.Session):
    """A session whose every client speaks to one endpoint, whatever the environment says."""

    def __init__(self, *, endpoint: str, **settings: Any) -> None:
        super().__init__(**settings)
        self._endpoint = endpoint

    def client(self, *args: Any, **settings: Any) -> Any:
        """As boto3's; `boto3.Session.resource` makes its clients here too."""
        settings["endpoint_url"] = settings.get("endpoint_url") or self._endpoint
        return super().client(*args, **settings)


def open_session(credentials: Credentials, *, region: str, endpoint: str | None) -> boto3.Session:
    """One identity's session, on AWS (`endpoint` None) or wherever `endpoint` is.

    Sessions share what botocore reads of the services' descriptions: the first client of a fresh session would cost
    130 ms otherwise. They begin with a copy of botocore's own hooks: to register them anew would cost 15 ms.
    """
    core = botocore.session.Session(event_hooks=copy(_hooks()), include_builtin_handlers=False)
    core.register_component("data_loader", _descriptions())
    settings: dict[str, Any] = {
        "botocore_session": core,
        "aws_access_key_id": credentials.access_key_id,
        "aws_secret_access_key": credentials.secret_access_key,
        "aws_session_token": credentials.session_token or None,
        "region_name": region,
    }
    return EndpointSession(endpoint=endpoint, **settings) if endpoint else boto3.Session(**settings)


@cache
def _hooks() -> HierarchicalEmitter:
    hooks = HierarchicalEmitter()
    botocore.session.Session(event_hooks=hooks)  # registers them
    return hooks


@lru_cache(maxsize=256)
def client_of(session: boto3.Session, service: str, config: Config | None = None) -> Any:
    """The session's client of a service, made once: making one costs more than most calls. Threads may share it."""
    make: Any = session.client  # typed for names that are written out
    return make(service, config=config)


@cache
def _descriptions() -> Loader:
    loader: Loader = botocore.session.get_session().get_component("data_loader")
    return loader
