"""The page and the API of a lab: for as long as a process serves them, wherever the lab itself is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from grader.desk.app import create_app
from grader.desk.live import Live
from grader.desk.organisation import Organisation
from grader.desk.team import DeskTeam
from grader.submissions import SubmissionLog
from infra.deploy.desks import desks
from infra.deploy.listener import Listener, bind, serve_asgi
from infra.deploy.state import Lab, StateFolder

HOST = "127.0.0.1"


@contextmanager
def served(
    lab: Lab,
    teams: Sequence[DeskTeam],
    folder: StateFolder,
    portal: Listener,
    *,
    organisation: Organisation | None = None,
    live: Live | None = None,
) -> Iterator[None]:
    """Serve the page and the API of these teams within the block. What they hand in is kept in the folder."""
    with ExitStack() as stack:
        submissions = SubmissionLog(folder.submissions)
        stack.callback(submissions.close)
        app = create_app(teams, submissions, organiser_token=lab.organiser_token, organisation=organisation, live=live)
        stack.enter_context(serve_asgi(app, portal))
        yield


@contextmanager
def serving(folder: StateFolder, port: int, *, say: Callable[[str], None]) -> Iterator[Lab]:
    """Serve the lab that `lab deploy` has made within the block, and write down where; 0 is any free port.

    Raises LabIsUpError, NoLabError, PortTakenError.
    """
    folder.load()  # before anything is made
    with ExitStack() as stack:
        stack.enter_context(folder.held())
        folder.refuse_others("aws")
        portal = bind(HOST, port, option="--portal-port")
        stack.callback(portal.socket.close)
        lab = _at(folder.load(), portal.url)
        stack.enter_context(served(lab, desks(lab, folder.signing_secret()), folder, portal))
        folder.save(lab)
        say(f"the page and the API of the lab answer at {portal.url}")
        yield lab


def _at(lab: Lab, url: str) -> Lab:
    teams = tuple(replace(team, access=replace(team.access, portal=url)) for team in lab.teams)
    return replace(lab, portal=url, teams=teams)
