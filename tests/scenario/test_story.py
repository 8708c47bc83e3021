"""The story drawn from a seed, and the player that runs on the instance."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import botocore.session
import jsonschema
import pytest
from botocore import xform_name

from scenario import story as module
from scenario.story import Step, Story, bystander_story, cli_name, draw, fill, story_as_json, team_seed

SEEDS = [team_seed("a class of 2026", f"{number:012}") for number in range(200)]
STORIES = [draw(seed, "us-east-1" if number % 2 else "eu-west-1") for number, seed in enumerate(SEEDS)]
SOURCE = Path(module.__file__)
SCHEMA = json.loads(SOURCE.with_name("story.schema.json").read_text("utf-8"))

NAMES = {"drop_bucket": "drop", "instance_id": "i-1"}
FAKE_CLI = """#!{python}
import json, os, sys
arguments = sys.argv[1:]
if "--body" in arguments:
    place = arguments.index("--body") + 1
    arguments[place] = open(arguments[place], encoding="utf-8").read()
with open({log!r}, "a", encoding="utf-8") as log:
    log.write(json.dumps([arguments, os.environ.get("LAB_SEED"), os.environ["AWS_PAGER"]]) + "\\n")
sys.exit(254 if arguments[0] == "iam" else 0)
"""


def names_of(story: Story) -> Counter[str]:
    return Counter(step.event_name for step in story.steps)


def test_the_team_seed_is_the_hmac_of_the_account_under_the_lab_seed() -> None:
    """Lab seed and account id give one seed, which another implementation of HMAC-SHA256 gives too."""
    assert team_seed("lab", "111111111111") == "c0e622818ddc0580004f37d49ee4f59bc2e6c386cbac084a1ea624c76d146517"


def test_every_story_keeps_the_measures_of_the_workshop() -> None:
    """150 to 300 calls of 15 to 25 kinds over 5 or more services and 2 to 4 regions, in about two hours."""
    for story in STORIES:
        assert 150 <= len(story.steps) <= 300
        assert 15 <= len(names_of(story)) <= 25
        assert len({step.service for step in story.steps}) >= 5
        assert 2 <= len({step.region for step in story.steps}) <= 4
        assert 6_600 <= story.steps[-1].at <= 8_000
        assert [step.at for step in story.steps] == sorted(step.at for step in story.steps)


def test_the_story_begins_with_the_question_who_am_i() -> None:
    """The first call is GetCallerIdentity in the home region, as it is in real intrusions."""
    assert {story.steps[0].event_name for story in STORIES} == {"GetCallerIdentity"}
    assert [story.steps[0].region for story in STORIES[:2]] == ["eu-west-1", "us-east-1"]


def test_list_buckets_tells_the_instance_from_every_bystander() -> None:
    """The compromised instance lists buckets at least five times as often as a bystander that plays as often."""
    fewest = min(names_of(story)["ListBuckets"] for story in STORIES)
    most = max(names_of(bystander_story(seed, "eu-west-1", n))["ListBuckets"] for seed in SEEDS for n in (1, 2, 3))
    assert fewest >= 26
    assert most <= 5


def test_one_call_is_primary_after_any_plays_and_any_prefix_of_a_later_one() -> None:
    """More than twice as often as the next one: then no prefix of a next play can put another one ahead."""
    for story in STORIES:
        (primary, most), (_, next_most) = names_of(story).most_common(2)
        assert most > 2 * next_most
        seen = names_of(story)
        for step in story.steps:
            seen[step.event_name] += 1
            assert seen[primary] > seen[step.event_name] or step.event_name == primary


def test_primary_calls_differ_between_seeds() -> None:
    """13 different calls come first, none of them for more than a fifth of the teams."""
    primaries = Counter(names_of(story).most_common(1)[0][0] for story in STORIES)
    assert len(primaries) == 13
    assert max(primaries.values()) <= len(STORIES) / 5
    assert "ListBuckets" not in primaries


def test_uploads_are_few_and_their_keys_are_as_odd_as_real_ones() -> None:
    """3 to 7 different keys into the drop bucket at home, with spaces, beyond ASCII and in nested folders."""
    for story in STORIES:
        uploads = [step for step in story.steps if step.operation == "PutObject"]
        keys = [step.parameters["Key"] for step in uploads]
        assert 3 <= len(keys) == len(set(keys)) <= 7
        assert any(" " in key for key in keys)
        assert any(not key.isascii() for key in keys)
        assert any(key.count("/") >= 2 for key in keys)
        assert {step.parameters["Bucket"] for step in uploads} == {"{drop_bucket}"}
        assert {step.region for step in uploads} == {story.steps[0].region}
        assert all(step.body for step in uploads)


def test_some_reads_are_refused_and_no_kind_is_both() -> None:
    """Each story meets 6 to 8 kinds of refusal among its reads; a kind is always refused or never."""
    for story in STORIES:
        refused = {step.event_name for step in story.steps if step.refused}
        assert 6 <= len(refused) <= 8
        assert not refused & {step.event_name for step in story.steps if not step.refused}
        assert {step.read_only for step in story.steps if step.refused} == {True}


def test_only_uploads_change_anything() -> None:
    """PutObject is the one call that is not read-only, and the one with a body."""
    steps = [step for story in STORIES for step in story.steps]
    assert {step.event_name for step in steps if not step.read_only} == {"PutObject"}
    assert {step.event_name for step in steps if step.body} == {"PutObject"}


def test_global_services_are_called_where_cloudtrail_writes_them() -> None:
    """IAM's events are in us-east-1, wherever the lab is."""
    assert {step.region for story in STORIES for step in story.steps if step.service == "iam"} == {"us-east-1"}


def test_every_step_is_a_call_that_boto3_knows() -> None:
    """Service, operation and parameters are botocore's, and CloudTrail's source is the service's."""
    loader = botocore.session.get_session()
    for step in {(s.service, s.operation): s for story in STORIES for s in story.steps}.values():
        model = loader.get_service_model(step.service).operation_model(step.operation)
        members = model.input_shape.members if model.input_shape else {}
        assert set(step.parameters) <= set(members)
        assert step.event_source == f"{step.service}.amazonaws.com"
        assert cli_name(step.operation) == xform_name(step.operation, "-")


def test_a_seed_gives_the_same_story_everywhere() -> None:
    """The digest of fifty stories, the same under Python 3.9, 3.11, 3.12 and 3.13."""
    assert digest() == "a623f5c3d47c8ea5fda9a9afded9664fafdec37a62ff5bed0635a20eaa5ab9c6"


def digest() -> str:
    told = [story_as_json(draw(seed, "eu-west-1")) for seed in SEEDS[:50]]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def test_the_seed_cannot_be_read_from_the_story() -> None:
    """The story names its seed by an id, and holds neither the team's seed nor the lab's."""
    told = json.dumps(story_as_json(draw(SEEDS[0], "eu-west-1")))
    assert SEEDS[0] not in told
    assert len({story.seed_id for story in STORIES}) == len(STORIES)


def test_stories_and_bystanders_follow_the_schema() -> None:
    """What `lab story` prints is what story.schema.json says."""
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for story in [*STORIES[:20], bystander_story(SEEDS[0], "eu-west-1", 1)]:
        assert [error.message for error in validator.iter_errors(json.loads(json.dumps(story_as_json(story))))] == []


def test_bystanders_do_nothing_but_look_and_report() -> None:
    """A bystander lists buckets and puts reports into the bystanders' bucket, never the same as another's."""
    first, second = (bystander_story(SEEDS[0], "eu-west-1", number) for number in (1, 2))
    assert {(step.operation, step.refused) for step in first.steps} == {("ListBuckets", False), ("PutObject", False)}
    buckets = {step.parameters["Bucket"] for step in first.steps if step.parameters}
    assert buckets == {"{bystander_bucket}"}
    assert not keys_of(first) & keys_of(second)


def keys_of(story: Story) -> set[str]:
    return {step.parameters["Key"] for step in story.steps if step.parameters}


def test_placeholders_are_filled_however_deep() -> None:
    """Strings in lists and maps are filled, everything else is left, a name that is missing is an error."""
    names = {"account_id": "1", "drop_bucket": "b"}
    assert fill({"a": ["{drop_bucket}/{account_id}", 2], "b": {"c": True}}, names) == {
        "a": ["b/1", 2],
        "b": {"c": True},
    }
    with pytest.raises(KeyError, match="instance_id"):
        fill("{instance_id}", names)


def test_the_file_runs_on_the_instance() -> None:
    """Python 3.9 syntax, standard library only, and small enough for user data once compressed."""
    tree = ast.parse(SOURCE.read_text("utf-8"), feature_version=(3, 9))
    imported = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names
    assert SOURCE.stat().st_size < 15_000


@pytest.fixture
def cli_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The log of an `aws` command that writes down its arguments and refuses IAM."""
    log, command = tmp_path / "log", tmp_path / "bin" / "aws"
    command.parent.mkdir()
    command.write_text(FAKE_CLI.format(python=sys.executable, log=str(log)), "utf-8")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(command.parent), prepend=os.pathsep)
    monkeypatch.setenv("LAB_SEED", "lab")
    return log


def play(*arguments: str) -> str:
    command = [sys.executable, str(SOURCE), "play", "--account", "111111111111", "--region", "eu-west-1"]
    return subprocess.run(
        [*command, "--names", json.dumps(NAMES), *arguments], check=True, capture_output=True, text=True
    ).stdout


def as_command(step: Step) -> list[Any]:
    service = "s3api" if step.service == "s3" else step.service
    parameters = json.dumps(fill(step.parameters, NAMES))
    options = ["--region", step.region, "--cli-input-json", parameters, "--no-paginate"]
    return [service, cli_name(step.operation), *options, *(["--body", step.body] if step.body else [])]


def test_the_player_makes_the_calls_of_the_story_one_by_one(cli_log: Path) -> None:
    """The first steps of this account's story become CLI calls in order; no refusal stops it, no call sees the seed."""
    steps = draw(team_seed("lab", "111111111111"), "eu-west-1").steps[:25]
    answered = sum(step.service != "iam" for step in steps)
    assert play("--first", "25") == f"played 25 steps, {answered} answered\n"
    assert [json.loads(line) for line in cli_log.read_text("utf-8").splitlines()] == [
        [as_command(step), None, ""] for step in steps
    ]


@pytest.mark.parametrize("took", [0.25, 1000.0])
def test_the_player_keeps_the_pace_of_the_timeline(monkeypatch: pytest.MonkeyPatch, took: float) -> None:
    """Each step waits for its place in the timeline, stretched by the pace; one that is late does not wait."""
    now, pauses, begun = [50.0], list[float](), list[float]()

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        now[0] += seconds

    def run_step(*_: Any) -> int:
        begun.append(now[0] - 50)
        now[0] += took
        return 0

    monkeypatch.setenv("LAB_SEED", "lab")
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0], sleep=sleep))
    monkeypatch.setattr(module, "run_step", run_step)
    where = ["--account", "111111111111", "--region", "eu-west-1", "--names", "{}"]
    assert module.main(["play", *where, "--first", "3", "--pace", "2"]) == 0
    places = [step.at * 2 for step in draw(team_seed("lab", "111111111111"), "eu-west-1").steps[:3]]
    ends = [0.0, *(moment + took for moment in begun[:-1])]
    assert begun == pytest.approx([max(place, end) for place, end in zip(places, ends, strict=True)])
    assert pauses == pytest.approx([max(0, place - end) for place, end in zip(places, ends, strict=True)])
