from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader.cli import grade, submit
from grader.desk.app import create_app
from grader.report import Report
from grader.submissions import SubmissionLog
from scenario.access import Access, Credentials
from scenario.exits import Exit
from tests.grader.desk_teams import KEY, TOKEN, desk_team
from tests.grader.serving import serving


@dataclass
class Source:
    """A learner's environment."""

    portal: str
    language: str = "en"

    def access(self) -> Access:
        return Access(
            team="blue",
            region="us-east-1",
            endpoint=None,
            credentials=Credentials(access_key_id="testing", secret_access_key="testing"),
            portal=self.portal,
            token=TOKEN,
            store_kind="lake",
            store_id="store",
        )


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Source]:
    with (
        SubmissionLog.open(tmp_path / "submissions.db") as log,
        serving(create_app((desk_team(),), log)) as url,
    ):
        yield Source(url)


def code(result: Result) -> int | None:
    """What the verb returned: the stem makes it the exit code."""
    assert result.exception is None, result.output
    value: int | None = result.return_value
    return value


def invoke(source: Source, *arguments: str, given: str | bytes | None = None) -> Result:
    verbs = {"submit": submit, "grade": grade}
    return CliRunner().invoke(verbs[arguments[0]], arguments[1:], obj=source, input=given, standalone_mode=False)


def test_a_file_is_handed_in_and_graded(source: Source, tmp_path: Path) -> None:
    """A learner's two verbs; what AWS does not show stays unknown."""
    sheet = tmp_path / "sheet.json"
    sheet.write_text(json.dumps(KEY), "utf-8")
    handed = invoke(source, "submit", str(sheet))
    assert (code(handed), handed.output) == (
        Exit.DONE,
        "Handed in. Answered so far: "
        "instance_id, primary_call, read_only_calls, uploaded_files, footprint, prevention.\n",
    )
    graded = invoke(source, "grade")
    assert code(graded) == Exit.NOT_READY
    assert graded.output.endswith("\nblue: 5 of 100 points, 95 still open\n")


def test_standard_input_is_a_sheet_too_and_json_a_report(source: Source) -> None:
    """For programs: `-` and `--json`; a wrong answer is exit code 1."""
    assert code(invoke(source, "submit", "-", given='{"prevention": ["ssh_port"]}')) == Exit.DONE
    graded = invoke(source, "grade", "--json")
    report = Report.from_json(json.loads(graded.output))
    assert (code(graded), report.score, report.findings[5].message) == (
        Exit.FAILED,
        0,
        "0 of 3 found; 1 of those given do not belong.",
    )


def test_a_sheet_that_cannot_be_graded_is_a_usage_error(source: Source) -> None:
    """Every problem on its line, exit code 2."""
    result = invoke(source, "submit", "-", given='{"instance_id": 7, "footprint": {}}')
    assert (code(result), result.stderr) == (
        Exit.USAGE,
        "This sheet cannot be graded, and was not counted:\n"
        "  footprint: expected a list, found {}\n"
        "  instance_id: expected text, found 7\n",
    )


def test_a_learner_is_told_in_vietnamese(source: Source) -> None:
    """What was handed in, what could not be, and how it was graded."""
    source.language = "vi"
    handed = [invoke(source, "submit", "-", given=given) for given in ('{"instance_id": 7}', '{"instance_id": "i-1"}')]
    assert (code(handed[0]), handed[0].stderr) == (
        Exit.USAGE,
        "Phiếu trả lời này không chấm được và không bị tính lượt:\n  instance_id: cần văn bản, hiện là 7\n",
    )
    assert (code(handed[1]), handed[1].output) == (Exit.DONE, "Đã nộp. Đến nay đã trả lời: instance_id.\n")
    assert invoke(source, "grade").output.endswith("\nblue: 0 trên 100 điểm, còn 50 điểm chưa rõ\n")


def test_a_huge_file_is_not_sent_whole(source: Source) -> None:
    """One byte more than the limit is enough to be refused by."""
    result = invoke(source, "submit", "-", given=b" " * 10_000_000)
    assert (code(result), "expected at most 262144 bytes" in result.stderr) == (Exit.USAGE, True)


def test_answers_after_the_last_attempt_are_told(tmp_path: Path) -> None:
    """The earlier answer stays: neither malformed nor a verdict, exit code 1."""
    with (
        SubmissionLog.open(tmp_path / "submissions.db") as log,
        serving(create_app((desk_team(attempts=1),), log)) as url,
    ):
        results = [
            invoke(Source(url), "submit", "-", given=json.dumps({"primary_call": call})) for call in ("Right", "Wrong")
        ]
    assert [code(result) for result in results] == [Exit.DONE, Exit.FAILED]
    assert results[1].stderr == "No attempts are left for primary_call: its earlier answer stays.\n"
