"""The function behind the page: the learner's desk's own app, for requests of an HTTP API (payload version 2.0).

Whatever matters is in the table: one function sees what another one wrote. How often a team may ask is counted by each
function for itself; the API bounds the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from mangum import Mangum
from starlette.applications import Starlette

from grader.desk import stream
from grader.desk.app import VIEWS, app_of
from grader.desk.desk import Desk
from grader.desk.event import event_id
from grader.desk.page import Pages
from grader.desk.rate import Rate
from grader.desk.watch import Watch
from grader.event import polling
from grader.event.acts import TableActs
from grader.event.live import TableLive
from grader.event.office import EventOffice
from grader.event.organiser_account import OrganiserAccount, organiser_account
from grader.event.visitors import EventVisitors, RosterTeams

ROWS = 4 * 1024 * 1024  # bytes that a query may answer with: a function's whole answer has 6 MB, as base64

IN_PLACE = {stream: polling}
"""The view of the desk that needs a process which lives on, and what stands in its place."""


def handler(event: Mapping[str, Any], context: object) -> Mapping[str, Any]:
    """Answer one request."""
    return cast("Mapping[str, Any]", _served(organiser_account())(dict(event), cast("Any", context)))


def app(account: OrganiserAccount) -> Starlette:
    """The desk of the event's teams."""
    token, submissions = account.secret.organiser_token, account.submissions
    acts, live = (
        TableActs(submissions, event_id(token)),
        TableLive(client=submissions.dynamodb, table=submissions.table),
    )
    desk = Desk(
        visitors=EventVisitors(RosterTeams(account), token, account=account),
        submissions=submissions,
        rate=Rate(),
        acts=acts,
        pages=Pages({"event_now": acts.event}),
        live=live,
        watch=Watch(submissions, live),
        office=EventOffice(account, live),
        most_row_bytes=ROWS,
    )
    return app_of(desk, [IN_PLACE.get(view, view) for view in VIEWS])


@cache
def _served(account: OrganiserAccount) -> Mangum:
    return Mangum(app(account), lifespan="off")
