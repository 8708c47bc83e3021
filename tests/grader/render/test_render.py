from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from io import StringIO
from xml.etree import ElementTree

import pytest

from grader.evidence.bundle import Evidence
from grader.grade import grade
from grader.render import RENDERERS, as_csv, as_gradescope, as_html, as_json, as_junit, as_text
from grader.render.junit import Case, junit_suite
from grader.report import Finding, Note, Notebook, Report, Verdict
from scenario.language import LANGUAGES
from scenario.workshop import tasks
from tests.grader.desk_teams import KEY
from tests.grader.scenes import Scene, contained

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
HOSTILE = "</style><script>alert(1)</script>${team}\x00'"
REPORT = Report(
    team="blue",
    graded_at=NOW,
    findings=(
        Finding(id="instance_id", verdict=Verdict.PASS, points=10, max=10, message="Right.", evidence=("i-0a1",)),
        Finding(
            id="uploaded_files",
            title="The uploaded files",
            verdict=Verdict.FAIL,
            points=4.5,
            max=15,
            message="3 of 4 found; 2 more.",
            actual=["a.csv", HOSTILE, {"action": "X"}],
            help="Go on.",
            attempts=2,
            hints=1,
            cost=1.5,
        ),
        Finding(id="isolated", verdict=Verdict.UNKNOWN, points=0, max=15, message="Ask [again] \x1b[31m<soon>."),
    ),
    notes=(Note(id="snapshot_first", message="You took the snapshot first."),),
    notebook=Notebook(sha256="ab" * 32, at=NOW),
)


def test_text_reads_without_colour() -> None:
    """Marks, points and sentences; nothing in a message is taken for markup or for a terminal's command."""
    assert as_text(REPORT, width=80) == (
        "✓  instance_id      10/10  Right.\n"
        "✗  uploaded_files  4.5/15  3 of 4 found; 2 more.\n"
        "?  isolated          0/15  Ask [again] \ufffd[31m<soon>.\n"
        "\n"
        "blue: 14.5 of 40 points, 15 still open\n"
        "· You took the snapshot first.\n"
        f"Notebook {'ab' * 32}, handed in 2026-11-24 10:30:00 UTC"
    )


def test_text_has_colour_where_it_is_asked_for() -> None:
    """The same words, with the marks coloured."""
    assert "\x1b[32m✓\x1b[0m" in as_text(REPORT, colour=True)


def test_json_is_the_reports_document() -> None:
    """Indented, and nothing else than `as_json`."""
    assert json.loads(as_json(REPORT)) == REPORT.as_json()


def test_junit_is_xml_that_ci_systems_read() -> None:
    """A fail is a failure, an unknown is skipped; a control character does not break the file."""
    suite = ElementTree.fromstring(as_junit(REPORT).encode())
    assert suite.attrib == {"name": "lab blue", "tests": "3", "failures": "1", "errors": "0", "skipped": "1"}
    assert [(case.get("classname"), case.get("name"), [part.tag for part in case]) for case in suite] == [
        ("blue", "instance_id", ["system-out"]),
        ("blue", "uploaded_files", ["failure", "system-out"]),
        ("blue", "isolated", ["skipped", "system-out"]),
    ]
    assert suite[1][0].get("message") == "3 of 4 found; 2 more."
    assert suite[2][0].get("message") == "Ask [again] \ufffd[31m<soon>."
    assert suite[0][0].text == "10 of 10 points\nRight.\ni-0a1"


class Page(HTMLParser):
    """What a browser makes of a page: its tags with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.pieces: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep it."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep it."""
        self.text += data
        self.pieces.append(data)


def test_the_page_shows_everything_as_text() -> None:
    """Every finding is there, and nothing that somebody answered becomes markup."""
    page = Page(as_html(REPORT))
    said = " ".join(page.text.split())
    for words in (
        "14.5 of 40 points, 15 still open",
        "The uploaded files",
        "attempts: 2, hints: 1 for 1.5 points",
        "ab" * 32 + " handed in 2026-11-24 10:30:00 UTC",
    ):
        assert words in said
    assert HOSTILE.replace("\x00", "\ufffd") in page.text
    assert [attrs["id"] for tag, attrs in page.tags if attrs.get("id")] == ["instance_id", "uploaded_files", "isolated"]
    assert "script" not in {tag for tag, _ in page.tags}


def test_the_page_asks_for_nothing_from_elsewhere() -> None:
    """No link, no image, no script, no import; and a policy that forbids them all. Light, dark and paper are there."""
    html = as_html(REPORT)
    names = {name for _, attrs in Page(html).tags for name in attrs}
    assert names.isdisjoint({"src", "href", "srcset", "style", "action", "onload"})
    assert "default-src 'none'" in html
    assert "url(" not in html
    assert "@import" not in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert "@media print" in html


def test_gradescope_reads_its_results() -> None:
    """The members of its specification; unknown is not passed there, and says what it is."""
    results = json.loads(as_gradescope(REPORT))
    assert (results["score"], len(results["tests"])) == (14.5, 3)
    assert results["output"] == "blue: 14.5 of 40 points, 15 still open\nYou took the snapshot first."
    assert results["tests"][1] == {
        "number": "2",
        "name": "The uploaded files",
        "score": 4.5,
        "max_score": 15,
        "status": "failed",
        "output": "3 of 4 found; 2 more.\nGo on.",
        "output_format": "text",
        "tags": ["uploaded_files", "fail"],
        "visibility": "visible",
        "extra_data": {"evidence": []},
    }
    assert [(test["status"], test["tags"][1]) for test in results["tests"]] == [
        ("passed", "pass"),
        ("failed", "fail"),
        ("failed", "unknown"),
    ]


def test_text_is_in_the_readers_language() -> None:
    """Sentences, score, notes and notebook; ids stay, since verbs take them."""
    report = grade({"footprint": KEY["footprint"]}, KEY, contained().evidence(), tasks())
    lines = as_text(replace(report, notebook=REPORT.notebook), "vi", width=200).splitlines()
    assert lines[0].split(maxsplit=3) == [
        "✗",
        "instance_id",
        "0/10",
        "Chưa trả lời: phiếu trả lời chưa có instance_id.",
    ]
    assert lines[-3:] == [
        "· Bản snapshot có trước, rồi mới cô lập: trong khoảng giữa, kẻ tấn công vẫn có thể tiếp tục.",
        "· Từ hành động ngăn chặn đầu tiên đến hành động cuối cùng mất 180 giây.",
        f"Notebook {'ab' * 32}, nộp lúc 2026-11-24 10:30:00 UTC",
    ]
    assert "blue: 50 trên 100 điểm" in lines


@pytest.mark.parametrize("evidence", [contained().evidence(), Scene().evidence()], ids=["contained", "untouched"])
def test_a_page_is_all_in_the_readers_language(evidence: Evidence) -> None:
    """No sentence, no title and no label is the same in both; ids, numbers and answers are."""
    report = grade(KEY, KEY, evidence, tasks(), hints={"footprint": 1}, attempts={"footprint": 2})
    english, vietnamese = (shown_words(as_html(report, language)) for language in LANGUAGES)
    assert english & vietnamese == {"Notebook", KEY["instance_id"], KEY["primary_call"]}
    assert {word for word in vietnamese if word.isascii()} == english & vietnamese


def shown_words(html: str) -> set[str]:
    """What a page says in words: without its style, and without what it marks as code."""
    plain = Page(re.sub(r"<(style|code)>.*?</\1>", "<br>", html, flags=re.DOTALL)).pieces
    return {piece.strip() for piece in plain if piece.strip() and not re.match(r"[\W\d]|ec2-investigation-lab ", piece)}


def test_gradescope_is_in_the_readers_language() -> None:
    """What Gradescope shows; the tags and the rest are for programs."""
    results = json.loads(as_gradescope(REPORT, "vi"))
    assert results["output"].startswith("blue: 14.5 trên 40 điểm, còn 15 điểm chưa rõ")
    assert [test["name"] for test in results["tests"]] == [
        "Instance bị xâm nhập",
        "Các tệp đã tải lên",
        "Cô lập instance",
    ]
    assert results["tests"][0]["output"] == "Đúng."
    assert results["tests"][0]["tags"] == ["instance_id", "pass"]


@pytest.mark.parametrize("form", ["json", "junit", "csv"])
def test_what_programs_read_is_the_same_in_every_language(form: str) -> None:
    """A signature is of the English report, and scripts look for its words."""
    assert RENDERERS[form](REPORT, "vi") == RENDERERS[form](REPORT, "en")


def test_a_class_is_a_table() -> None:
    """A row a team; a task that only one report has is an empty cell elsewhere; no cell is a formula."""
    other = Report(team="=1+1", findings=REPORT.findings[:1], graded_at=NOW, seed_id="0123")
    rows = list(csv.DictReader(StringIO(as_csv([REPORT, other]))))
    assert [(row["team"], row["score"], row["open"], row["uploaded_files_points"]) for row in rows] == [
        ("blue", "14.5", "15", "4.5"),
        ("'=1+1", "10", "0", ""),
    ]
    assert (rows[0]["uploaded_files_attempts"], rows[0]["uploaded_files_hints"]) == ("2", "1")
    assert (rows[0]["isolated_verdict"], rows[1]["graded_at"]) == ("unknown", "2026-11-24T10:30:00+00:00")


def test_every_form_has_its_name() -> None:
    """The forms that `lab export` offers."""
    assert list(RENDERERS) == ["text", "json", "junit", "html", "gradescope", "csv"]


@pytest.mark.parametrize("form", RENDERERS)
def test_every_renderer_takes_an_empty_report(form: str) -> None:
    """No findings are no reason to fall over."""
    assert RENDERERS[form](Report(team="blue", findings=(), graded_at=NOW), "vi")


def test_a_suite_of_other_cases_is_junit_too() -> None:
    """Whatever has cases may be written: what passed without output is an empty case."""
    cases = [Case(classname="c", name="one"), Case(classname="c", name="t\0wo", failure="a\nb", output="said")]
    suite = ElementTree.fromstring(junit_suite("mine", cases).encode())
    assert suite.attrib == {"name": "mine", "tests": "2", "failures": "1", "errors": "0", "skipped": "0"}
    assert [(case.get("name"), [(part.tag, part.get("message")) for part in case]) for case in suite] == [
        ("one", []),
        ("t\ufffdwo", [("failure", "a\nb"), ("system-out", None)]),
    ]
