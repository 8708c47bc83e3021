"""Figures of an event on one machine: a class of a hundred teams, and forty learners of it at work."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import boto3
import httpx
import psutil
from botocore.exceptions import BotoCoreError, ClientError

from grader.client import Portal
from grader.collected import Collected
from infra.deploy.state import StateFolder
from infra.deploy.surroundings import Surroundings
from infra.event.classroom.venue import Classroom
from scenario.access import Credentials, open_session
from scenario.responders.reference import ReferenceLearner
from scenario.workshop import QUERIES, query
from tests.bench.desk import PAGES, bearer
from tests.bench.labs import LAB, SEED, detached, learner
from tests.bench.measurement import Measurement

TEAMS, LEARNERS = 100, 40
OPENING, FOR = 10.0, 40.0  # seconds: until everybody is in, which does not count; and in all
PAGE_EVERY, QUERY_EVERY, ACT_EVERY = 2.0, 5.0, 10.0  # seconds
BUNDLES = 10_000


def classroom() -> Iterator[Measurement]:
    """A class from the command to its links, graded as a whole, at work, and again after its process was killed."""
    with tempfile.TemporaryDirectory() as path:
        began = time.perf_counter()
        with served(path, "--teams", str(TEAMS), "--port", "0", "--portal-port", "0", "--seed", SEED) as lab:
            yield Measurement(f"{TEAMS} teams of a class up, 2,000 events each", time.perf_counter() - began, 240, "s")
            yield Measurement(f"resident memory, {TEAMS} teams of a class", memory(path), 2560, "MB")
            venue = Classroom(StateFolder(Path(path)))
            began = time.perf_counter()
            outcomes = venue.grade(venue.teams(), lambda _: None)
            assert {outcome.state for outcome in outcomes} == {"done"}
            yield Measurement(f"{TEAMS} teams of a class graded live", time.perf_counter() - began, 40, "s")
            heard = crowd(lab)
            what = f"{LEARNERS} learners at once, with pages, queries and containment"
            yield Measurement(f"{what}, p95 of a page's call", p95(heard.pages), 600, "ms")
            yield Measurement(f"{what}, p95 of an AWS call", p95(heard.calls), 800, "ms")
            yield Measurement(f"{what}: refused or failed", len(heard.refused), 0, "answers")
            for refused in heard.refused[:5]:
                print(refused)  # noqa: T201
            psutil.Process(pid(path)).kill()
        began = time.perf_counter()
        with served(path, "--resume"):
            yield Measurement(f"{TEAMS} teams of a class up again after kill -9", time.perf_counter() - began, 60, "s")


def saved_bundles() -> Iterator[Measurement]:
    """What `lab grade --evidence` does with a file, for 10,000 of them, on all cores."""
    with detached(background=1_000) as lab, tempfile.TemporaryDirectory() as folder:
        portal = Portal(lab["portal"], lab["teams"][0]["token"])
        sheet = ReferenceLearner(learner(lab), store_id=lab["teams"][0]["store"]["id"]).respond()
        portal.submit(json.dumps(sheet).encode())
        state = Surroundings(state=lab["state"])
        with state.submissions() as log:
            text = json.dumps(state.desk().collect(log).as_json(), ensure_ascii=False)
        files = [Path(folder, f"{number}.json") for number in range(BUNDLES)]
        for file in files:
            file.write_text(text, encoding="utf-8")
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        began = time.perf_counter()
        with ProcessPoolExecutor(cores) as pool:
            shares = [(lab["state"], files[core::cores]) for core in range(cores)]
            scores = [score for share in pool.map(graded, *zip(*shares, strict=True)) for score in share]
        assert scores == [100] * BUNDLES
        yield Measurement(f"{BUNDLES:,} saved bundles read and graded", time.perf_counter() - began, 80, "s")


def graded(state: str, files: list[Path]) -> list[float]:
    """The scores of saved bundles."""
    desk = Surroundings(state=state).desk()
    return [desk.judge(Collected.read(file.read_bytes())).score for file in files]


@contextmanager
def served(path: str, *asked: str) -> Iterator[dict[str, Any]]:
    """A class in a process of its own, until the block ends or it is killed: what it says to machines."""
    command = [*LAB, "event", "deploy", "--local", "--detach", "--json", "--state", path, *asked]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=sys.stderr, text=True).stdout
    number = pid(path)
    try:
        yield json.loads(said)
    finally:
        if psutil.pid_exists(number):
            psutil.Process(number).terminate()
            psutil.wait_procs([psutil.Process(number)] if psutil.pid_exists(number) else [], timeout=15)


def pid(path: str) -> int:
    """The process that serves the class."""
    return int(Path(path, "lab.lock").read_text("ascii"))


def memory(path: str) -> float:
    """Its resident megabytes."""
    return float(psutil.Process(pid(path)).memory_info().rss / 2**20)


@dataclass
class Heard:
    """What a crowd met; times in seconds."""

    pages: list[float] = field(default_factory=list)
    calls: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def crowd(lab: dict[str, Any]) -> Heard:
    """Let forty learners work, each of a team of their own."""
    heard, begin = Heard(), time.monotonic()
    threads = []
    for number, team in enumerate(lab["teams"][:LEARNERS]):
        page = httpx.Client(base_url=lab["portal"], headers=bearer(team), timeout=60)
        session = open_session(Credentials(**team["learner"]), region=lab["region"], endpoint=lab["endpoint"])
        acts: list[tuple[float, list[float], Callable[[int], str]]] = [
            (PAGE_EVERY, heard.pages, paging(page)),
            (QUERY_EVERY, heard.pages, asking(page, team["store"]["id"])),
            (ACT_EVERY, [], containing(session, heard.calls)),
        ]
        for pause, seconds, act in acts:
            threads.append(threading.Thread(target=work, args=(pause, number, act, seconds, heard, begin)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return heard


def work(
    pause: float, number: int, act: Callable[[int], str], seconds: list[float], heard: Heard, begin: float
) -> None:
    """Do something again and again, beginning at a moment of one's own."""
    time.sleep(pause * number / LEARNERS)
    for turn in count(number):
        asked = time.monotonic() - begin
        if asked > FOR:
            return
        began = time.perf_counter()
        if trouble := act(turn):
            heard.refused.append(trouble)
        took = time.perf_counter() - began
        if asked > OPENING:
            seconds.append(took)
        time.sleep(max(0.0, pause - took))


def paging(page: httpx.Client) -> Callable[[int], str]:
    """Look at one page after another."""
    return lambda turn: trouble(page.get(PAGES[turn % len(PAGES)]))


def asking(page: httpx.Client, store_id: str) -> Callable[[int], str]:
    """Ask the workshop's queries."""

    def ask(turn: int) -> str:
        sql = query(QUERIES[turn % len(QUERIES)], store_id=store_id, instance_id=f"i-{turn:017x}")
        return trouble(page.post("/api/query", json={"sql": sql}))

    return ask


def containing(session: boto3.Session, seconds: list[float]) -> Callable[[int], str]:
    """Act as learners do who contain an instance: look at it, take a snapshot, make a group; each call is timed."""
    ec2 = session.client("ec2")

    def timed(call: Callable[..., Any], **asked: Any) -> Any:
        began = time.perf_counter()
        answer = call(**asked)
        seconds.append(time.perf_counter() - began)
        return answer

    def act(turn: int) -> str:
        try:
            found = timed(ec2.describe_instances)["Reservations"][0]["Instances"][0]
            volume = found["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
            timed(ec2.create_snapshot, VolumeId=volume)
            name = f"isolated-{turn}"
            timed(ec2.create_security_group, GroupName=name, Description="no way out", VpcId=found["VpcId"])
        except (BotoCoreError, ClientError) as error:
            return str(error)
        return ""

    return act


def trouble(answer: httpx.Response) -> str:
    """What is wrong with an answer; "" where nothing is."""
    if answer.status_code == 200 and b'"error"' not in answer.content[-2000:]:
        return ""
    return f"{answer.url.path} {answer.status_code} {answer.text[:200]}"


def p95(seconds: list[float]) -> float:
    """In milliseconds."""
    return statistics.quantiles(seconds, n=20)[-1] * 1000


FIGURES = (classroom, saved_bundles)
