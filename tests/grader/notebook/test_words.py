from __future__ import annotations

import ast
import json
import re
from pathlib import Path

from jsonschema import Draft202012Validator

import grader.notebook
from grader.notebook.words import Words, words
from scenario.language import LANGUAGES
from tests.scenario.texts import is_vietnamese, missing_terms

FOLDER = Path(grader.notebook.__file__).parent
TEXTS = {name: texts for kind in words().values() for name, texts in kind.items()}


def test_the_words_follow_their_schema() -> None:
    """words.json is what words.schema.json says."""
    schema, data = (json.loads((FOLDER / name).read_text("utf-8")) for name in ("words.schema.json", "words.json"))
    Draft202012Validator.check_schema(schema)
    assert [error.message for error in Draft202012Validator(schema).iter_errors(data)] == []


def test_both_languages_say_the_same() -> None:
    """The same places to fill in, the same code, and the lab's terms."""
    for name, texts in TEXTS.items():
        assert tuple(texts) == LANGUAGES, name
        places = [sorted(re.findall(r"\{\w+\}|`[^`]+`", texts[language])) for language in LANGUAGES]
        assert places[0] == places[1], name
        assert is_vietnamese(texts["vi"]), name
        assert missing_terms(texts["en"], texts["vi"]) == [], name


def test_no_sentence_is_there_for_nobody() -> None:
    """Each is said by some module, by name or by the input of a task."""
    said = {
        node.value
        for module in FOLDER.glob("*.py")
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Constant)
    }
    inputs = {f"answer_{kind}" for kind in ("text", "list", "table", "choices")}
    assert words()["sentences"].keys() - said == inputs


def test_a_sentence_is_filled_in() -> None:
    """In the language that was asked for."""
    assert Words("en").say("fill_in", blank="VPC_ID", what="x") == "Fill in <VPC_ID>: x."
    assert Words("vi").say("fill_in", blank="VPC_ID", what="x") == "Hãy điền vào <VPC_ID>: x."
