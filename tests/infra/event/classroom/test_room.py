"""A class that is served: with TLS, behind tokens and signatures alone, and again after its end."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from starlette.routing import Mount, Route

from grader.client import Portal, PortalUnreachableError
from grader.desk.app import create_app
from grader.submissions import SubmissionLog
from infra.deploy.state import LabIsUpError, StateFolder
from infra.event.classroom.venue import AS_A_WHOLE, Classroom
from infra.local.fault_door import FaultDoor
from infra.local.importing.door import ImportDoor
from infra.local.lab_client import LabClient
from infra.local.reset import PATH, ResetDoor
from scenario.exits import Exit
from tests.command_line import lab
from tests.infra.event.classroom.certificates import make_certificate
from tests.infra.event.classroom.rooms import Served, entry, room, serve, served


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state folder of the module's class, with its certificate beside it."""
    return tmp_path_factory.mktemp("class") / "state"


@pytest.fixture(scope="module")
def certificate(folder: Path) -> tuple[Path, Path]:
    """The certificate's file and the key's."""
    return make_certificate(folder.parent)


@pytest.fixture(scope="module")
def up(folder: Path, certificate: tuple[Path, Path]) -> Iterator[Served]:
    """A class with TLS, of a team that speaks English and one that speaks Vietnamese."""
    teams = entry("red"), entry("blue", region="eu-west-1", language="vi")
    with served(room(*teams, tls_cert=certificate[0], tls_key=certificate[1]), folder) as up:
        yield up


@pytest.fixture(scope="module")
def page(up: Served, certificate: tuple[Path, Path]) -> Iterator[httpx.Client]:
    """A browser that trusts the certificate, and has no token."""
    with httpx.Client(base_url=up.lab.portal, verify=ssl.create_default_context(cafile=certificate[0])) as client:
        yield client


def test_who_does_not_trust_the_certificate_is_told_how_to(up: Served) -> None:
    """Not that there was no class."""
    with pytest.raises(PortalUnreachableError, match=r"SSL_CERT_FILE=FILE, in a class the ca.pem of a team's handouts"):
        Portal(up.lab.portal, up.lab.teams[0].access.token).team()


def test_what_a_team_is_handed_works(up: Served, folder: Path) -> None:
    """In the folder of a team its variables make the AWS CLI, its notebook's first cell and `lab` work, over TLS."""
    own = folder / "handouts" / "blue"
    assert {path.name for path in own.iterdir()} == {"ca.pem", "investigation.ipynb", "lab.env"}
    assert "PRIVATE" not in (own / "ca.pem").read_text()
    assert {path.stat().st_mode & 0o077 for path in (folder / "handouts").rglob("*")} == {0}
    written = max(path.stat().st_mtime_ns for path in (folder / "handouts").rglob("*"))
    assert written <= (folder / "lab.json").stat().st_mtime_ns
    cell = next(
        cell for cell in json.loads((own / "investigation.ipynb").read_text())["cells"] if cell["cell_type"] == "code"
    )
    program = (
        f"{''.join(cell['source'])}\n"
        "import boto3\n"
        "from grader.client import Portal\n"
        "print(boto3.client('sts').get_caller_identity()['Account'])\n"
        "print(Portal(os.environ['LAB_URL'], os.environ['LAB_TOKEN']).team()['team'])\n"
    )
    paths = os.environ | {"PYTHONPATH": str(Path(__file__).parents[4])}
    done = subprocess.run([sys.executable, "-c", program], cwd=own, env=paths, capture_output=True, text=True)
    assert (done.stdout.split(), done.stderr) == ([up.lab.team("blue").stage.account_id, "blue"], "")


def test_the_sheet_has_everybodys_link_in_their_language(up: Served, folder: Path) -> None:
    """It needs no other file, names are escaped, and the organiser's link is not on it."""
    sheet = (folder / "handouts" / "handouts.html").read_text("utf-8")
    links = [up.lab.link(team.access.token) for team in up.lab.teams]
    assert [sheet.count(link) for link in links] == [1, 1]
    assert (sheet.count("<svg"), sheet.count("Your lab: red"), sheet.count("Bài lab của bạn: blue")) == (2, 1, 1)
    assert up.lab.organiser_token not in sheet
    assert [mark for mark in ('src="', 'href="', "url(", "<script") if mark in sheet] == []


def test_the_desk_lets_nobody_in_without_a_token(up: Served, page: httpx.Client, tmp_path: Path) -> None:
    """Every path of the page and the API: strangers get a refusal, the way in, or what says that all is well."""
    with SubmissionLog.open(tmp_path / "submissions.sqlite") as log:
        app = create_app([], log, organiser_token="t" * 32)
    open_to_all = {"/", "/api/health", "/visit", "/leave", "/language", "/theme"}
    inside = [
        (route.path, method)
        for route in app.routes
        if isinstance(route, Route) and route.path not in open_to_all
        for method in route.methods or ()
    ]
    assert len(inside) > 40
    secrets = [team.stage.account_id for team in up.lab.teams] + [team.access.token for team in up.lab.teams]
    let_in = {}
    for path, method in inside:
        concrete = path.replace("{", "").replace("}", "").replace(":path", "").replace(":int", "")
        answer = page.request(method, concrete, headers={"Host": "evil.example", "Origin": "http://evil.example"})
        if answer.status_code < 400 and not answer.is_redirect:
            let_in[method, path] = answer.status_code
        assert [secret for secret in secrets if secret in answer.text] == []
    assert let_in == {}
    assert next(route.path for route in app.routes if isinstance(route, Mount)).startswith("/static/")


def test_aws_lets_nobody_in_without_a_signature(up: Served, certificate: tuple[Path, Path]) -> None:
    """Every door: those of local AWS, of moto and of the organiser; only the health check says that all is well."""
    trusting = ssl.create_default_context(cafile=certificate[0])
    doors = [FaultDoor.path, ImportDoor.path, f"{ImportDoor.path}/x", ResetDoor.path, "/_lab", "/_lab/other"]
    motos = ["/moto-api", "/moto-api/reset", "/moto-api/data.json", "/moto-api/config", "/moto-api/seed?a=1"]
    roles = ["/latest/meta-data/iam/security-credentials/x", "/latest/api/token", "/latest/dynamic/instance-identity"]
    others = [
        "/",
        "/bucket/key",
        "/2015-03-31/functions",
        "/?Action=GetCallerIdentity",
        "/%2e%2e/_lab/reset",
        "//_lab/reset",
    ]
    answered = {}
    with httpx.Client(base_url=str(up.lab.teams[0].access.endpoint), verify=trusting) as client:
        for path in (*doors, *motos, *roles, *others):
            for method in ("GET", "POST", "PUT", "DELETE", "HEAD"):
                answer = client.request(method, path, headers={"Host": "evil.example"})
                if answer.status_code < 400:
                    answered[method, path] = answer.status_code
        assert answered == {}
        assert client.get("/_lab/health").text == "ok\n"


def test_what_is_too_large_is_refused(up: Served, page: httpx.Client, certificate: tuple[Path, Path]) -> None:
    """On both ports; AWS's refuses before it has come."""
    bearer = {"Authorization": f"Bearer {up.lab.teams[0].access.token}"}
    assert page.post("/api/notebook", headers=bearer, content=b"x" * (5 << 20)).status_code == 413
    trusting = ssl.create_default_context(cafile=certificate[0])
    host, _, port = str(up.lab.teams[0].access.endpoint).removeprefix("https://").partition(":")
    with (
        socket.create_connection((host, int(port)), timeout=10) as plain,
        trusting.wrap_socket(plain, server_hostname=host) as connection,
    ):
        connection.sendall(b"PUT /bucket/key HTTP/1.1\r\nHost: h\r\nContent-Length: 9999999999\r\n\r\nx")
        assert connection.recv(100).split()[1] == b"413"


def test_a_class_is_graded_and_ends_as_a_whole(up: Served, folder: Path) -> None:
    """From the organiser's terminal, also where clients do not trust the certificate."""
    venue, said = Classroom(StateFolder(folder)), list[str]()
    teams = venue.teams()
    assert [(team.lab, team.cause) for team in venue.status(teams, said.append)] == [("up", ""), ("up", "")]
    board = lab("event", "scoreboard", "--state", folder)
    assert (board.returncode, board.stdout) == (Exit.NOT_READY, "nobody was graded yet: `lab event grade`\n")
    gone = lab("event", "teardown", "--gone", "--state", folder)
    assert (gone.returncode, gone.stdout, gone.stderr) == (Exit.DONE, "0 of 0 done\n", "")
    assert [(team.team, team.account_id) for team in teams] == [
        (team.stage.team, team.stage.account_id) for team in up.lab.teams
    ]
    assert [outcome.state for outcome in venue.check(teams, said.append)] == ["done", "done"]
    outcomes = venue.grade(teams[:1], said.append)
    assert [(one.team, one.act, one.state, one.score, one.max) for one in outcomes] == [
        ("red", "grade", "done", 0, 100)
    ]
    assert venue.graded(teams) == outcomes
    ((team, files),) = venue.results(teams, said.append)
    assert (team.team, sorted(files)) == ("red", ["bundle.json", "report.json"])
    assert [one.cause for one in venue.teardown(teams[:1], said.append)] == [AS_A_WHOLE]


def test_a_class_is_begun_once(up: Served, folder: Path) -> None:
    """While it is served nobody begins it again or goes on with it."""
    for asked in (room(entry("red")), room(resume=True)):
        with pytest.raises(RuntimeError, match=r"LabIsUpError: process [0-9]+ serves a lab from"):
            serve(asked, folder)


def test_a_class_ends_and_goes_on(tmp_path: Path) -> None:
    """Ctrl-C keeps all that --resume needs, a reset and a new link too; what is not there cannot be resumed."""
    with pytest.raises(RuntimeError, match=r"NoLabError: there is no classroom in .* without --resume"):
        serve(room(resume=True), tmp_path)
    asked = room(entry("red", language="vi"))
    up = serve(asked, tmp_path)
    before = up.lab.teams[0]
    client = LabClient(str(up.lab.endpoint), region=up.lab.region, keys=before.keys())
    client.call("POST", FaultDoor.path, b'{"kind": "throttle", "operation": "ec2:DescribeVolumes"}')
    up.end()
    with pytest.raises(RuntimeError, match=r"LabIsUpError: a classroom is kept in .*: go on with it by --resume"):
        serve(asked, tmp_path)
    with pytest.raises(LabIsUpError, match="end it with `lab event teardown`"):
        StateFolder(tmp_path).refuse_others("local")
    with served(replace(asked, resume=True), tmp_path) as again:
        assert again.lab == up.lab
        sheet = (tmp_path / "handouts" / "handouts.html").read_text("utf-8")
        assert '<p class="clear">Dữ liệu gửi đi ở đây không được mã hóa: ' in sheet
        client = LabClient(str(again.lab.endpoint), region=again.lab.region, keys=before.keys())
        assert [fault["kind"] for fault in client.call("GET", FaultDoor.path)["faults"]] == ["throttle"]
        client.call("POST", PATH, json.dumps({"new_seed": True}).encode())
        fresh = StateFolder(tmp_path).load().teams[0]
        again.kill()
    with served(replace(asked, resume=True), tmp_path) as last:
        assert last.lab.teams == (fresh,)
        assert fresh.stage.account_id != before.stage.account_id
        assert fresh.access.token == before.access.token
        assert Portal(last.lab.portal, fresh.access.token).report().score == 0
        assert [path.stem for path in (tmp_path / "journal").glob("*.checkpoint")] == [fresh.stage.account_id]
        variables = (tmp_path / "handouts" / "red" / "lab.env").read_text()
        assert f"AWS_ACCESS_KEY_ID={fresh.access.credentials.access_key_id}\n" in variables
    (tmp_path / "journal" / "journal.log").write_bytes(b'{"journal": 0}\n')
    with pytest.raises(RuntimeError, match=r"OtherVersionError: .* was written by another version"):
        serve(replace(asked, resume=True), tmp_path)
