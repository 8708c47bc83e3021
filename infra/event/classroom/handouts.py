"""What teams are handed: a sheet to print with everybody's link, and a folder for each team's own computer.

All of it holds tokens and keys, so it is the organiser's alone until it is handed out.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import segno
from jinja2 import Environment, PackageLoader

from grader.notebook.write import notebook
from infra.deploy.state import Lab, Team, write_secret
from infra.event.classroom.network import certificates
from infra.event.venue import Room
from scenario.workshop.guide import guide

SHEET: Final = "handouts.html"
NOTEBOOK: Final = "investigation.ipynb"
BUNDLE: Final = "ca.pem"
VARIABLES: Final = "lab.env"
AT_THE_SERVER: Final = f"""\
import os
from pathlib import Path

lines = Path("{VARIABLES}").read_text("utf-8").splitlines()
os.environ.update(line.split("=", 1) for line in lines)"""
"""A cell that has the notebook speak to the class's server, from what stands beside it."""


def write_handouts(folder: Path, lab: Lab, room: Room, *, trusted: bool) -> None:
    """Have them in the folder as they should be; what is so already stays, notebooks however often it is done.

    `trusted` says that clients take the server's certificate as it is. Raises OSError.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    _have(folder / SHEET, sheet(lab, room))
    languages = {team.team: team.language for team in room.teams}
    for team in lab.teams:
        own = folder / team.stage.team
        own.mkdir(mode=0o700, exist_ok=True)
        _have(own / VARIABLES, variables(team, trusted=trusted))
        if not (own / NOTEBOOK).exists():
            write_secret(own / NOTEBOOK, own_notebook(team, languages[team.stage.team]))
        if not trusted and room.tls_cert:
            _have(own / BUNDLE, certificates(room.tls_cert))


def sheet(lab: Lab, room: Room) -> str:
    """One HTML page that needs nothing else: a part of paper for each team, in its language."""
    texts = _texts()
    languages = {team.team: team.language for team in room.teams}
    handed = [
        {
            "team": team.stage.team,
            "account": team.stage.account_id,
            "link": lab.link(team.access.token),
            "endpoint": team.access.endpoint,
            "region": team.stage.region,
            "code": segno.make(lab.link(team.access.token), error="m", micro=False).svg_inline(scale=4, border=2),
            "language": languages[team.stage.team],
            "say": texts[languages[team.stage.team]],
        }
        for team in lab.teams
    ]
    return _environment().get_template("handouts.html").render(teams=handed, in_clear=room.tls_cert is None)


def variables(team: Team, *, trusted: bool) -> str:
    """What makes boto3, the AWS CLI and `lab` work as this team's learner, a line each: for shells, too."""
    exports = team.access.exports()
    if not trusted:
        exports |= {"AWS_CA_BUNDLE": BUNDLE, "SSL_CERT_FILE": BUNDLE}
    return "".join(f"{name}={value}\n" for name, value in exports.items())


def own_notebook(team: Team, language: str) -> str:
    """The team's notebook, which begins with the way to the server."""
    document: dict[str, Any] = json.loads(notebook(guide(language), team=team.stage.team, language=language))
    cells = document["cells"]
    first = next(place for place, cell in enumerate(cells) if cell["cell_type"] == "code")
    cells.insert(
        first,
        {
            "cell_type": "code",
            "execution_count": None,
            "id": "at-the-server",
            "metadata": {},
            "outputs": [],
            "source": AT_THE_SERVER,
        },
    )
    return json.dumps(document, ensure_ascii=False, indent=1)


def _have(path: Path, text: str) -> None:
    if not path.exists() or path.read_text("utf-8") != text:
        write_secret(path, text)


@cache
def _environment() -> Environment:
    return Environment(loader=PackageLoader(__package__, "."), autoescape=True, trim_blocks=True, lstrip_blocks=True)


@cache
def _texts() -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = json.loads(files(__package__).joinpath("handouts.json").read_text("utf-8"))
    return texts
