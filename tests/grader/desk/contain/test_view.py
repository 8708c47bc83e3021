from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from grader.desk.app import create_app
from grader.evidence.account import Account
from grader.submissions import SubmissionLog
from infra.deploy.state import Lab, StateFolder
from infra.local.fault_cli import call
from infra.local.faults import Fault
from infra.local.lab import Plan, running
from scenario.responders.reference import ReferenceLearner
from tests.grader.desk_aws import ALIVE, Aws
from tests.grader.desk_teams import TOKEN, desk_team
from tests.grader.serving import serving

PATIENCE = 30  # seconds
RIGHT, ACTING, IDLE = range(3)  # which team does what


@pytest.fixture(scope="module")
def own_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    plan = Plan(teams=("right", "acting", "idle"), background=100, seed="a-seed-for-containment")
    with running(plan, StateFolder(tmp_path_factory.mktemp("state")), say=lambda _: None) as up:
        yield up


def visitor(lab: Lab, team: int) -> httpx.Client:
    token = lab.teams[team].access.token
    return httpx.Client(base_url=lab.portal, headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE)


def shape(html: str) -> str:
    """What is left of a part of the page without names, ids and addresses."""
    html = re.sub(r"\b(eni|i|sg|vol|vpc)-[0-9a-f]+", r"\1", html)
    html = re.sub(r"10\.0\.0\.\d+|\bec2-investigation-lab-\w+-\w+", "", html)
    return re.sub(r"\b(api|billing|jobs|web)\b", "", html)


def comes(client: httpx.Client, path: str, words: str) -> str:
    """The part of the page, once it says these words."""
    deadline = time.monotonic() + PATIENCE
    while words not in (said := client.get(path).text):
        assert time.monotonic() < deadline, said
        time.sleep(0.1)
    return said


def test_the_page_needs_a_team(own_lab: Lab) -> None:
    """And its parts too."""
    paths = ("/contain", "/contain/picture", "/contain/findings")
    assert [httpx.get(f"{own_lab.portal}{path}").status_code for path in paths] == [401] * 3


def test_nothing_tells_the_compromised_instance_before_it_was_found(own_lab: Lab) -> None:
    """Every instance is drawn alike, whichever is chosen, and none unless it is; the findings name none."""
    stage = own_lab.teams[IDLE].stage
    hosts = [stage.instance_id, *stage.bystander_instance_ids]
    with visitor(own_lab, IDLE) as client:
        page, findings = client.get("/contain").text, client.get("/contain/findings").text
        unchosen = client.get("/contain/picture").text
        drawn = {host: client.get("/contain/picture", params={"instance": host}).text for host in hosts}
        strange = client.get("/contain/picture", params={"instance": "i-0123456789abcdef0"}).text
    assert strange == unchosen
    assert [host for host in hosts if host in page + findings] == []
    choices = re.findall(r'<li>.*?<button.*?id="choose-(i-\w+)".*?</li>', unchosen, re.DOTALL)
    assert sorted(choices) == sorted(hosts)
    assert len({shape(choice) for choice in re.findall(r"<button.*?</button>", unchosen, re.DOTALL)}) == 1
    assert len({shape(html) for html in drawn.values()}) == 1
    assert all(host in html for host, html in drawn.items())


def test_the_right_answer_draws_the_instance(own_lab: Lab) -> None:
    """And not before; a wrong one changes nothing."""
    stage = own_lab.teams[RIGHT].stage
    with visitor(own_lab, RIGHT) as client:
        client.post("/api/sheet", json={"instance_id": stage.bystander_instance_ids[0]})
        untold = client.get("/contain/findings")
        wrong = client.get("/contain/picture").text
        client.post("/api/sheet", json={"instance_id": stage.instance_id})
        marked = ["", stage.bystander_instance_ids[0], stage.instance_id]  # by the picture that the page has
        answers = [client.get("/contain/findings", params={"own": own}) for own in marked]
        right = client.get("/contain/picture").text
        other = client.get("/contain/picture", params={"instance": stage.bystander_instance_ids[0]}).text
    assert [answer.headers.get("HX-Trigger") for answer in answers] == ["lab:told", "lab:told", None]
    assert "HX-Trigger" not in untold.headers
    assert f'name="own" value="{stage.instance_id}"' in right
    assert (wrong.count("compromised"), right.count("compromised"), other.count("compromised")) == (0, 1, 1)
    assert f'id="instance-{stage.instance_id}"' in right
    assert stage.volume_id in right
    assert f'id="instance-{stage.bystander_instance_ids[0]}"' in other


def test_commands_are_shown_as_far_as_hints_were_taken(own_lab: Lab) -> None:
    """The page has none of its own."""
    with visitor(own_lab, RIGHT) as client:
        before = client.get("/contain/findings").text
        client.post("/api/hints/snapshotted/3")
        after = client.get("/contain/findings").text
    assert "aws ec2" not in before
    assert "<code>aws ec2 create-snapshots --instance-specification InstanceId=&lt;INSTANCE_ID&gt;</code>" in after


def test_an_act_draws_its_instance_with_the_events_that_prove_it(own_lab: Lab) -> None:
    """Whoever acts on it knows it; each event is a link to the raw one."""
    team = own_lab.teams[ACTING]
    learner = ReferenceLearner(team.access.session(), store_id=team.access.store_id)
    with visitor(own_lab, ACTING) as client:
        client.get("/contain/findings")
        (taken,) = learner.snapshot(learner.describe(team.stage.instance_id))
        findings = comes(client, "/contain/findings", taken)
        drawn = client.get("/contain/picture").text
    events = re.findall(r'href="/see/event/([\w-]+)" title="([\w-]+)">(\w+)', findings)
    assert [name for _, _, name in events] == ["CreateSnapshot"]
    assert f'id="snapshot-{taken}"' in drawn
    assert drawn.count("compromised") == 1


def test_aws_that_does_not_answer_is_a_calm_sentence(own_lab: Lab) -> None:
    """With when it was last seen; the picture and the findings stay, and nobody is told a code."""
    team = own_lab.teams[IDLE]
    host = team.stage.bystander_instance_ids[0]
    path = f"/contain/picture?instance={host}"
    with visitor(own_lab, IDLE) as client:
        findings = client.get("/contain/findings").text
        client.get(path)
        call(team, "POST", msgspec.json.encode(Fault(kind="unavailable", operation="ec2:Describe*")))
        try:
            troubled = comes(client, path, "AWS does not answer.")
            assert client.get("/contain/findings").text == findings
        finally:
            call(team, "DELETE", b"")
        deadline = time.monotonic() + PATIENCE
        while "AWS does not answer" in client.get(path).text and time.monotonic() < deadline:
            time.sleep(0.1)
        assert "AWS does not answer" not in client.get(path).text
    assert re.search(r"Last seen <time datetime=\"[^\"]+\">\d\d:\d\d:\d\d UTC</time>", troubled)
    assert f'id="instance-{host}"' in troubled
    assert "Unavailable" not in troubled


def test_before_aws_has_ever_answered_the_page_says_so(tmp_path: Path) -> None:
    """Nothing is drawn, and nothing judged."""
    with (
        SubmissionLog.open(tmp_path / "submissions.db") as log,
        serving(create_app((desk_team(),), log)) as url,
        httpx.Client(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}) as client,
    ):
        assert "Nothing to draw yet" in client.get("/contain/picture").text
        assert "Nothing judged yet" in client.get("/contain/findings").text


def test_names_that_others_gave_are_never_markup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tag is a learner's to write."""
    aws = Aws(monkeypatch)
    hostile = '"><img src=x onerror=alert(1)>'
    aws.account = Account(instances=({**ALIVE, "Tags": [{"Key": "Name", "Value": hostile}]},))
    with (
        SubmissionLog.open(tmp_path / "submissions.db") as log,
        serving(create_app((desk_team(session=aws.session),), log)) as url,
        httpx.Client(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}) as client,
    ):
        drawn = [
            client.get(path).text for path in ("/contain/picture", f"/contain/picture?instance={ALIVE['InstanceId']}")
        ]
    assert ["<img" in html for html in drawn] == [False, False]
    assert all("&#34;&gt;&lt;img src=x" in html for html in drawn)
