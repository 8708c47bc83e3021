"""The whole lab in one process: local AWS, the teams' stacks and stories in it, and the lab's HTTP API."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from grader.desk.app import create_app
from grader.submissions import SubmissionLog
from infra.account.template import template
from infra.deploy.desks import desks
from infra.deploy.identities import WORKING_DAY, assume
from infra.deploy.stack import deploy
from infra.deploy.state import Lab, StateFolder, Team
from infra.local.background import load_background
from infra.local.cloud import Cloud, serve_cloud
from infra.local.identity import open_account
from infra.local.metadata import credentials_of
from infra.local.serve import bind, serve_asgi
from scenario.access import Access, open_session
from scenario.stage import Stage
from scenario.story import Story, bystander_story, draw, team_seed
from scenario.traffic import Played, play

HOST = "127.0.0.1"


class StoryError(RuntimeError):
    """The traffic did not go as the story says: the lab would ask for what did not happen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What was asked of `lab up`. Port 0 is any free one; an empty seed is a fresh one."""

    teams: tuple[str, ...] = ("blue",)
    region: str = "us-east-1"
    seed: str = ""
    background: int = 20_000  # events, for each team
    bystanders: int = 2
    port: int = 0
    portal_port: int = 0
    feedback: str = "counts"  # how much learners are told of their answers
    attempts: int = 10  # answers to one question that count
    settle: float = 0.0  # seconds that an event may be late: local AWS records a call before the next query is answered


@contextmanager
def running(plan: Plan, folder: StateFolder, *, say: Callable[[str], None]) -> Iterator[Lab]:
    """A lab that is up within the block, and written down in its state folder; `say` hears of its progress.

    Raises PortTakenError, LabIsUpError, DeploymentError, StoryError.
    """
    seed = plan.seed or secrets.token_hex(16)
    began = time.monotonic()
    with ExitStack() as stack:
        stack.enter_context(folder.held())
        if folder.forget():
            say(f"the lab that was in {folder.path} ended without `lab down`: starting afresh")
        portal = bind(HOST, plan.portal_port, option="--portal-port")
        stack.callback(portal.socket.close)
        cloud = stack.enter_context(serve_cloud(bind(HOST, plan.port, option="--port")))
        say(f"local AWS answers at {cloud.endpoint}")
        teams = tuple(open_team(name, plan, seed, cloud, portal.url, say) for name in plan.teams)
        submissions = SubmissionLog(folder.submissions)
        stack.callback(submissions.close)
        lab = Lab(
            kind="local",
            endpoint=cloud.endpoint,
            portal=portal.url,
            region=plan.region,
            seed=seed,
            teams=teams,
            feedback=plan.feedback,
            attempts=plan.attempts,
            settle=plan.settle,
        )
        stack.enter_context(serve_asgi(create_app(desks(lab, folder.signing_secret()), submissions), portal))
        folder.save(lab)
        stack.callback(folder.forget)
        say(f"the lab is up ({time.monotonic() - began:.1f} s)")
        yield lab


def open_team(name: str, plan: Plan, seed: str, cloud: Cloud, portal: str, say: Callable[[str], None]) -> Team:
    """Open the team's account, deploy the lab there, and let happen in it what learners will look for."""
    began = time.monotonic()
    account_id = account_of(seed, name)
    organiser = open_account(account_id)
    session = open_session(organiser, region=plan.region, endpoint=cloud.endpoint)
    external_id = secrets.token_hex(16)
    stage = deploy(
        session,
        template(),
        {
            "TeamId": name,
            "LabSeed": seed,
            "Bystanders": str(plan.bystanders),
            "GraderExternalId": external_id,
        },
    )
    say(f"team {name}: deployed to account {account_id} ({time.monotonic() - began:.1f} s)")
    load_background(cloud.lake, account_id, region=plan.region, count=plan.background, seed=seed)
    played = play_all(stage, seed, cloud.endpoint)
    say(
        f"team {name}: {plan.background:,} events of others, {played:,} of the story ({time.monotonic() - began:.1f} s)"
    )
    learner, _ = assume(session, stage.learner_role_arn, name, duration=WORKING_DAY)
    access = Access(
        team=name,
        region=plan.region,
        endpoint=cloud.endpoint,
        credentials=learner,
        portal=portal,
        token=secrets.token_urlsafe(24),
        store_kind=stage.store_kind,
        store_id=stage.store_id,
    )
    return Team(stage=stage, access=access, organiser=organiser, grader_external_id=external_id)


def account_of(seed: str, team: str) -> str:
    """Twelve digits, the same for the same lab seed and team."""
    digest = hmac.new(seed.encode(), f"account:{team}".encode(), hashlib.sha256).digest()
    return str(10**11 + int.from_bytes(digest[:8], "big") % (9 * 10**11))


def play_all(stage: Stage, seed: str, endpoint: str) -> int:
    """Play the story, and what the bystanders do, each under the credentials of its own instance; how many calls.

    Raises StoryError naming the first call that went otherwise than the story says.
    """
    secret = team_seed(seed, stage.account_id)
    casts: list[tuple[str, Story]] = [(stage.instance_id, draw(secret, stage.region))]
    casts += [
        (host, bystander_story(secret, stage.region, number))
        for number, host in enumerate(stage.bystander_instance_ids, 1)
    ]
    return sum(play_as(host, story, stage, endpoint).calls for host, story in casts)


def play_as(instance_id: str, story: Story, stage: Stage, endpoint: str) -> Played:
    """Play a story as the instance's own role would. Raises StoryError."""
    credentials = credentials_of(stage.account_id, stage.region, instance_id)
    played = play(story, stage, open_session(credentials, region=stage.region, endpoint=endpoint))
    if played.surprises:
        raise StoryError(f"the traffic of {instance_id} did not go as the story says: {played.surprises[0]}")
    return played
