"""Records from files into the import store of a served lab."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.deploy.listener import bind
from infra.local.cloud import Cloud, serve_cloud
from infra.local.identity import open_account
from infra.local.importing import client as client_module
from infra.local.importing.client import ImportClient, import_logs
from infra.local.importing.found import Found
from infra.local.importing.logs import read_log
from infra.local.importing.report import ImportReport
from infra.local.lab_client import LabRefusedError
from scenario.access import Credentials, open_session
from scenario.query import Lake
from tests.infra.local.conftest import ACCOUNT, REGION, policy, reset_cloud
from tests.infra.local.importing.files import RECORDS, write_gzip, write_lines


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    """Local AWS with nothing in it."""
    with serve_cloud(bind("127.0.0.1", 0, option="")) as served:
        yield served
    reset_cloud()


@pytest.fixture
def organiser(cloud: Cloud) -> Credentials:
    """The keys of the organiser of one account."""
    return open_account(ACCOUNT)


@pytest.fixture
def door(cloud: Cloud, organiser: Credentials) -> ImportClient:
    """The organiser's way to the door."""
    return ImportClient(cloud.endpoint, region=REGION, keys=organiser, readers=[])


def run(door: ImportClient, *files: Path, store: str = "imported") -> ImportReport:
    """Import files without looking at the progress."""
    return import_logs(door, store, files, lambda records, size: None)


def rows(cloud: Cloud, keys: Credentials, sql: str) -> list[tuple[str | None, ...]]:
    """What a query finds."""
    return list(Lake(open_session(keys, region=REGION, endpoint=cloud.endpoint)).run(sql).rows)


def test_records_are_in_the_store_word_by_word(
    cloud: Cloud, organiser: Credentials, door: ImportClient, tmp_path: Path
) -> None:
    """All real records are there as they came, foreign account ids too; the second time none is added."""
    file = write_lines(tmp_path / "records.jsonl", *RECORDS)
    report = run(door, file)
    times = [record["eventTime"] for record in RECORDS]
    assert (report.imported, report.first, report.last, report.skipped) == (len(RECORDS), min(times), max(times), {})
    found = rows(cloud, organiser, f"select eventjson, recipientaccountid from {report.store_id}")
    assert sorted(text or "" for text, _ in found) == sorted(file.read_text("utf-8").splitlines())
    assert {account for _, account in found} == {record["recipientAccountId"] for record in RECORDS}
    again = run(door, file)
    assert (again.imported, again.skipped, again.store_id) == (0, {"duplicate": len(RECORDS)}, report.store_id)


def test_an_import_is_seen_in_its_own_store_only(
    cloud: Cloud, organiser: Credentials, door: ImportClient, tmp_path: Path
) -> None:
    """Other stores and the event history know nothing of it, not even of records of this very account."""
    cloudtrail: Any = open_session(organiser, region=REGION, endpoint=cloud.endpoint).client("cloudtrail")
    own = cloudtrail.create_event_data_store(Name="own", TerminationProtectionEnabled=False)["EventDataStoreArn"]
    ours = [{**record, "recipientAccountId": ACCOUNT, "awsRegion": REGION} for record in RECORDS]
    run(door, write_gzip(tmp_path / "log.json.gz", {"Records": ours}))
    sql = f"select eventname, eventid from {own.rpartition('/')[2]}"
    ids = {record["eventID"] for record in RECORDS}
    assert not ids & {event for _, event in rows(cloud, organiser, sql)}
    assert not ids & {event["EventId"] for event in cloudtrail.lookup_events()["Events"]}


def test_the_lab_s_calls_are_not_in_the_store(
    cloud: Cloud, organiser: Credentials, door: ImportClient, tmp_path: Path
) -> None:
    """An import store holds what was imported, and counts it; deleted, it takes nothing more."""
    file = write_lines(tmp_path / "log.jsonl", *RECORDS[:3])
    report = run(door, file)
    assert rows(cloud, organiser, f"select count(*) from {report.store_id}") == [("3",)]
    store = cloud.lake.store(ACCOUNT, REGION, report.store_id)
    assert (store.status, cloud.lake.count(store)) == ("STOPPED_INGESTION", 3)
    cloud.lake.delete_store(ACCOUNT, REGION, report.store_id)
    records = [item for item in read_log(file, lambda position: None) if isinstance(item, Found)]
    with pytest.raises(LabRefusedError, match="the lab did not take it: The event data store is inactive"):
        door.add(report.store_id, records)
    assert run(door, file).imported == 3


def test_duplicates_and_unreadable_records_are_told_apart(door: ImportClient, tmp_path: Path) -> None:
    """The same event twice in the files, once more in the store, and a record that the store cannot read."""
    run(door, write_lines(tmp_path / "before.jsonl", RECORDS[0]))
    bad = json.dumps({**RECORDS[3], "eventID": "bad"})[:-1] + ', "annotation": "\\ud800"}'
    file = write_lines(tmp_path / "log.jsonl", RECORDS[0], RECORDS[1], RECORDS[1], bad, RECORDS[2])
    report = run(door, file)
    assert (report.imported, report.skipped) == (2, {"duplicate": 2, "refused": 1})
    assert report.examples["duplicate"] == [f"{file}: {RECORDS[1]['eventID']}", f"{file}: {RECORDS[0]['eventID']}"]
    (refused,) = report.examples["refused"]
    assert refused.startswith(f"{file}: bad: Invalid Input Error: Malformed JSON")


def test_many_batches_lose_nothing(
    cloud: Cloud, organiser: Credentials, door: ImportClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batches of a few records, by number or by size, add up to all of them."""
    monkeypatch.setattr(client_module, "MOST_RECORDS", 7)
    monkeypatch.setattr(client_module, "MOST_CHARACTERS", 10_000)
    report = run(door, *(write_gzip(tmp_path / f"{n}.json.gz", {"Records": RECORDS[n::3]}) for n in range(3)))
    sql = f"select count(*), count(distinct eventid) from {report.store_id}"
    assert (report.imported, report.skipped) == (len(RECORDS), {})
    assert rows(cloud, organiser, sql) == [(str(len(RECORDS)), str(len(RECORDS)))]


def test_nothing_to_import_makes_no_store(cloud: Cloud, door: ImportClient, tmp_path: Path) -> None:
    """Files without a record leave the account as it is."""
    report = run(door, write_lines(tmp_path / "notes.txt", "words"))
    assert (report.imported, report.store_id, report.skipped) == (0, "", {"malformed": 1})
    assert cloud.lake.stores(ACCOUNT, REGION) == []


def test_a_store_that_is_no_import_store_is_left_alone(
    cloud: Cloud, organiser: Credentials, door: ImportClient, tmp_path: Path
) -> None:
    """A name that another store has is refused."""
    cloud.lake.create_store(account_id=ACCOUNT, region=REGION, name="own")
    with pytest.raises(LabRefusedError, match="An event data store with that name already exists"):
        run(door, write_lines(tmp_path / "log.jsonl", RECORDS[0]), store="own")


def test_readers_may_query_the_store_and_no_other(cloud: Cloud, organiser: Credentials, tmp_path: Path) -> None:
    """The roles that are named get a policy of their own, which grows with each store."""
    iam: Any = open_session(organiser, region=REGION, endpoint=cloud.endpoint).client("iam")
    trust = policy({"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"})
    role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    door = ImportClient(cloud.endpoint, region=REGION, keys=organiser, readers=[role])
    file = write_lines(tmp_path / "log.jsonl", RECORDS[0])
    stores = [run(door, file, store=name).store_id for name in ("one", "two", "one")]
    (name,) = iam.list_role_policies(RoleName="reader")["PolicyNames"]
    statements = iam.get_role_policy(RoleName="reader", PolicyName=name)["PolicyDocument"]["Statement"]
    assert [statement["Resource"].rpartition("/")[2] for statement in statements] == stores[:2]
    assert all(action.startswith("cloudtrail:") for statement in statements for action in statement["Action"])
    with pytest.raises(LabRefusedError, match="there is no role"):
        ImportClient(cloud.endpoint, region=REGION, keys=organiser, readers=[f"{role}-of-nobody"]).open("three")


def test_only_organisers_import(cloud: Cloud, organiser: Credentials) -> None:
    """Another user's keys, a wrong secret, keys of nobody, and a service's signature are refused."""
    iam: Any = open_session(organiser, region=REGION, endpoint=cloud.endpoint).client("iam")
    iam.create_user(UserName="an")
    key = iam.create_access_key(UserName="an")["AccessKey"]
    others = {
        "this is for the organiser only": Credentials(
            access_key_id=key["AccessKeyId"], secret_access_key=key["SecretAccessKey"]
        ),
        "signature we calculated does not match": Credentials(
            access_key_id=organiser.access_key_id, secret_access_key="wrong"
        ),
        "security token included in the request is invalid": Credentials(
            access_key_id="AKIAEXAMPLEEXAMPLE00", secret_access_key="none"
        ),
    }
    for message, keys in others.items():
        with pytest.raises(LabRefusedError, match=message):
            ImportClient(cloud.endpoint, region=REGION, keys=keys, readers=[]).open("imported")
    assert cloud.lake.stores(ACCOUNT, REGION) == []


def test_a_lab_that_is_gone_is_said() -> None:
    """Nobody listens, or somebody else does."""
    keys = Credentials(access_key_id="AKIAEXAMPLEEXAMPLE00", secret_access_key="none")
    with pytest.raises(LabRefusedError, match=r"the lab at http://127\.0\.0\.1:9 does not answer"):
        ImportClient("http://127.0.0.1:9", region=REGION, keys=keys, readers=[]).open("imported")
