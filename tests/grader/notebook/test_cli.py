from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader.notebook.cli import notebook
from scenario.exits import Exit
from tests import notebooks
from tests.grader.test_cli import Source

SOURCE = Source("http://127.0.0.1:1")


def invoke(*arguments: str, language: str = "en") -> Result:
    return CliRunner().invoke(notebook, arguments, obj=Source(SOURCE.portal, language))


def test_the_notebook_is_written_and_holds_no_secret(tmp_path: Path) -> None:
    """For the team and in the language; credentials and token stay in the environment."""
    out = tmp_path / "mine.ipynb"
    result = invoke("--no-open", "--out", str(out), language="vi")
    assert (result.exit_code, result.stdout, result.stderr) == (Exit.DONE, "", f"Đã ghi {out}.\n")
    document = out.read_text("utf-8")
    assert 'set_up(team="blue", language="vi")' in notebooks.cells(notebooks.read(document))["set-up"].source
    access = SOURCE.access()
    for secret in (access.token, access.credentials.secret_access_key, access.credentials.access_key_id, access.portal):
        assert secret not in document


def test_a_learners_work_is_not_overwritten(tmp_path: Path) -> None:
    """What is there stays, and that is said; --force is for those who mean it."""
    out = tmp_path / "investigation.ipynb"
    out.write_text("my work", "utf-8")
    refused = invoke("--no-open", "--out", str(out))
    assert (refused.exit_code, out.read_text("utf-8")) == (Exit.USAGE, "my work")
    assert f"{out} is there already: --force writes it anew, --out chooses another name." in refused.stderr
    assert invoke("--no-open", "--force", "--out", str(out)).exit_code == Exit.DONE
    notebooks.read(out.read_text("utf-8"))


def test_a_notebook_that_is_there_is_opened_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Coming back to one's work; where there is no JupyterLab, it says what opens it."""
    monkeypatch.setitem(sys.modules, "jupyterlab", None)
    out = tmp_path / "investigation.ipynb"
    out.write_text("my work", "utf-8")
    result = invoke("--out", str(out))
    assert (result.exit_code, out.read_text("utf-8")) == (Exit.DONE, "my work")
    assert result.stderr == f"{out} is there already, and is opened as it is. --force writes it anew.\n"
    assert "JupyterLab is not installed here" in result.stdout
    assert 'eval "$(lab env)"' in result.stdout


def test_where_nothing_can_be_written_is_said(tmp_path: Path) -> None:
    """The file is named, with the reason."""
    result = invoke("--no-open", "--out", str(tmp_path / "nowhere" / "x.ipynb"))
    assert result.exit_code != Exit.DONE
    assert "No such file or directory" in result.stderr
