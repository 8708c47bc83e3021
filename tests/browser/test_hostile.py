"""Whatever logs and learners hold stays text: real calls that attack whoever reads of them, seen in every view.

User agents, object keys, names and descriptions are the caller's to choose, and error messages repeat what was asked.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from playwright.sync_api import Page, Route, expect

from grader.desk.see.plain import plain
from infra.deploy.identities import assume
from infra.deploy.state import Lab, StateFolder, Team
from infra.local.lab import Plan, running
from scenario.access import open_session
from scenario.query import Lake
from scenario.workshop import tasks
from tests.browser.conftest import Browse

IMAGE = '<img src=x onerror="window.pwned=1" data-pwned>'
SCRIPT = "</script><script data-pwned>window.pwned=1</script>"
ATTRIBUTE = "\" onmouseover=\"window.pwned=1\" data-pwned='' '"
TEMPLATE = "{{7*7}} ${7*7} {%print(7*7)%} <%=7*7%> #{7*7}"
FORMULA = '=HYPERLINK("http://pwned.invalid","pwned")'
TURNED = "invoice\u202e\u2066gpj.exe\u200b"
LONG = "A" * 500 + "<svg/onload=window.pwned=1 data-pwned>" + "B" * 400
HOSTILE = (IMAGE, SCRIPT, ATTRIBUTE, TEMPLATE, FORMULA, TURNED, LONG)
SESSION = "=1+1@pwned,x"  # the worst that a session's name may hold

WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", event => window.violations.push(event.violatedDirective));
"""


@pytest.fixture(scope="module")
def own_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab in which all of it has happened, and was handed in as answers too."""
    plan = Plan(teams=("blue",), background=200, seed="a-seed-for-hostility")
    with running(plan, StateFolder(tmp_path_factory.mktemp("state")), say=lambda _: None) as up:
        call(up, up.teams[0])
        hand_in(up, up.teams[0])
        yield up


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """A lab has much to do while other tests run."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


def call(lab: Lab, team: Team) -> None:
    """Every hostile text as a user agent, an object's key, a name, a description, a tag and a refused parameter."""
    stage = team.stage
    organiser = team.organiser.session(region=stage.region, endpoint=lab.endpoint)
    for text in HOSTILE:
        agent = Config(user_agent=text.encode("ascii", "replace").decode())
        organiser.client("s3", config=agent).put_object(Bucket=stage.drop_bucket, Key=text, Body=b"")
        learner = team.access.session().client("ec2", config=agent)
        with suppress(ClientError):
            learner.describe_instances(InstanceIds=[text])
        with suppress(ClientError):
            learner.create_security_group(GroupName=text[:255], Description=text[:255], VpcId=stage.vpc_id)
        with suppress(ClientError):
            learner.create_tags(Resources=[stage.instance_id], Tags=[{"Key": "Name", "Value": text[:255]}])
    credentials = assume(organiser, stage.learner_role_arn, SESSION)
    open_session(credentials, region=stage.region, endpoint=lab.endpoint).client("ec2").describe_vpcs()


def hand_in(lab: Lab, team: Team) -> None:
    """The same texts as answers, as SQL and as names of columns; then graded."""
    store = team.stage.store_id
    with httpx.Client(
        base_url=lab.portal, headers={"Authorization": f"Bearer {team.access.token}"}, timeout=60
    ) as desk:
        sheet = {
            "instance_id": IMAGE,
            "primary_call": SCRIPT,
            "read_only_calls": [text[:128] for text in HOSTILE],
            "uploaded_files": list(HOSTILE),
            "footprint": [{"action": text[:128], "service": text[:128], "region": text[:64]} for text in HOSTILE],
        }
        assert desk.post("/api/sheet", json=sheet).status_code == 200
        for sql in (f'select eventname as "{TEMPLATE}" from {store} limit 1', f"select {IMAGE} from {store}"):
            assert desk.post("/api/query", json={"sql": sql}).status_code == 200
        assert desk.post("/api/report").status_code == 200


@dataclass(slots=True)
class Visit:
    """A browser in which everything is watched that a hostile text could bring about."""

    page: Page
    lab: Lab
    asked: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.add_init_script(WATCH)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("dialog", lambda dialog: self.dialogs.append(dialog.message))

    def come_in(self, token: str) -> None:
        """Be known to the desk."""
        answer = self.page.request.post(
            f"{self.lab.portal}/visit", data={"token": token}, headers={"Origin": self.lab.portal}
        )
        assert answer.ok

    def see(self, path: str, *shown: str) -> None:
        """Open a page, wait for these texts and for all that it asks for, and find it calm."""
        self.page.goto(self.lab.portal + path)
        for text in shown:
            expect(self.page.locator("main")).to_contain_text(text)
        expect(self.page.locator("main .loading:visible")).to_have_count(0)
        self.calm()

    def calm(self) -> None:
        """Nothing ran, nothing became markup, nothing was refused by the policy, and nobody else was asked."""
        page = self.page
        assert page.evaluate("[typeof window.pwned, window.violations]") == ["undefined", []]
        assert page.locator("[data-pwned], img[src=x], [onmouseover], [onerror], svg[onload]").count() == 0
        assert self.dialogs == []
        foreign = [url for url in self.asked if not url.startswith((self.lab.portal, "blob:", "data:", "about:"))]
        assert foreign == []


@pytest.fixture
def learner(own_lab: Lab, browse: Browse) -> Visit:
    """The team's browser."""
    visit = Visit(browse(), own_lab)
    visit.come_in(own_lab.teams[0].access.token)
    return visit


def hostile_events(lab: Lab) -> list[tuple[str, str]]:
    """Id and object key of every upload of the story; a key is "" for the other calls."""
    store = lab.teams[0].stage.store_id
    rows = Lake(lab.teams[0].access.session()).run(
        f"select eventid, element_at(requestparameters, 'key') from {store} where eventjson like '%pwned%' "
        "or eventjson like '%7*7%' or eventjson like '%gpj.exe%' order by eventtime"
    )
    return [(event or "", key or "") for event, key in rows.rows]


def test_a_query_shows_it_as_text(own_lab: Lab, learner: Visit) -> None:
    """In the grid, in the cell, and as the name of a column."""
    store = own_lab.teams[0].stage.store_id
    sql = (
        "select useragent, errormessage, element_at(requestparameters, 'key') as \"<img src=x data-pwned>\" "
        f"from {store} where useragent like '%pwned%' or useragent like '%7*7%'"
    )
    learner.see(str(httpx.URL("/work", params={"sql": sql})))
    learner.page.locator("#run").click()
    expect(learner.page.locator("#grid")).to_contain_text(TEMPLATE)
    learner.page.locator("#grid .tabulator-cell", has_text="onerror").first.click()
    expect(learner.page.locator("#cell")).to_be_visible()
    learner.calm()


def test_every_task_shows_answers_as_text(learner: Visit) -> None:
    """What was handed in, and what the grader says of it."""
    for task in tasks():
        learner.see(f"/work/{task.id}")


def test_the_timeline_shows_it_as_text(own_lab: Lab, learner: Visit) -> None:
    """As rows, in the list, and in what the address asks for."""
    learner.see("/see?own=1", SESSION)
    for by in ("call", "service", "region"):
        learner.see(f"/see?own=1&by={by}")
    for text in HOSTILE:
        learner.see(str(httpx.URL("/see", params={"principal": text[:512], "call": text[:512]})), plain(text[:40]))


def test_every_record_shows_it_as_text(own_lab: Lab, learner: Visit) -> None:
    """On its own page, spelled out where it would not be seen, and in the drawer."""
    events = hostile_events(own_lab)
    keys = {key for _, key in events if key}
    assert keys == set(HOSTILE)
    for event_id, key in events:
        learner.see(f"/see/event/{event_id}", *([plain(key)] if key else []))
        assert not re.search("[\u200b\u202a-\u202e\u2066-\u2069]", learner.page.locator("main").inner_text())
    learner.see("/see?own=1&call=PutObject")
    learner.page.locator("#see-events tbody a").first.click()
    expect(learner.page.locator("#see-drawer .record").first).to_be_visible()
    learner.calm()


def test_every_other_view_shows_it_as_text(learner: Visit) -> None:
    """All that the bar leads to."""
    learner.see("/see")
    links = learner.page.locator("nav.views a").all()
    for path in [link.get_attribute("href") or "" for link in links]:
        learner.see(path)


def test_the_organisers_views_show_it_as_text(own_lab: Lab, browse: Browse) -> None:
    """The scoreboard; the class, with the commonest wrong answers and one team opened."""
    visit = Visit(browse(), own_lab)
    visit.come_in(own_lab.organiser_token)
    visit.see("/scoreboard")
    visit.see("/organiser", "window.pwned=1")
    visit.page.locator("#team-blue").click()
    expect(visit.page.locator("#team-part a[download]").first).to_be_visible()
    visit.calm()


def test_the_evidence_shows_it_as_text(own_lab: Lab, learner: Visit) -> None:
    """The pages in the download, opened as a browser opens files of others."""
    download = learner.page.request.get(f"{own_lab.portal}/evidence.zip")
    assert download.ok
    with zipfile.ZipFile(io.BytesIO(download.body())) as archive:
        pages = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".html")}
    assert pages
    for name, html in pages.items():
        learner.page.route("**/opened", partial(as_file, html))
        learner.page.goto(f"{own_lab.portal}/opened")
        assert "window.pwned=1" in learner.page.inner_text("body"), name
        learner.calm()


def as_file(html: str, route: Route) -> None:
    """Answer with a page that no policy guards."""
    route.fulfill(body=html, content_type="text/html")
