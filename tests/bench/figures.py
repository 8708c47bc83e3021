"""The figures: each function measures one promise from outside, as its user meets it, and gives rows for the page."""

from __future__ import annotations

import gzip
import json
import statistics
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from botocore.config import Config

from grader.client import Portal
from grader.collected import Collected
from infra.deploy.listener import bind
from infra.deploy.surroundings import Surroundings
from infra.local.background import load_background
from infra.local.endpoint import Endpoint
from infra.local.identity import open_account
from infra.local.lake import EventDataStore, Lake
from infra.local.lake.history import Lookup, lookup
from infra.local.lake.queries import Queries as LakeQueries
from infra.local.recorder import Recorder, record_of
from infra.local.recorder.facts import moto_host
from infra.local.wsgi import served
from scenario.access import Credentials, open_session
from scenario.query import Lake as Ask
from scenario.responders.reference import ReferenceLearner
from scenario.workshop import QUERIES, query
from tests.bench.labs import LAB, SEED, detached, learner
from tests.bench.measurement import Measurement
from tests.infra.local.recorder.calls import OK, call, facts

REPEATS = 5


def lab_up() -> Iterator[Measurement]:
    """`lab up --detach` from the command to its answer, with 20,000 background events, and what it then holds."""
    seconds, memory = [], []
    for _ in range(REPEATS):
        began = time.perf_counter()
        with detached(background=20_000) as lab:
            seconds.append(time.perf_counter() - began)
            ask_all(lab)
            memory.append(lab["memory"]())
    yield Measurement("`lab up --detach` to ready, 20,000 background events", statistics.median(seconds), 6, "s")
    yield Measurement("resident memory, 20,000 background events", statistics.median(memory), 450, "MB")


def five_queries() -> Iterator[Measurement]:
    """Each of the workshop's queries at 1,000,000 events, from StartQuery to the last row."""
    with detached(background=1_000_000) as lab:
        ask_all(lab)
        times = [ask_all(lab) for _ in range(4 * REPEATS)]
        for name in times[0]:
            median = statistics.median(run[name] for run in times) * 1000
            yield Measurement(f"query {name} at 1,000,000 events, StartQuery to last row, median", median, 40, "ms")
        yield Measurement("resident memory, 1,000,000 background events", lab["memory"](), 700, "MB")


def validation() -> Iterator[Measurement]:
    """`lab validate` from the command to its verdict."""
    began = time.perf_counter()
    subprocess.run([*LAB, "validate", "--json"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield Measurement("`lab validate`", time.perf_counter() - began, 20, "s")


def grading() -> Iterator[Measurement]:
    """A solved lab graded live, as its learner waits for it; and what was collected of it, read and graded again."""
    with detached(background=20_000) as lab:
        team = lab["teams"][0]
        session = open_session(Credentials(**team["learner"]), region=lab["region"], endpoint=lab["endpoint"])
        portal = Portal(lab["portal"], team["token"])
        portal.submit(json.dumps(ReferenceLearner(session, store_id=team["store"]["id"]).respond()).encode())
        seconds = []
        for _ in range(4 * REPEATS):
            began = time.perf_counter()
            portal.report()
            seconds.append(time.perf_counter() - began)
        yield Measurement("a live grade over the lab's API, median", statistics.median(seconds) * 1000, 250, "ms")
        organiser = Surroundings(state=lab["state"])
        desk = organiser.desk()
        with organiser.submissions() as submissions:
            saved = json.dumps(desk.collect(submissions).as_json())
    began = time.perf_counter()
    for _ in range(1000):
        desk.judge(Collected.read(saved))
    yield Measurement("1,000 saved bundles read and graded", time.perf_counter() - began, 8, "s")


def importing() -> Iterator[Measurement]:
    """`lab import` of real records in CloudTrail's folder layout, from the command to its report."""
    records = (ROOT / "tests" / "infra" / "local" / "recorder" / "records.jsonl").read_text("utf-8").splitlines()
    with tempfile.TemporaryDirectory() as logs, detached(background=0) as lab:
        for number in range(IMPORTED_FILES):
            fresh = [{**json.loads(record), "eventID": str(uuid.uuid4())} for record in records]
            folder = Path(logs, "AWSLogs", "111111111111", "CloudTrail", "us-east-1", "2026", "01", f"{number % 28:02}")
            folder.mkdir(parents=True, exist_ok=True)
            content = json.dumps({"Records": fresh}, separators=(",", ":")).encode()
            (folder / f"{number}.json.gz").write_bytes(gzip.compress(content))
        command = [*LAB, "import", "--state", lab["state"], "--json", logs]
        report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        count = len(records) * IMPORTED_FILES
        assert (report["imported"], report["skipped"]) == (count, [])
        yield Measurement(
            f"`lab import`, each of {count:,} records (50,000 a second)", report["seconds"] / count * 1e6, 20, "µs"
        )
        yield Measurement(f"resident memory, {count:,} imported records", lab["memory"](), 700, "MB")


def lake_queries() -> Iterator[Measurement]:
    """The workshop's queries at 10,000,000 events, beside hand-written DuckDB SQL over a plain table of the same."""
    with tempfile.TemporaryDirectory() as folder, lake_of(10_000_000, Path(folder, "lake.duckdb")) as (lake, store):
        cursor = lake.cursor()
        columns = "eventname, eventsource, awsregion, readonly, useridentity, requestparameters"
        cursor.execute(f'CREATE TABLE lake.main.plain AS SELECT {columns} FROM lake.store."{store.id}"')
        queries = LakeQueries(lake)
        for name in QUERIES:
            sql = query(name, store_id=store.id, instance_id=INSTANCE)

            def ours(sql: str = sql) -> None:
                asked = queries.start(store.account_id, store.region, sql, created=datetime.now(UTC))
                asked.done.wait()
                assert asked.results.page(0, 1_000)

            def raw(sql: str = sql.replace(store.id, "lake.main.plain")) -> None:
                assert cursor.execute(sql).fetchall()

            took, limit = alternately(ours, raw)
            yield Measurement(
                f"query {name} at 10,000,000 events, beside 1.5 times raw SQL plus 10 ms", took, 1.5 * limit + 10, "ms"
            )


def bulk_background() -> Iterator[Measurement]:
    """Background events made in bulk, and what they take on disk."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "lake.duckdb")
        lake = Lake(file)
        lake.create_store(account_id=ACCOUNT, region=REGION, name="bench")
        load_background(lake, ACCOUNT, region=REGION, count=1_000_000, seed=SEED)
        before = file.stat().st_size
        began = time.perf_counter()
        load_background(lake, ACCOUNT, region=REGION, count=4_000_000, seed=SEED)
        seconds = time.perf_counter() - began
        yield Measurement("a background event made in bulk (400,000 a second)", seconds / 4, 2.5, "µs")
        yield Measurement("an event on disk, above 1,000,000", (file.stat().st_size - before) / 4e6, 60, "B")
        lake.close()


def small_background() -> Iterator[Measurement]:
    """The background events of a lab that asks for many, into a store like a lab's."""
    lake = Lake()
    lake.create_store(account_id=ACCOUNT, region=REGION, name="bench", selectors=BOTH)
    began = time.perf_counter()
    load_background(lake, ACCOUNT, region=REGION, count=100_000, seed=SEED)
    yield Measurement("100,000 background events loaded", time.perf_counter() - began, 5, "s")
    lake.close()


def record_making() -> Iterator[Measurement]:
    """One record made of a call: an upload, a describe, and a call that is refused."""
    put = call("s3", "PutObject", {"Bucket": "drop-1", "Key": "exports/Q3 Ω/a b.csv"}, bytes_in=12)
    calls = [put, call("ec2", "DescribeInstances", {"InstanceIds": ["i-1"]}), call("iam", "ListUsers")]
    for one in calls:
        record_of(one, OK, facts)
    seconds = []
    for one in calls * 100:
        began = time.perf_counter()
        record_of(one, OK, facts)
        seconds.append(time.perf_counter() - began)
    yield Measurement("a record made of a call, median", statistics.median(seconds) * 1000, 0.3, "ms")


def record_taking() -> Iterator[Measurement]:
    """What a caller waits until the recorder has taken the call."""
    recorder = Recorder(lambda _: None, facts)
    one = call("ec2", "DescribeVpcs")
    seconds = []
    for _ in range(10):
        began = time.perf_counter()
        for _ in range(100):
            recorder.take(one, OK)
        seconds.append((time.perf_counter() - began) / 100)
    recorder.close()
    yield Measurement("a call taken by the recorder, median of ten runs", statistics.median(seconds) * 1e6, 20, "µs")


def recording() -> Iterator[Measurement]:
    """What recording adds to a call through boto3, beside the same server without it: both in turns."""
    lake = Lake()
    lake.create_store(account_id=ACCOUNT, region=REGION, name="bench")
    recorder = Recorder(lake.deliver, moto_host)
    keys = open_account(ACCOUNT)
    with ExitStack() as stack:
        stack.callback(lake.close)
        stack.callback(recorder.close)
        clients = []
        for heard in (None, recorder):
            listener = bind("127.0.0.1", 0, option="")
            stack.enter_context(served(Endpoint(handlers={}, recorder=heard), listener.socket))
            clients.append(open_session(keys, region=REGION, endpoint=listener.url).client("ec2"))

        def without() -> None:
            clients[0].describe_vpcs()

        def recorded() -> None:
            clients[1].describe_vpcs()

        ratios = []
        for _ in range(5 * REPEATS):
            bare, heard_of = alternately(without, recorded)
            ratios.append(heard_of / bare)
    yield Measurement("what recording adds to a call, median", (statistics.median(ratios) - 1) * 100, 8, "%")


def many_clients() -> Iterator[Measurement]:
    """8 clients at once: each asks for its own calls as soon as they are answered."""
    with detached(background=20_000) as lab, ThreadPoolExecutor(8) as clients:
        missing = sum(clients.map(lambda number: unseen(lab, f"client-{number}"), range(8)))
    yield Measurement("calls of 8 clients at once that their own queries did not see, of 800", missing, 0, "calls")


def event_lookups() -> Iterator[Measurement]:
    """LookupEvents of one event's id at 1,000,000 events."""
    with lake_of(1_000_000) as (lake, store):
        now = datetime.now(UTC)
        span: dict[str, Any] = {
            "account_id": store.account_id,
            "region": store.region,
            "start": now - timedelta(days=2),
            "end": now,
        }
        known, _ = lookup(lake, Lookup(**span), most=50, token=None)
        wanted = Lookup(**span, attribute=("EventId", known[-1]["EventId"]))
        seconds = []
        for _ in range(REPEATS):
            began = time.perf_counter()
            found, _ = lookup(lake, wanted, most=50, token=None)
            seconds.append(time.perf_counter() - began)
            assert found == known[-1:]
    yield Measurement("LookupEvents by id at 1,000,000 events, median", statistics.median(seconds) * 1000, 250, "ms")


def thirty_teams() -> Iterator[Measurement]:
    """`lab up --teams 30` from the command to its answer, with the background that so many teams have."""
    with tempfile.TemporaryDirectory() as folder:
        where = ["--state", folder]
        command = [*LAB, "up", "--detach", "--json", "--port", "0", "--portal-port", "0", "--teams", "30", *where]
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seconds = time.perf_counter() - began
        subprocess.run([*LAB, "down", *where], check=True, capture_output=True)
    yield Measurement("`lab up --teams 30` to ready, 2,000 background events each", seconds, 60, "s")


def catalogue() -> Iterator[Measurement]:
    """`lab validate --all` from the command to its verdict."""
    command = [*LAB, "validate", "--all", "--json", "--background", "200"]
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield Measurement("`lab validate --all`, 200 background events", time.perf_counter() - began, 120, "s")


ROOT = Path(__file__).resolve().parents[2]
IMPORTED_FILES = 800
ACCOUNT, REGION = "111111111111", "us-east-1"
INSTANCE = "i-0aaaaaaaaaaaaaaa1"
FIGURES = (
    lab_up, five_queries, validation, grading, importing, lake_queries, bulk_background, many_clients, event_lookups,
    thirty_teams, catalogue, small_background, record_making, record_taking, recording,
)  # fmt: skip


def ask_all(lab: dict[str, Any]) -> dict[str, float]:
    """Seconds that each of the workshop's queries takes through boto3."""
    store_id = lab["teams"][0]["store"]["id"]
    lake = Ask(learner(lab))
    found = lake.run(query("list_buckets", store_id=store_id)).column("principalid")
    instance = str(found[0]).rpartition(":")[2]
    seconds = {}
    for name in QUERIES:
        began = time.perf_counter()
        lake.run(query(name, store_id=store_id, instance_id=instance))
        seconds[name] = time.perf_counter() - began
    return seconds


def unseen(lab: dict[str, Any], name: str) -> int:
    """How many of 100 calls of a client of this name are missing when it asks for them."""
    session = learner(lab)
    ec2 = session.client("ec2", config=Config(user_agent_extra=name))
    for _ in range(100):
        ec2.describe_instances()
    sql = f"select count(*) as n from {lab['teams'][0]['store']['id']} where useragent like '%{name}%'"
    return 100 - int(str(Ask(session).run(sql).column("n")[0]))


@contextmanager
def lake_of(count: int, path: Path | None = None) -> Iterator[tuple[Lake, EventDataStore]]:
    """A lake with a store that holds so many background events, and 200 calls of an instance."""
    lake = Lake(path)
    store = lake.create_store(account_id=ACCOUNT, region=REGION, name="bench", selectors=BOTH)
    load_background(lake, ACCOUNT, region=REGION, count=count, seed=SEED)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lake.deliver([{**call, "eventTime": now, "eventID": str(uuid.uuid4())} for call in CALLS for _ in range(100)])
    yield lake, store
    lake.close()


def alternately(*functions: Callable[[], None]) -> list[float]:
    """The median milliseconds of each, all measured in turns, after a first call that does not count."""
    seconds: list[list[float]] = [[] for _ in functions]
    for number in range(4 * REPEATS + 1):
        for function, taken in zip(functions, seconds, strict=True):
            began = time.perf_counter()
            function()
            taken += [time.perf_counter() - began] if number else []
    return [statistics.median(taken) * 1000 for taken in seconds]


BOTH = (
    {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]},
    {
        "FieldSelectors": [
            {"Field": "eventCategory", "Equals": ["Data"]},
            {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
        ]
    },
)
CALLS = [
    {
        "userIdentity": {"type": "AssumedRole", "principalId": f"AROAEXAMPLE0000000001:{INSTANCE}"},
        "eventSource": "s3.amazonaws.com",
        "eventName": name,
        "awsRegion": REGION,
        "requestParameters": {"bucketName": "drop", "key": "loot"},
        "resources": [{"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::drop/loot"}],
        "readOnly": category == "Management",
        "managementEvent": category == "Management",
        "eventCategory": category,
        "recipientAccountId": ACCOUNT,
    }
    for name, category in (("ListBuckets", "Management"), ("PutObject", "Data"))
]
