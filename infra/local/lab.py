"""The whole lab in one process: local AWS, the teams' stacks and stories in it, and the lab's HTTP API."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from threading import Lock

from grader.desk.live import EVERYONE, Live
from grader.desk.team import DeskTeam
from infra.account.template import template
from infra.deploy.desks import desk_team, desks
from infra.deploy.identities import learner_session
from infra.deploy.listener import Listener, bind
from infra.deploy.serve import HOST, served
from infra.deploy.stack import deploy
from infra.deploy.state import Lab, StateFolder, Team
from infra.local import clock
from infra.local.accounts import account_of
from infra.local.background import Background
from infra.local.cloud import Cloud, serve_cloud
from infra.local.identity import open_account
from infra.local.late import latest
from infra.local.metadata import first_credentials_of
from infra.local.past import Past, past_of
from infra.local.players import Cast, play_all, players
from scenario.access import Access, open_session
from scenario.stage import Stage
from scenario.story import Story, bystander_story, draw, team_seed


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What was asked of `lab up`. Port 0 is any free one; an empty seed is a fresh one."""

    teams: tuple[str, ...] = ("blue",)
    region: str = "us-east-1"
    seed: str = ""
    store: str = "lake"  # the kind of every team's event store
    background: int = 20_000  # events, for each team
    bystanders: int = 2
    port: int = 0
    portal_port: int = 0
    feedback: str = "counts"  # how much learners are told of their answers
    attempts: int = 10  # answers to one question that count
    settle: timedelta = timedelta(0)  # for so long after the instance's end a missing event is held against nobody
    snapshot_seconds: float = 0.0  # how long snapshots are pending
    eventual_consistency: timedelta = timedelta(0)  # by how much EC2's describes lag behind its changes
    event_delay: timedelta = timedelta(0)  # by how much events are late once the lab is up, more or less


@contextmanager
def running(plan: Plan, folder: StateFolder, *, say: Callable[[str], None]) -> Iterator[Lab]:
    """A lab that is up within the block, and written down in its state folder; `say` hears of its progress.

    Raises PortTakenError, LabIsUpError, DeploymentError, StoryError.
    """
    seed = plan.seed or secrets.token_hex(16)
    began = time.monotonic()
    with ExitStack() as stack:
        stack.enter_context(folder.held())
        folder.refuse_others("local")
        if folder.forget():
            say(f"the lab that was in {folder.path} ended without `lab down`: starting afresh")
        portal = bind(HOST, plan.portal_port, option="--portal-port")
        stack.callback(portal.socket.close)
        cloud = stack.enter_context(
            serve_cloud(
                bind(HOST, plan.port, option="--port"),
                event_delay=plan.event_delay,
                seed=seed,
                snapshot_seconds=plan.snapshot_seconds,
                eventual_consistency=plan.eventual_consistency,
            )
        )
        say(f"local AWS answers at {cloud.endpoint}")
        seats = [Seat(name, account_of(seed, name), plan.region) for name in plan.teams]
        teams = tuple(open_teams(plan, seats, seed, cloud, portal.url, say))
        cloud.late.begin()
        lab = Lab(
            kind="local",
            endpoint=cloud.endpoint,
            portal=portal.url,
            region=plan.region,
            seed=seed,
            teams=teams,
            feedback=plan.feedback,
            attempts=plan.attempts,
            organiser_token=secrets.token_urlsafe(24),
            settle=max(plan.settle, latest(plan.event_delay)).total_seconds(),
        )
        stack.enter_context(with_desk(plan, cloud, folder, lab, portal, say, folder.save))
        stack.callback(folder.forget)
        say(f"the lab is up ({time.monotonic() - began:.1f} s)")
        yield lab


@contextmanager
def with_desk(
    plan: Plan,
    cloud: Cloud,
    folder: StateFolder,
    lab: Lab,
    portal: Listener,
    say: Callable[[str], None],
    save: Callable[[Lab], None],
) -> Iterator[None]:
    """Serve the desk of a lab within the block, have it saved, and let its organiser give second chances."""
    secret = folder.signing_secret()
    teams, live = list(desks(lab, secret)), Live()
    second = Second(plan, cloud, folder, lab, secret, teams, live, say, save)
    with served(lab, teams, folder, portal, organisation=second, live=live):
        save(lab)
        cloud.resets.open(second.chance)
        yield


class Second:
    """Gives teams of a lab that is up a second chance, one at a time: a `grader.desk.organisation.Organisation`."""

    def __init__(
        self,
        plan: Plan,
        cloud: Cloud,
        folder: StateFolder,
        lab: Lab,
        secret: bytes,
        served: list[DeskTeam],
        live: Live,
        say: Callable[[str], None],
        save: Callable[[Lab], None],
    ) -> None:
        """`served` are the teams as the lab's HTTP API serves them, in the order of the lab's; pages hear by `live`."""
        self._plan, self._cloud, self._folder, self._lab = plan, cloud, folder, lab
        self._secret, self._served, self._live, self._say = secret, served, live, say
        self._save = save
        self._one = Lock()

    def reset(self, team: str, *, new_seed: bool) -> None:
        """Give a team a fresh lab."""
        with self._one:
            self._open(self._place(team), new_seed)

    def links(self) -> Mapping[str, str]:
        """By team: the link that bears its token."""
        return {team.stage.team: self._lab.link(team.access.token) for team in self._lab.teams}

    def reissue(self, team: str) -> str:
        """Give a team a new token, and give the link that bears it."""
        with self._one:
            place, token = self._place(team), secrets.token_urlsafe(24)
            old = self._lab.teams[place]
            self._serve(
                place, replace(old, access=replace(old.access, token=token)), self._served[place].with_token(token)
            )
            self._save(self._lab)
        return self._lab.link(token)

    def chance(self, account_id: str, new_seed: bool) -> Team:
        """A fresh lab for the team with this account, in an account of its own where it gets another seed.

        Its token stays; what it handed in before is kept with the lab that it was for.
        """
        with self._one:
            return self._open([team.stage.account_id for team in self._lab.teams].index(account_id), new_seed)

    def _place(self, team: str) -> int:
        return self._lab.teams.index(self._lab.team(team))

    def _open(self, place: int, new_seed: bool) -> Team:
        old = self._lab.teams[place]
        account_id = old.stage.account_id
        self._cloud.close_account(account_id)
        account = account_of(secrets.token_hex(16), old.stage.team) if new_seed else account_id
        seat = Seat(old.stage.team, account, old.stage.region, old.access.token)
        (team,) = open_teams(self._plan, [seat], self._lab.seed, self._cloud, self._lab.portal, self._say)
        self._folder.remember()
        self._serve(place, team, desk_team(team, self._lab, self._secret))
        self._save(self._lab)
        if self._cloud.journal and new_seed:
            self._cloud.journal.forget(account_id)
        return team

    def _serve(self, place: int, team: Team, served: DeskTeam) -> None:
        self._lab = replace(self._lab, teams=(*self._lab.teams[:place], team, *self._lab.teams[place + 1 :]))
        self._served[place] = served
        self._live.tell(EVERYONE, "account")


@dataclass(frozen=True, slots=True)
class Seat:
    """A team's place in a lab that is being made; without a token it gets a new one."""

    team: str
    account_id: str
    region: str
    token: str = field(default="", repr=False)


def open_teams(
    plan: Plan, seats: Sequence[Seat], seed: str, cloud: Cloud, portal: str, say: Callable[[str], None]
) -> Iterator[Team]:
    """Open every team's account, and let happen in it what learners will look for. Stories are played meanwhile.

    Where there is a journal, each team is kept as soon as its lab stands.
    """
    began = time.monotonic()
    with players(len(seats)) as pool:
        opened: list[tuple[Team, Background, Future[int]]] = []
        for seat in seats:
            stories = stories_of(team_seed(seed, seat.account_id), plan, seat.region)
            past = past_of(stories, clock.now())
            background = Background(region=seat.region, count=plan.background, seed=seed, until=clock.now())
            team = open_team(seat, plan, seed, past, background, cloud, portal, say)
            cast = cast_of(team.stage, stories, cloud)
            played = pool.submit(play_all, cast, team.stage, cloud.endpoint, cloud.timekeeper, past.began)
            opened.append((team, background, played))
        for number, (team, background, played) in enumerate(opened, 1):
            say(
                f"team {team.stage.team}: {plan.background:,} events of others, {played.result():,} of the story "
                f"({number} of {len(opened)}, {time.monotonic() - began:.1f} s)"
            )
            cloud.recorder.flush()
            cloud.late.hurry(team.stage.account_id)
            cloud.keep(team, background)
            yield team


def open_team(
    seat: Seat,
    plan: Plan,
    seed: str,
    past: Past,
    background: Background,
    cloud: Cloud,
    portal: str,
    say: Callable[[str], None],
) -> Team:
    """Open the team's account and deploy the lab there, with what others did before."""
    began, name, account_id, region = time.monotonic(), seat.team, seat.account_id, seat.region
    with clock.at(past.opened):
        organiser = open_account(account_id)
    looks, earlier = past.looks(), open_session(organiser, region=region, endpoint=cloud.endpoint)
    cloud.timekeeper.lead(earlier, lambda: next(looks))
    external_id = secrets.token_hex(16)
    stage = deploy(
        earlier,
        template(),
        {
            "TeamId": name,
            "LabSeed": seed,
            "Bystanders": str(plan.bystanders),
            "Store": plan.store,
            "GraderExternalId": external_id,
        },
    )
    background.load(cloud.lake, account_id)
    cloud.trails.deliver_earlier(account_id, partial(cloud.lake.background, account_id))
    say(f"team {name}: deployed to account {account_id} ({time.monotonic() - began:.1f} s)")
    session = open_session(organiser, region=region, endpoint=cloud.endpoint)
    learner = learner_session(session, stage.learner_role_arn, name)
    access = Access(
        team=name,
        region=region,
        endpoint=cloud.address,
        credentials=learner,
        portal=portal,
        token=seat.token or secrets.token_urlsafe(24),
        store_kind=stage.store_kind,
        store_id=stage.store_id,
    )
    return Team(stage=stage, access=access, organiser=organiser, grader_external_id=external_id)


def stories_of(secret: str, plan: Plan, region: str) -> list[Story]:
    """The story of the team with this seed, and what the bystanders do."""
    bystanders = [bystander_story(secret, region, number) for number in range(1, plan.bystanders + 1)]
    return [draw(secret, region), *bystanders]


def cast_of(stage: Stage, stories: Sequence[Story], cloud: Cloud) -> Cast:
    """The stories, each with the credentials that its own instance has had since it was launched."""
    hosts = (stage.instance_id, *stage.bystander_instance_ids)
    return [
        (first_credentials_of(stage.account_id, stage.region, host, deliver=cloud.late.take), story)
        for host, story in zip(hosts, stories, strict=True)
    ]
