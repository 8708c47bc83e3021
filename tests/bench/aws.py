"""Figures of what a lab asks of AWS: the template, the calls that verbs make, the bytes that grading scans."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.deploy.listener import bind
from infra.local.cloud import serve_cloud
from scenario.query import Place, open_store
from tests.aged import AgedAthena, AgedLake
from tests.bench.labs import LAB, detached, learner
from tests.bench.measurement import Measurement

REPEATS = 3
ALL = "select count(*) as n from EDS_ID"

CALLS = {"status": 0, "env": 0, "wait": 12, "query": 3, "grade": 20}
"""The most calls of AWS that a verb may make, in either store."""


def synth() -> Iterator[Measurement]:
    """The account template from its constructs, from the command to the file."""
    seconds = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "infra.account.synth"], check=True)
        seconds.append(time.perf_counter() - began)
    yield Measurement("`make synth`, median", statistics.median(seconds), 5, "s")


def calls_of_verbs() -> Iterator[Measurement]:
    """How many calls of AWS each verb makes, as CloudTrail recorded them."""
    for store in ("lake", "athena"):
        with detached(background=0, store=store) as lab, tempfile.TemporaryDirectory() as folder:
            sheet = Path(folder, "sheet.json")
            sheet.write_text('{"primary_call": "ListBuckets"}', encoding="utf-8")
            run(lab, "submit", str(sheet))
            count(lab)
            own = count(lab)
            for verb, most in CALLS.items():
                run(lab, verb, *([ALL] if verb == "query" else []))
                yield Measurement(f"calls of AWS by `lab {verb}`, {store}", count(lab) - own, most, "calls")


def bytes_of_a_grade() -> Iterator[Measurement]:
    """By how much ten days of others' events before the lab make the grader's queries scan more, in either store.

    Athena reads the log files of the last seven days: what grows there until then is not counted.
    """
    with serve_cloud(bind("127.0.0.1", 0, option="")) as cloud:
        lake, athena = AgedLake(cloud, "111111111111"), AgedAthena(cloud, "222222222222")
        for days in range(1, 11):
            lake.deliver(days)
        lake.seal()
        athena.seal()
        before = sum(athena.graded())
        for days in range(9, 19):
            athena.deliver(days)
        for lab, grown in ((lake, sum(lake.graded())), (athena, sum(athena.graded()) - before)):
            yield Measurement(f"bytes that ten days of others add to what a grade scans, {lab.store}", grown, 0, "B")


def run(lab: dict[str, Any], *command: str) -> None:
    """One verb, as the organiser calls it; what it ends with is of no matter here."""
    subprocess.run([*LAB, *command, "--state", lab["state"]], check=False, capture_output=True)


def count(lab: dict[str, Any]) -> int:
    """How many calls there were since it was counted last, this question's own included."""
    team = lab["teams"][0]
    place = Place(team["store"]["kind"], team["store"]["id"])
    found = int(str(open_store(learner(lab), place).run(ALL.replace("EDS_ID", place.store_id)).column("n")[0]))
    new: int = found - lab.get("counted", 0)
    lab["counted"] = found
    return new


FIGURES = (synth, calls_of_verbs, bytes_of_a_grade)
