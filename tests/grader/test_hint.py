from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader.desk.app import create_app
from grader.hint import hint
from grader.submissions import SubmissionLog
from scenario.exits import Exit
from tests.grader.desk_teams import desk_team
from tests.grader.serving import serving
from tests.grader.test_cli import Source


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Source]:
    with (
        SubmissionLog.open(tmp_path / "submissions.db") as log,
        serving(create_app((desk_team(),), log)) as url,
    ):
        yield Source(url)


def invoke(source: Source, *arguments: str) -> Result:
    return CliRunner().invoke(hint, arguments, obj=source, standalone_mode=False)


def test_each_call_shows_one_more_hint_and_what_the_next_costs(source: Source) -> None:
    """A nudge, the shape, the query; afterwards nothing is left, and nothing more is charged."""
    results = [invoke(source, "primary_call") for _ in range(4)]
    assert [result.return_value for result in results] == [Exit.DONE] * 4
    assert [result.output.count("Hint ") for result in results] == [1, 2, 3, 3]
    assert results[0].output == (
        "Hint 1 (1 point): Count what the instance called, whatever the service. "
        "One call was made more than twice as often as any other.\n\n"
        "The next hint costs 2 points.\n"
    )
    assert "from blue" in results[2].output  # the id of the store in this test
    assert results[2].output == results[3].output
    assert results[3].output.endswith("There are no more hints.\n")


def test_hints_are_in_the_learners_language(source: Source) -> None:
    """The hint, what it took, and what comes next; a query is the same in every language."""
    source.language = "vi"
    results = [invoke(source, task) for task in ("primary_call", "terminated")]
    assert results[0].output == (
        "Gợi ý 1 (trừ 1 điểm): Hãy đếm những gì instance đã gọi, bất kể dịch vụ nào. "
        "Có một cuộc gọi nhiều hơn gấp đôi mọi cuộc gọi khác.\n\n"
        "Gợi ý tiếp theo trừ 2 điểm.\n"
    )
    assert results[1].output == (
        "Gợi ý 1 (không trừ điểm): Instance bị dừng vẫn có thể được khởi động lại.\n\nGợi ý tiếp theo không trừ điểm.\n"
    )


def test_looking_at_those_seen_costs_nothing(source: Source) -> None:
    """--seen never shows a new one."""
    results = [invoke(source, "footprint", *more) for more in (["--seen"], [], ["--seen"])]
    assert [result.output.count("Hint ") for result in results] == [0, 1, 1]
    assert results[0].output == "The next hint costs 1 point.\n"


def test_a_task_that_is_not_there_is_a_usage_error(source: Source) -> None:
    """Click names those there are."""
    result = CliRunner().invoke(hint, ["everything"], obj=source)
    assert (result.exit_code, "no_collateral_damage" in result.output) == (Exit.USAGE, True)
