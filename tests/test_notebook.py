"""Both notebooks in a real kernel, against a real lab: run through, handed in, and stumbled through."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest

from grader.notebook.write import notebook
from infra.deploy.state import Lab, StateFolder, Team
from infra.local.lab import Plan, running
from scenario.access import Access
from scenario.exits import Exit
from scenario.language import LANGUAGES
from scenario.responders.reference import ReferenceLearner
from scenario.workshop.guide import guide
from tests import notebooks
from tests.command_line import PLAIN, lab

TEAMS = (*LANGUAGES, "novice")


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab with a team for each language, and one for who gets everything wrong."""
    folder = StateFolder(tmp_path_factory.mktemp("state"))
    with running(Plan(teams=TEAMS, background=1_000), folder, say=lambda _: None) as up:
        yield up


class Novice:
    """Who gets everything wrong, cell by cell, in one kernel."""

    def __init__(self, team: Team, run: Callable[[notebooks.Notebook], None]) -> None:
        self.team, self._run = team, run

    def run(self, *sources: str, language: str = "en") -> list[Any]:
        """The cell that sets the notebook up, and these, run."""
        document = written(self.team, language)
        code(document, *sources)
        self._run(document)
        return list(document.cells)

    def stumble(self, *sources: str, language: str = "en") -> list[str]:
        """What is to be read below each of these cells, after the one that sets the notebook up."""
        return [notebooks.said(cell) for cell in self.run(*sources, language=language)]


@pytest.fixture(scope="module")
def novice(up: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Novice]:
    team = up.team("novice")
    with notebooks.kernel(team.access, tmp_path_factory.mktemp("novice")) as run:
        yield Novice(team, run)


def written(team: Team, language: str) -> notebooks.Notebook:
    """This team's notebook, as it is before anybody has worked in it."""
    return notebooks.read(notebook(guide(language), team=team.stage.team, language=language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notebook_solves_the_lab(up: Lab, tmp_path: Path, language: str) -> None:
    """Filled in as the reference learner would, run from first to last cell, it earns 100 points, and is evidence."""
    team = up.team(language)
    learner = ReferenceLearner(team.access.session(), store_id=team.access.store_id)
    document = written(team, language)
    notebooks.fill_in(document, learner.investigate())
    file = tmp_path / "investigation.ipynb"
    nbformat.write(notebooks.run(document, team.access, tmp_path), file)  # type: ignore[no-untyped-call]

    handed_in = lab("submit", "--notebook", file, **team.access.exports())
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    cells = notebooks.cells(document)
    assert (handed_in.returncode, handed_in.stdout, handed_in.stderr) == (
        Exit.DONE,
        f"Handed in: {len(cells)} of {len(cells)} cells were run, 6 of them queries with their result.\n"
        f"SHA-256 {sha256}\n",
        "",
    )
    graded = lab("grade", "--json", **team.access.exports())
    report = json.loads(graded.stdout)
    assert (graded.returncode, report["score"], report["notebook"]["sha256"]) == (Exit.DONE, 100, sha256)
    assert (
        notebooks.said(cells["status"]).splitlines()[0]
        == ({"en": "en: 100 of 100 points", "vi": "vi: 100 trên 100 điểm"}[language])
    )
    assert sorted(id_ for id_, cell in cells.items() if "image/png" in kinds(cell)) == [
        "chart-actions",
        "chart-footprint",
        "chart-list_buckets",
    ]
    assert set().union(*map(kinds, cells.values())) == {"text/html", "text/plain", "image/png"}  # no widgets
    for secret in (team.access.token, team.access.credentials.secret_access_key):
        assert secret not in file.read_text("utf-8")


def kinds(cell: Any) -> set[str]:
    """The media types of what a cell shows."""
    return {kind for output in cell.outputs for kind in output.get("data", {})}


def code(document: notebooks.Notebook, *sources: str) -> None:
    """Let a notebook be its first cell, which sets it up, and these."""
    document.cells = [
        notebooks.cells(document)["set-up"],
        *(nbformat.v4.new_code_cell(source) for source in sources),  # type: ignore[no-untyped-call]
    ]


def test_an_unfilled_cell_says_what_to_fill_in(up: Lab, tmp_path: Path) -> None:
    """Every cell of the unfilled notebook that cannot do anything yet is one sentence; nothing is handed in or done."""
    team = up.team("novice")
    document = written(team, "en")
    notebooks.run(document, team.access, tmp_path, stop=False)
    said = {id_: notebooks.said(cell) for id_, cell in notebooks.cells(document).items()}
    columns = "Fill in <COLUMNS>: what to show of each event, such as eventtime, eventname."
    instance = "Fill in <INSTANCE_ID>: the id of the instance that you found in 2.1, such as i-0123456789abcdef0."
    assert [said[f"query-{name}"] for name in ("actions", "read_only", "put_objects", "footprint")] == [
        f"{columns}\n{instance}"
    ] * 4
    assert (said["chart-footprint"], said["containment-3"]) == (instance, instance)
    assert [said[f"answer-{task}"] for task in ("instance_id", "read_only_calls", "footprint", "prevention")] == [
        f"Put your answer in place of ... in {task}."
        for task in ("instance_id", "read_only_calls", "footprint", "prevention")
    ]
    assert said["status"].splitlines()[0] == "novice: 0 of 100 points"


def save(document: notebooks.Notebook, folder: Path) -> Path:
    """The file of a notebook."""
    file = folder / "saved.ipynb"
    nbformat.write(document, file)  # type: ignore[no-untyped-call]
    return file


def test_a_notebook_that_was_not_run_is_no_evidence(up: Lab, tmp_path: Path) -> None:
    """Where, what was found, what was expected; exit code 2. So it is for both a sheet and a notebook, or neither."""
    team = up.team("novice")
    file = save(written(team, "en"), tmp_path)
    done = lab("submit", "--notebook", file, **team.access.exports())
    assert (done.returncode, done.stdout, done.stderr) == (
        Exit.USAGE,
        "",
        "This notebook cannot be graded, and was not counted:\n"
        "  cells: expected a notebook that was run and then saved, found no cell that was run\n",
    )
    for both in ((), ("-", "--notebook", file)):
        assert lab("submit", *both, **team.access.exports()).returncode == Exit.USAGE


def test_mistakes_are_a_sentence_in_the_learners_language(novice: Novice) -> None:
    """Bad SQL, no rows, answers that cannot be graded, AWS's refusals: what is wrong, without a traceback."""
    said = novice.stumble(
        "query('select eventnam from EDS_ID')",
        "query('drop table EDS_ID')",
        "found = query(\"select eventname from EDS_ID where eventname = 'Nothing'\")\nlen(found)",
        "submit(instance_id=7)",
        "submit(instance='i-0')",
        "bars(found)",
        "import boto3\nboto3.client('ec2').describe_instances(InstanceIds=['i-0'])",
        "boto3.client('iam').list_users()",
        "hint('everything')",
        "1 / 0",
        language="vi",
    )
    assert ["Traceback" in text for text in said] == [*[False] * 10, True]  # Python's own errors stay Python's
    beginnings = [
        "Đội novice, tài khoản",
        "Kho dữ liệu sự kiện không chấp nhận câu SQL này. Thông báo của nó:",
        "Kho dữ liệu sự kiện không chấp nhận câu SQL này. Thông báo của nó:",
        "Không có dòng nào.",
        "Không thể chấm câu trả lời này, và nó không bị tính là một lần trả lời: instance_id:",
        "Không thể chấm câu trả lời này, và nó không bị tính là một lần trả lời: instance:",
        "Không có gì để vẽ: bars cần các dòng có một con số, chẳng hạn count(*).",
        "An error occurred (InvalidInstanceID.NotFound)",
        "An error occurred (AccessDenied)",
        "lab tại http://",
    ]
    assert [text[: len(start)] for text, start in zip(said, beginnings, strict=False)] == beginnings
    assert "eventnam" in said[1]
    assert said[3].endswith("\n0")


def test_results_are_shown_for_people_to_read(novice: Novice) -> None:
    """Keys whole, texts at the left, and nothing of a log is markup or a formula."""
    hostile = "<script>" + "x" * 200 + "$y$"
    cells = novice.run(f"query(\"select '{hostile}' as k from EDS_ID limit 1\")")
    shown = cells[1].outputs[0].data["text/html"]
    assert f'<td style="text-align: left">&lt;script&gt;{"x" * 200}$y$</td>' in shown
    assert 'class="dataframe tex2jax_ignore mathjax_ignore"' in shown


def test_hints_are_taken_once_and_shown_again_for_nothing(novice: Novice) -> None:
    """A cell that is run again takes no points; the last hint is the query, ready to be filled in."""
    said = novice.stumble(*["hint('primary_call')"] * 2, "hint('primary_call', 3)", "status('primary_call')")
    assert said[1] == said[2]
    assert said[1].splitlines()[0] == "The primary call"
    assert said[1].endswith('The next hint costs 2 points. Take it with `hint("primary_call", 2)`.')
    assert f"from {novice.team.access.store_id}" in said[3]
    assert said[3].endswith("There are no more hints.")
    assert said[4].splitlines()[1].startswith("✗  The primary call  0/10  ")


def test_answers_are_handed_in_by_column_and_by_result(novice: Novice) -> None:
    """What a query found is an answer; a long wait leaves one line."""
    said = novice.stumble(
        "reads = query(\"select distinct eventname, 's3' as eventsource, awsregion from EDS_ID limit 3\")",
        "submit(read_only_calls=reads['eventname'], footprint=reads)",
        "from grader.notebook.progress import Progress\n"
        "from grader.notebook.words import Words\n"
        "progress = Progress(Words('en'))\n"
        "for seconds in (0.5, 2.1, 3.9):\n"
        "    progress(seconds)\n"
        "progress.end()",
    )
    assert said[2].splitlines()[1:] == [
        "The read-only calls  kept; attempts left: 9",
        "The footprint  kept; attempts left: 9",
    ]
    assert said[3] == "Done after 4 s."


def test_without_the_lab_there_is_a_way_to_it(up: Lab, tmp_path: Path) -> None:
    """No access, another team's, a lab that is gone: each says what to do."""
    team = up.team("novice")
    gone = replace(team.access, portal="http://127.0.0.1:1")

    def said(access: Access | None) -> str:
        document = written(team, "en")
        code(document)
        return notebooks.said(notebooks.run(document, access, tmp_path, stop=False).cells[0])

    nothing, other, unreachable = map(said, (None, up.team("en").access, gone))
    assert nothing.startswith("This notebook does not know how to reach the lab (the environment does not say")
    assert 'run eval "$(lab env)" in a terminal' in nothing
    assert other == (
        "This notebook is of team novice, but Jupyter was started as team en. Open your own with `lab notebook`."
    )
    assert unreachable.startswith("no lab answers at http://127.0.0.1:1: is it running?")


def test_jupyterlab_is_opened_as_the_learner(up: Lab, tmp_path: Path) -> None:
    """`lab notebook` becomes JupyterLab, which serves the written notebook and has the learner's environment."""
    access = up.team("novice").access
    settings = {"open_browser": False, "port": 0, "allow_root": True}
    (tmp_path / "jupyter_server_config.json").write_text(json.dumps({"ServerApp": settings}), "utf-8")
    homes = {
        "JUPYTER_CONFIG_DIR": str(tmp_path),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
        "AWS_PROFILE": "mine",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "infra.cli", "notebook", "--lang", "vi"],
        cwd=tmp_path,
        env=PLAIN | homes | access.exports() | {"PYTHONPATH": str(Path.cwd())},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            server = served(tmp_path / "runtime", process)
            address = f"{server['url']}api/contents/investigation.ipynb?token={server['token']}"
            with urllib.request.urlopen(address, timeout=30) as answer:
                cells = json.load(answer)["content"]["cells"]
            assert 'language="vi"' in next(cell["source"] for cell in cells if cell["cell_type"] == "code")
            if sys.platform == "linux":
                environment = Path(f"/proc/{server['pid']}/environ").read_text("utf-8").split("\0")
                assert {f"{name}={value}" for name, value in access.exports().items()} <= set(environment)
                assert "AWS_PROFILE=mine" not in environment
        finally:
            process.send_signal(signal.SIGTERM)


def served(runtime: Path, process: subprocess.Popen[bytes]) -> dict[str, Any]:
    """What Jupyter writes down of a server, once it listens."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and process.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            with urllib.request.urlopen(f"{json.loads(file.read_text('utf-8'))['url']}api", timeout=30):
                return dict(json.loads(file.read_text("utf-8")))
        time.sleep(0.05)
    raise AssertionError("JupyterLab does not listen")
