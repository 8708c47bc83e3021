"""The `lab` command as a person and a script use it, with a lab in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.cli import VERBS
from scenario import workshop
from scenario.exits import Exit
from tests.command_line import PLAIN, lab, lab_process

SEED = "never-to-be-seen-7f3a"

# Those that ask for no team of a lab that is up.
OF_NO_TEAM = ("up", "bundle", "event", "doctor", "deploy", "cost", "serve", "teardown", "story", "verify", "validate")
ARGUMENTS: dict[str, tuple[str | Path, ...]] = {
    "query": ("list_buckets",),
    "import": (Path(__file__).parent,),
    "fault": ("throttle", "ec2:CreateSnapshot"),
    "submit": (Path(__file__),),
    "hint": ("isolated",),
}
"""What a verb does not do without."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state folder of the module's lab."""
    return tmp_path_factory.mktemp("cli") / "state"


@pytest.fixture(scope="module")
def up(folder: Path) -> Iterator[dict[str, Any]]:
    """A detached lab: what `lab up --json` said."""
    ports = ("--port", "0", "--portal-port", "0")
    done = lab_process("up", "--detach", "--json", *ports, "--seed", SEED, "--background", "500", "--state", folder)
    assert done.returncode == Exit.DONE, done.stderr
    yield json.loads(done.stdout)
    assert lab("down", "--state", folder).returncode == Exit.DONE


@pytest.fixture(scope="module")
def learner(up: dict[str, Any], folder: Path) -> dict[str, str]:
    """The learner's environment, as `lab env` prints it."""
    exports: dict[str, str] = json.loads(lab("env", "--json", "--state", folder).stdout)
    return exports


def test_up_says_where_the_lab_is(up: dict[str, Any], folder: Path) -> None:
    """The JSON of `up` has what a script needs, and `status` says the same while the lab answers."""
    (team,) = up["teams"]
    assert set(up) >= {"endpoint", "region", "portal", "teams"}
    assert set(team) >= {"team", "account_id", "store", "token", "learner"}
    assert set(team["store"]) == {"kind", "id"}
    assert set(team["learner"]) == {"access_key_id", "secret_access_key", "session_token", "expires_at"}
    done = lab("status", "--json", "--state", folder)
    status = json.loads(done.stdout)
    assert (done.returncode, status["ready"], status["state"]) == (Exit.DONE, True, str(folder))
    assert {name: status[name] for name in up} == up


def test_env_speaks_the_users_shell(up: dict[str, Any], folder: Path, learner: dict[str, str]) -> None:
    """A POSIX shell that evaluates the exports holds them; fish and PowerShell get their own words."""
    shown = subprocess.run(
        ["sh", "-c", f'eval "$({sys.executable} -m infra.cli env --state {folder})"; env'],
        env=PLAIN | {"SHELL": "/bin/sh"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert {f"{name}={value}" for name, value in learner.items()} <= set(shown)
    assert "set -gx LAB_TEAM 'blue';" in lab("env", "--shell", "fish", "--state", folder).stdout
    dotenv = lab("env", "--shell", "dotenv", "--state", folder).stdout.splitlines()
    assert dotenv == [f"{name}={value}" for name, value in learner.items()]
    assert "$env:LAB_TEAM = 'blue'" in lab("env", "--shell", "powershell", "--state", folder).stdout


def test_query_prints_tables_json_and_csv(learner: dict[str, str]) -> None:
    """The same rows in three forms, the store's id filled in; SQL may come from standard input."""
    sql = "select eventname, min(awsregion) as region from EDS_ID where eventname = 'PutObject' group by eventname"
    assert json.loads(lab("query", sql, "--json", **learner).stdout) == [
        {"eventname": "PutObject", "region": "us-east-1"}
    ]
    assert lab("query", "-", "--csv", given=sql, **learner).stdout == "eventname,region\nPutObject,us-east-1\n"
    table = lab("query", sql, **learner)
    assert [line.split() for line in table.stdout.splitlines()] == [
        ["eventname", "region"],
        ["PutObject", "us-east-1"],
    ]
    assert table.stderr == "1 row\n"
    assert lab("query", sql, "--lang", "vi", **learner).stderr == "1 dòng\n"


@pytest.mark.parametrize("sql", ["drop table x", "select eventnam from EDS_ID", ""])
def test_query_explains_what_the_store_refuses(learner: dict[str, str], sql: str) -> None:
    """Wrong SQL is the user's mistake: one sentence, exit code 2, no traceback."""
    done = lab("query", sql, **learner)
    assert (done.returncode, done.stdout) == (Exit.USAGE, "")
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr


def test_a_learner_submits_and_is_graded(learner: dict[str, str], folder: Path) -> None:
    """The perfect answers are worth 60 points before anything is contained: the check has not passed."""
    key = lab("key", "--state", folder)
    assert key.returncode == Exit.DONE
    submitted = lab("submit", "-", given=key.stdout, **learner)
    assert (submitted.returncode, submitted.stderr) == (Exit.DONE, "")
    graded = lab("grade", "--json", **learner)
    report = json.loads(graded.stdout)
    assert (graded.returncode, report["score"], report["max"]) == (Exit.FAILED, 60, 100)
    assert [finding["id"] for finding in report["findings"]] == [task.id for task in workshop.tasks()]
    assert all(set(f) >= {"id", "verdict", "points", "max", "message", "evidence"} for f in report["findings"])


def test_a_malformed_sheet_is_explained(learner: dict[str, str], tmp_path: Path) -> None:
    """What cannot be graded names path, found and expected, and exits with 2."""
    sheet = tmp_path / "sheet.json"
    sheet.write_text('{"read_only_calls": "ListBuckets", "primary_cal": "x"}', encoding="utf-8")
    done = lab("submit", sheet, **learner)
    assert (done.returncode, done.stdout) == (Exit.USAGE, "")
    assert "read_only_calls" in done.stderr
    assert "a list" in done.stderr
    assert "primary_call" in done.stderr


def test_a_learner_is_spoken_to_in_the_language_that_was_chosen(learner: dict[str, str]) -> None:
    """By the option or by LAB_LANG, the option first."""
    hints = [
        lab("hint", "terminated", *option, **{**learner, "LAB_LANG": variable}).stdout.partition(" ")[0]
        for option, variable in (((), ""), ((), "vi"), (("--lang", "vi"), "en"), (("--lang", "en"), "vi"))
    ]
    assert hints == ["Hint", "Gợi", "Gợi", "Hint"]


def test_a_language_that_is_not_there_is_usage(learner: dict[str, str]) -> None:
    """In the option as in LAB_LANG; no hint is shown or charged for it."""
    before = lab("hint", "footprint", "--seen", **learner).stdout
    for option, variable in ((("--lang", "fr"), ""), ((), "fr")):
        done = lab("hint", "footprint", *option, **{**learner, "LAB_LANG": variable})
        assert (done.returncode, done.stdout) == (Exit.USAGE, "")
        assert "'fr'" in done.stderr
        assert "vi" in done.stderr
    assert lab("hint", "footprint", "--seen", **learner).stdout == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["hint", "nothing", "--lang", "vi"],
            [
                "Cách dùng: lab hint [OPTIONS] TASK",
                "Xem hướng dẫn: 'lab hint --help'.",
                "",
                "Lỗi: Giá trị không hợp lệ cho 'TASK': 'nothing' không phải là một trong "
                + ", ".join(repr(task.id) for task in workshop.tasks())
                + ".",
            ],
        ),
        (["hint"], ["Lỗi: Thiếu đối số 'TASK'. Hãy chọn một trong:", *(f"\t{t.id}" for t in workshop.tasks())]),
        (["grade", "--alll"], ["Lỗi: Không có tùy chọn '--alll'. Có phải ý bạn là '--all'?"]),
        (["submit", "no.json"], ["Lỗi: Giá trị không hợp lệ cho '[FILE|-]': 'no.json': không có tệp hay thư mục này"]),
        (["submit"], ["Lỗi: hãy nộp một phiếu trả lời, hoặc một notebook bằng --notebook: chỉ một trong hai"]),
        (["notebook", "--out", "/no/n.ipynb"], ["Lỗi: Không mở được tệp '/no/n.ipynb': không có tệp hay thư mục này"]),
        (["query", ""], ["Lỗi: chưa có câu SQL nào: hãy viết điều bạn muốn hỏi"]),
        (["grade", "more"], ["Lỗi: Thừa đối số (more)"]),
        (["grade", "--fail-under", "many"], ["Lỗi: Giá trị không hợp lệ cho '--fail-under': 'many' không phải là"]),
        (["gradee"], ["Lỗi: không có lệnh 'gradee'; các lệnh gồm up, doctor"]),
    ],
)
def test_a_mistake_reads_in_the_learners_language(
    learner: dict[str, str], arguments: list[str], said: list[str]
) -> None:
    """Click's own sentences as well as the lab's; what files, options and AWS are called stays."""
    done = lab(*arguments, **learner, LAB_LANG="en" if "--lang" in arguments else "vi")
    assert (done.returncode, done.stdout) == (Exit.USAGE, "")
    lines = done.stderr.splitlines()[-len(said) :]
    assert [line[: len(start)] for line, start in zip(lines, said, strict=True)] == said


def test_who_is_not_in_a_lab_reads_so_in_their_language(tmp_path: Path) -> None:
    """Both ways into it are named."""
    done = lab("hint", "isolated", XDG_STATE_HOME=str(tmp_path), LAB_LANG="vi")
    assert (done.returncode, done.stdout) == (Exit.NOT_READY, "")
    assert done.stderr == (
        f"Lỗi: không có lab nào trong {tmp_path / 'ec2-investigation-lab'}: hãy bắt đầu bằng `lab up`, hoặc trên AWS "
        'bằng `lab deploy`; học viên vào đây bằng `eval "$(lab env)"` (môi trường không cho biết cách kết nối tới lab: '
        "chưa đặt AWS_ACCESS_KEY_ID, AWS_DEFAULT_REGION, AWS_SECRET_ACCESS_KEY, LAB_STORE_ID, LAB_TEAM, LAB_TOKEN, "
        "LAB_URL)\n"
    )


def test_a_learner_has_no_key(learner: dict[str, str], tmp_path: Path) -> None:
    """With all that a learner has, `lab key` finds no lab: it needs the organiser's folder."""
    done = lab("key", XDG_STATE_HOME=str(tmp_path), **learner)
    assert (done.returncode, done.stdout) == (Exit.NOT_READY, "")
    assert "there is no lab in" in done.stderr


def test_a_second_lab_in_the_folder_is_refused(up: dict[str, Any], folder: Path) -> None:
    """The sentence names the process and both ways out."""
    done = lab("up", "--port", "0", "--portal-port", "0", "--state", folder)
    assert (done.returncode, done.stdout) == (Exit.NOT_READY, "")
    assert "serves a lab from" in done.stderr
    assert "lab down" in done.stderr
    assert "--state" in done.stderr


@pytest.mark.parametrize(("option", "address"), [("--port", "endpoint"), ("--portal-port", "portal")])
def test_a_port_in_use_is_named(up: dict[str, Any], tmp_path: Path, option: str, address: str) -> None:
    """A lab that cannot listen says which port, and how to choose another; detached as well."""
    port = up[address].rpartition(":")[2]
    ports = {"--port": "0", "--portal-port": "0"} | {option: port}
    done = lab_process(
        "up", "--detach", *(word for pair in ports.items() for word in pair), "--state", tmp_path / "other"
    )
    assert done.returncode == Exit.NOT_READY
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert f"{option} 0" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["up", "--team", "not a name"], "--team"),
        (["up", "--seed", "not a seed"], "--seed"),
        (["up", "--bystanders", "4"], "--bystanders"),
        (["up", "--background", "many"], "--background"),
        (["frobnicate"], "there is no verb 'frobnicate'"),
        (["submit", "nowhere.json"], "nowhere.json"),
        (["story"], "--seed"),
    ],
)
def test_a_wrong_word_is_usage(arguments: list[str], complaint: str) -> None:
    """What was meant wrongly is said in a sentence, with exit code 2, before anything is started."""
    done = lab(*arguments)
    assert (done.returncode, done.stdout) == (Exit.USAGE, "")
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_what_the_system_refuses_is_usage(tmp_path: Path) -> None:
    """A state folder that cannot be, and a file to write that is a folder, which stays as it was."""
    (tmp_path / "file").touch()
    state = lab("up", "--state", tmp_path / "file" / "state")
    assert (state.returncode, state.stdout) == (Exit.USAGE, "")
    assert state.stderr == f"Error: {tmp_path / 'file' / 'state'} cannot be used: Not a directory\n"
    export = lab("export", "--format", "html", "--out", tmp_path)
    assert (export.returncode, export.stdout) == (Exit.USAGE, "")
    assert export.stderr.endswith(f"Error: Invalid value for '--out': '{tmp_path}' is a folder: name a file\n")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_profile_that_is_not_there_leads_to_another(tmp_path: Path) -> None:
    """What boto3 says is followed by what to do."""
    done = lab("deploy", "--profile", "nobody", "--state", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (
        Exit.AWS,
        "",
        "Error: The config profile (nobody) could not be found: name a profile that works with --profile, or sign in "
        "anew\n",
    )


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in OF_NO_TEAM])
def test_a_team_that_is_not_there_is_usage(up: dict[str, Any], folder: Path, verb: str) -> None:
    """For every verb, before it does anything; those there are get named."""
    done = lab(verb, *ARGUMENTS.get(verb, ()), "--state", folder, "--team", "nobody")
    assert (done.returncode, done.stdout) == (Exit.USAGE, "")
    assert done.stderr == "Error: this lab has no team 'nobody': choose one of blue with --team\n"


@pytest.mark.parametrize("verb", ["collect", "export"])
def test_where_nothing_can_be_written_is_usage(up: dict[str, Any], folder: Path, tmp_path: Path, verb: str) -> None:
    """The file is named, with the reason."""
    lab("grade", "--state", folder)
    done = lab(verb, "--state", folder, "--out", tmp_path / "nowhere" / "file")
    assert (done.returncode, done.stdout) == (Exit.USAGE, "")
    assert done.stderr.startswith(f"Error: Could not open file '{tmp_path / 'nowhere' / 'file'}': No such file")


def ended(pid: int) -> bool:
    """Whether the process of this number ends within some seconds."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def test_a_lab_in_a_scripts_background_can_be_ended(tmp_path: Path) -> None:
    """What a script starts with & ignores SIGINT; `lab down` ends it all the same, and it says so."""
    where = f"--state {tmp_path / 'state'}"
    quick = "--background 0 --bystanders 0"
    script = f"{sys.executable} -m infra.cli up --port 0 --portal-port 0 {quick} {where} & wait"
    shell = subprocess.Popen(["sh", "-c", script], env=PLAIN, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert shell.stdout is not None
    assert shell.stdout.readline() == "The lab is up\n"
    assert lab("down", *where.split()).returncode == Exit.DONE
    assert shell.communicate()[1].endswith("the lab has ended; its submissions are kept\n")


def test_a_lab_that_was_killed_leaves_a_clear_folder(tmp_path: Path) -> None:
    """After kill -9 `status` and `grade` say that it is gone, a new `up` says so and starts, and `down` clears it."""
    where = ("--state", tmp_path / "state")
    start = ("up", "--detach", "--port", "0", "--portal-port", "0", "--background", "0", "--bystanders", "0")
    for _ in range(2):
        begun = lab_process(*start, *where)
        assert begun.returncode == Exit.DONE, begun.stderr
        pid = int((tmp_path / "state" / "lab.lock").read_text(encoding="ascii"))
        os.kill(pid, signal.SIGKILL)
        assert ended(pid)
        assert lab("status", *where).returncode == Exit.NOT_READY
        graded = lab("grade", *where)
        assert graded.returncode == Exit.AWS
        assert "no lab answers at" in graded.stderr
    assert "ended without `lab down`" in begun.stderr
    assert lab("down", *where).returncode == Exit.DONE
    assert lab("down", *where).returncode == Exit.NOT_READY


def test_the_seed_is_nowhere_to_be_seen(up: dict[str, Any], folder: Path, learner: dict[str, str]) -> None:
    """NoEcho values are in no event, no Describe answer, no log: only in the organiser's lab.json."""
    organiser = json.loads((folder / "lab.json").read_text(encoding="utf-8"))["teams"][0]["organiser"]
    as_organiser = PLAIN | {
        "AWS_ENDPOINT_URL": up["endpoint"],
        "AWS_DEFAULT_REGION": up["region"],
        "AWS_ACCESS_KEY_ID": organiser["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": organiser["secret_access_key"],
    }
    stack = ("--stack-name", "ec2-investigation-lab")
    answers = [
        subprocess.run(
            [Path(sys.executable).parent / "aws", *command],
            env=as_organiser,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for command in (
            ("cloudformation", "describe-stacks"),
            ("cloudformation", "describe-stack-events", *stack),
            ("cloudformation", "get-template-summary", *stack),
            ("ec2", "describe-instances"),
            ("cloudtrail", "lookup-events", "--lookup-attributes", "AttributeKey=EventName,AttributeValue=CreateStack"),
        )
    ]
    count = f"select count(*) as n from EDS_ID where eventjson like '%{SEED[:12]}%'"
    everything = lab("query", count, "--json", **learner)
    # The question itself is an event by now: the only one that may hold the word.
    assert json.loads(everything.stdout)[0]["n"] in {"0", "1"}
    assert "CreateStack" in answers[-1]
    places = [*answers, (folder / "lab.log").read_text(encoding="utf-8"), json.dumps(learner)]
    assert [SEED in place for place in places] == [False] * len(places)


def test_story_is_the_seeds() -> None:
    """The same seed tells the same story, another seed another."""
    first, again, other = (lab("story", "--seed", seed).stdout for seed in ("one", "one", "two"))
    assert first == again
    assert first != other
    assert json.loads(first)["steps"][0]["operation"]
