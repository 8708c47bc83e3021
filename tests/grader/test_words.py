"""The lab in Vietnamese: every sentence that it can say to a learner has one."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import jsonschema
import pytest

import grader
from grader.containment.checks import CHECKS
from grader.containment.rules import Rule
from grader.evidence.bundle import SOURCES
from grader.grade import grade
from grader.words import sentences, translated
from scenario.workshop import tasks
from tests.grader.desk_teams import KEY
from tests.grader.scenes import VOLUME, Scene, contained
from tests.scenario.texts import is_vietnamese, missing_terms

FOLDER = Path(grader.__file__).parent
SPEAKING = ("feedback.py", "grade.py", "sheet/compare.py", "sheet/parse.py", "sheet/schema.py", "notebook/executed.py")
JUDGING = sorted(
    {*FOLDER.glob("containment/*.py"), *(FOLDER / name for name in SPEAKING)}
    - {FOLDER / "containment/rules.py"}  # puts a rule together of parts: see below
)
FILLED = "[filled]"
BLANK = re.compile(r"\{\w+\}")


def texts(module: Path) -> Iterator[tuple[str, str]]:
    """Every text of a module that is more than a word: as it is with all its blanks filled, and with none."""
    tree = ast.parse(module.read_text("utf-8"))
    aside = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    aside |= {id(part) for f in ast.walk(tree) if isinstance(f, ast.JoinedStr) for part in f.values}
    return ways(node for node in ast.walk(tree) if id(node) not in aside)


def complaints(module: Path) -> Iterator[tuple[str, str]]:
    """As `texts`, only of what its errors are made of."""
    calls = (node for node in ast.walk(ast.parse(module.read_text("utf-8"))) if isinstance(node, ast.Call))
    return ways(part for call in calls if ast.unparse(call.func).endswith(("Error", "Exception")) for part in call.args)


def ways(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    """Each text among the nodes, filled and empty; a word alone is a name, and a backslash is a pattern's."""
    for node in nodes:
        if isinstance(node, ast.JoinedStr | ast.Constant):
            filled, empty = written(node, FILLED), written(node, "")
            if " " in empty.rstrip() and "\\" not in empty:
                yield filled, empty


def written(node: ast.expr, filling: str) -> str:
    """A text of the source, with the same filling in all its blanks."""
    if isinstance(node, ast.JoinedStr):
        return "".join(written(part, filling) for part in node.values)
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return filling


def covered(filled: str, empty: str) -> bool:
    """Whether a text is a sentence of the file, alone or after another; one that begins with a space may be its end."""
    if any(is_vietnamese(translated(text, "vi")) for text in (filled, empty, f"Right. {filled.strip()}")):
        return True
    pieces = filled.split(FILLED)
    return filled.startswith(" ") and any(all(piece in pair["en"] for piece in pieces) for pair in sentences())


def test_the_sentences_follow_their_schema() -> None:
    """sentences.json is what sentences.schema.json says, and has each English sentence once."""
    schema, data = (
        json.loads((FOLDER / "words" / name).read_text("utf-8")) for name in ("sentences.schema.json", "sentences.json")
    )
    jsonschema.Draft202012Validator.check_schema(schema)
    assert [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(data)] == []
    assert len({pair["en"] for pair in sentences()}) == len(sentences())


def test_every_sentence_has_its_blanks_and_terms_in_both_languages() -> None:
    """A blank that is lost would lose what the learner has to know."""
    for pair in sentences():
        assert sorted(BLANK.findall(pair["en"])) == sorted(BLANK.findall(pair["vi"])), pair
        assert is_vietnamese(pair["vi"]), pair
        assert missing_terms(BLANK.sub("", pair["en"]), BLANK.sub("", pair["vi"])) == [], pair


@pytest.mark.parametrize("module", JUDGING, ids=lambda path: str(path.relative_to(FOLDER)))
def test_every_sentence_of_the_judging_code_is_in_the_file(module: Path) -> None:
    """Whoever writes a new sentence for learners translates it."""
    assert [filled for filled, empty in texts(module) if not covered(filled, empty)] == []


@pytest.mark.parametrize(
    "module",
    [
        "grader/client.py",
        "grader/desk/rate.py",
        "infra/deploy/learners.py",
        "scenario/access.py",
        "scenario/query/store.py",
    ],
)
def test_every_error_that_a_learner_meets_is_in_the_file(module: str) -> None:
    """The lab's own, that is; what AWS says stays as AWS says it."""
    assert [filled for filled, empty in complaints(FOLDER.parent / module) if not covered(filled, empty)] == []


@pytest.mark.parametrize("egress", [True, False])
def test_every_rule_of_a_group_is_in_the_file(egress: bool) -> None:
    """Its direction, and that it is of all protocols; protocols and peers are called as EC2 calls them."""
    rule = Rule(egress=egress, protocol="-1", ports="", peer="pl-1")
    assert translated(str(rule), "vi") == f"{'chiều ra đến' if egress else 'chiều vào từ'} pl-1 (mọi giao thức)"


def test_every_source_of_evidence_is_in_the_file() -> None:
    """As a learner reads of those that AWS did not show."""
    assert [source for source in SOURCES if not is_vietnamese(translated(f"{source}: AccessDenied", "vi"))] == []


def test_every_goal_is_in_the_file() -> None:
    """The docstring of a check is what its learner reads."""
    assert [name for name, check in CHECKS.items() if not is_vietnamese(translated(str(check.__doc__), "vi"))] == []


@pytest.mark.parametrize(
    ("english", "vietnamese"),
    [
        ("Right.", "Đúng."),
        ("Nobody has translated this.", "Nobody has translated this."),
        (
            "It is running. Terminate it once its volumes and its network are taken care of.",
            "Instance đang ở trạng thái running. Hãy chấm dứt nó sau khi đã lo xong ổ đĩa và mạng.",
        ),
        (
            "So far: sg-1 still lets traffic through: egress to 10.0.0.0/8 (tcp 22-22), ingress from sg-2 (all "
            "protocols). Events may still arrive. Ask again after 10:31:00 UTC.",
            "Cho đến lúc này: sg-1 vẫn cho lưu lượng đi qua: chiều ra đến 10.0.0.0/8 (tcp 22-22), chiều vào từ sg-2 "
            "(mọi giao thức). Vẫn có thể còn sự kiện chưa đến. Hãy hỏi lại sau 10:31:00 UTC.",
        ),
        (
            "AWS did not show everything that this needs (events: no answer; groups: UnauthorizedOperation).",
            "AWS không hiển thị đủ những gì mục này cần (sự kiện: không có trả lời; nhóm bảo mật: "
            "UnauthorizedOperation).",
        ),
        (
            "read_only_calls: expected at most 200 entries, found 201 entries",
            "read_only_calls: cần tối đa 200 mục, hiện là 201 mục",
        ),
        (
            "the sheet: expected a JSON text, found Expecting value at line 1, column 2",
            "phiếu trả lời: cần văn bản JSON, hiện là thiếu giá trị ở dòng 1, cột 2",
        ),
        (
            "StartQuery changed the event data store, which had nothing to do with it.",
            "StartQuery đã thay đổi kho dữ liệu sự kiện, vốn không liên quan.",
        ),
        (
            "3 of 9 found; 2 of those given do not belong. They are: Right., {sentence}.",
            "Đã tìm được 3 trên 9 mục; 2 mục đã nêu không thuộc câu trả lời. Đó là: Right., {sentence}.",
        ),
    ],
)
def test_a_message_is_said_in_vietnamese(english: str, vietnamese: str) -> None:
    """Sentences in sentences and the file's phrases are translated, what else fills a blank is not."""
    assert (translated(english, "en"), translated(english, "vi")) == (english, vietnamese)


def test_a_long_message_takes_no_long_time() -> None:
    """Answers are a learner's own: their number is bounded, what they hold is not."""
    answers = ", ".join([" of found; Ask again after So far: x: expected y, found z" * 20] * 20)
    message = f"0 of 3 found; 20 of those given do not belong. They are: {answers}."
    assert translated(message, "vi").endswith(f"Đó là: {answers}.")


def test_reports_are_all_vietnamese() -> None:
    """Whatever becomes of the containment, each finding and each note has its sentence."""
    late, early, shared, none = contained(), Scene(), contained(), Scene()
    late.hidden = {"instances", "interfaces"}
    early.terminate(10)
    early.snapshot(20)
    shared.snapshots["snap-0"]["State"] = "pending"
    none.gaps = {"events": "An error occurred (AccessDenied)", "calls": "ThrottlingException"}
    none.snapshot(5, volume=VOLUME)
    for scene in (contained(), late, early, shared, none):
        report = grade(KEY, KEY, scene.evidence(), tasks())
        said = [*(f.message for f in report.findings), *(f.help for f in report.findings if f.help)]
        said += [note.message for note in report.notes]
        assert [message for message in said if not is_vietnamese(translated(message, "vi"))] == []
