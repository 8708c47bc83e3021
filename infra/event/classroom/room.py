"""A classroom while it is served: deployed anew, or as it was when its process ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from infra.deploy.listener import Listener, bind
from infra.deploy.state import Lab, StateFolder, Team
from infra.event.classroom.asked import Asked, handouts_in, journal_in
from infra.event.classroom.handouts import write_handouts
from infra.event.classroom.network import advice, allow_many_connections, is_trusted, name_for, tls_context
from infra.event.classroom.resume import Kept, with_latest
from infra.event.venue import Room
from infra.local.cloud import Cloud, serve_cloud
from infra.local.journal import Journal
from infra.local.lab import Plan, Seat, open_teams, with_desk

Say = Callable[[str], None]


@contextmanager
def serving(room: Room, folder: StateFolder, *, say: Say) -> Iterator[Lab]:
    """A class is served within the block; what it comes to is kept for `resume`, however the block ends.

    Raises CertificateError, PortTakenError, LabIsUpError, NoLabError, OtherVersionError, DamagedError, DeploymentError,
    StoryError.
    """
    began = time.monotonic()
    with ExitStack() as stack:
        stack.enter_context(folder.held())
        folder.refuse_others("classroom")
        asked = Asked.settle(room, folder)
        portal_option, option = ("", "") if room.resume else ("--portal-port", "--port")
        room = asked.room
        allow_many_connections()
        tls, name = tls_context(room.tls_cert, room.tls_key), name_for(room.host, room.url_host)
        portal = bind(room.host, room.portal_port, option=portal_option, name=name, tls=tls)
        stack.callback(portal.socket.close)
        listener = bind(room.host, room.port, option=option, name=name, tls=tls)
        asked = _settled(asked, listener, portal, folder)
        for sentence in advice(portal, room.url_host, room.host):
            say(sentence)
        journal = Journal(journal_in(folder))
        stack.callback(journal.close)
        kept = Kept(journal, say)
        cloud = stack.enter_context(serve_cloud(listener, seed=room.seed, journal=journal, resume=kept.restore))
        say(f"local AWS answers at {cloud.address}")
        lab = _lab(asked, cloud, portal, with_latest(kept, folder), say)

        def save(lab: Lab) -> None:
            write_handouts(handouts_in(folder), lab, room, trusted=tls is None or is_trusted(portal, name))
            folder.save(lab)  # last: who waits for the class takes it for served then

        stack.enter_context(with_desk(_plan(room), cloud, folder, lab, portal, say, save))
        say(f"the class is served ({time.monotonic() - began:.1f} s)")
        yield lab


def _settled(asked: Asked, listener: Listener, portal: Listener, folder: StateFolder) -> Asked:
    """Write down what was asked, with the ports that there are: links stay the same."""
    ports = {"port": listener.socket.getsockname()[1], "portal_port": portal.socket.getsockname()[1]}
    settled = replace(asked, room=replace(asked.room, **ports))
    settled.save(folder)
    return settled


def _lab(asked: Asked, cloud: Cloud, portal: Listener, kept: dict[str, Team], say: Say) -> Lab:
    """The lab of all teams; those that are not kept, for the deployment was cut short or they are new, are opened."""
    room = asked.room
    seats = [Seat(team.team, team.account_id, team.region) for team in room.teams if team.team not in kept]
    opened = {team.stage.team: team for team in open_teams(_plan(room), seats, room.seed, cloud, portal.url, say)}
    teams = tuple(_at({**kept, **opened}[team.team], cloud.address, portal.url) for team in room.teams)
    return Lab(
        kind="classroom",
        endpoint=cloud.endpoint,
        portal=portal.url,
        region=room.region,
        seed=room.seed,
        teams=teams,
        feedback=room.feedback,
        attempts=room.attempts,
        organiser_token=asked.organiser_token,
        settle=0.0,
    )


def _at(team: Team, endpoint: str, portal: str) -> Team:
    """The team as it is reached now: the machine may have another address than it had."""
    return replace(team, access=replace(team.access, endpoint=endpoint, portal=portal))


def _plan(room: Room) -> Plan:
    return Plan(
        region=room.region,
        seed=room.seed,
        store=room.store,
        background=room.background,
        bystanders=room.bystanders,
        feedback=room.feedback,
        attempts=room.attempts,
    )
