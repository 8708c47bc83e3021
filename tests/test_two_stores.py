"""Fifty stories in both stores of one account: the same questions give the same answers, whichever store is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from grader.desk.see import sql as see
from grader.desk.see.asked import DIMENSIONS, Asked
from grader.evidence import calls, log
from infra.account.event_view import COLUMNS, WHOLE
from infra.account.template import template
from infra.deploy.listener import bind
from infra.deploy.stack import deploy
from infra.local.background import HOURS, load_background
from infra.local.cloud import Cloud, serve_cloud
from infra.local.identity import open_account
from infra.local.recorder import record_of
from scenario import workshop
from scenario.access import open_session
from scenario.query import Rows, Store, open_store
from scenario.stage import Stage
from scenario.story import draw, fill
from scenario.traffic import names_of
from tests.infra.local.recorder.calls import OK, call, caller, facts

ACCOUNT, REGION = "111111111111", "eu-west-1"
SEEDS = range(50)
BACKGROUND = 500
HOUR = timedelta(hours=1)
AS_HOST = caller().principal_id.partition(":")[0]
GIVEN = {"TeamId": "blue", "LabSeed": "a-seed", "Bystanders": "0", "Store": "athena"}
REFUSED = {"errorCode": "AccessDenied", "errorMessage": 'You are not authorized: it\'s "no"', "responseElements": None}


@dataclass(frozen=True)
class Side:
    """One of the stores, and the stage that names it."""

    store: Store
    stage: Stage


@dataclass(frozen=True, kw_only=True)
class Sides:
    """Lake and Athena over the same records, all of them between `begin` and `end`."""

    lake: Side
    athena: Side
    begin: datetime
    end: datetime

    def both(self, sql: Any) -> tuple[Rows, Rows]:
        """What each answers to the SQL that `sql` gives for its stage."""
        return self.lake.store.run(sql(self.lake.stage)), self.athena.store.run(sql(self.athena.stage))


@pytest.fixture(scope="module")
def sides() -> Iterator[Sides]:
    """One account whose trail and whose event data store have the same records, and take no more."""
    end = datetime.now(UTC).replace(microsecond=0) - HOUR
    begin = end - timedelta(hours=HOURS)
    with serve_cloud(bind("127.0.0.1", 0, option="")) as cloud:
        organiser = open_account(ACCOUNT)
        earlier, session = (open_session(organiser, region=REGION, endpoint=cloud.endpoint) for _ in range(2))
        cloud.timekeeper.lead(earlier, lambda: begin - HOUR)  # a store takes what happens once it is there
        athena = replace(deploy(earlier, template(), GIVEN), created_at=begin)
        lake = replace(athena, store_kind="lake", store_id=_event_data_store(earlier, athena))
        _fill(cloud, athena, begin, end)
        session.client("cloudtrail").stop_logging(Name=trail_of(athena))
        one, other = (Side(open_store(session, stage), stage) for stage in (lake, athena))
        yield Sides(lake=one, athena=other, begin=begin, end=end)
        cloud.close_account(ACCOUNT)


def trail_of(stage: Stage) -> str:
    """The trail bears the database's name."""
    return stage.store_id.partition(".")[0]


def _event_data_store(session: Any, stage: Stage) -> str:
    """A store that takes what the trail takes."""
    cloudtrail = session.client("cloudtrail")
    selectors = cloudtrail.get_event_selectors(TrailName=trail_of(stage))["AdvancedEventSelectors"]
    made = cloudtrail.create_event_data_store(Name="same", AdvancedEventSelectors=selectors)
    return str(made["EventDataStoreArn"].rpartition("/")[2])


def _fill(cloud: Cloud, stage: Stage, begin: datetime, end: datetime) -> None:
    told = [record for seed in SEEDS for record in _records(seed, stage, begin)]
    cloud.lake.deliver(told)
    cloud.trails.take(told)
    load_background(cloud.lake, ACCOUNT, region=REGION, count=BACKGROUND, seed="a-seed", until=end)
    cloud.trails.deliver_earlier(ACCOUNT, partial(cloud.lake.background, ACCOUNT))


def _records(seed: int, stage: Stage, began: datetime) -> Iterator[dict[str, Any]]:
    """The story of this seed, as the recorder writes it down."""
    by, names = replace(caller(host(seed)), account_id=ACCOUNT), names_of(stage)
    for step in draw(str(seed), REGION).steps:
        made = call(
            step.service,
            step.operation,
            fill(step.parameters, names),
            region=step.region,
            caller=by,
            time=began + timedelta(seconds=step.at),
        )
        yield record_of(made, OK, facts) | (REFUSED if step.refused else {})


def host(seed: int) -> str:
    """The instance of this seed's story."""
    return f"i-{seed:017x}"


def by_its_text(rows: Rows) -> list[str]:
    """Rows in an order of their own: the stores have none. A NULL is empty text in Lake, and nothing in Athena."""
    return sorted(str([value or "" for value in row]) for row in rows.rows)


def parsed(rows: Rows) -> list[dict[str, Any]]:
    """The records in `eventjson`: Athena writes their keys in another order."""
    return sorted((json.loads(str(text)) for text in rows.column("eventjson")), key=lambda record: record["eventID"])


@pytest.mark.parametrize("name", workshop.QUERIES)
def test_the_modules_queries(sides: Sides, name: str) -> None:
    """For each seed's instance, columns and values, as text; with something to be found."""
    questions = {workshop.query(name, store_id="EDS_ID", instance_id=host(seed)) for seed in SEEDS}
    for question in questions:
        lake, athena = sides.both(lambda stage, asked=question: asked.replace("EDS_ID", stage.store_id))
        assert lake.rows
        assert (lake.columns, by_its_text(lake)) == (athena.columns, by_its_text(athena))


def test_the_graders_calls(sides: Sides) -> None:
    """Every call of every story, each upload with its key."""
    lake, athena = sides.both(calls.statement)
    assert by_its_text(lake) == by_its_text(athena)
    assert len({row[0] for row in lake.rows}) >= len(SEEDS)


def test_the_graders_log(sides: Sides) -> None:
    """Whatever others did to EC2."""
    lake, athena = sides.both(log.statement)
    assert parsed(lake) == parsed(athena)


def test_every_column_of_every_event(sides: Sides) -> None:
    """Those of others, which are of more services and shapes than a story's, and those of one story."""
    columns = ", ".join(name for name in COLUMNS if name not in WHOLE)
    where = f"not starts_with(useridentity.principalid, '{AS_HOST}') or useridentity.principalid like '%:{host(0)}'"
    for asked, of in ((columns, by_its_text), ("eventjson", parsed)):
        lake, athena = sides.both(
            lambda stage, asked=asked: (
                f"select {asked} from {stage.store_id} where eventtime >= timestamp '{see.written(sides.begin)}' "
                f"and eventtime < timestamp '{see.written(sides.end)}' and ({where})"
            )
        )
        assert len(lake.rows) > BACKGROUND
        assert (lake.columns, of(lake)) == (athena.columns, of(athena))


@pytest.mark.parametrize("by", DIMENSIONS)
def test_what_the_page_shows(sides: Sides, by: str) -> None:
    """The picture of who called what and when, bursts included."""
    asked, shown = Asked(by=by, own=True), see.window(sides.begin, sides.end)
    lake, athena = sides.both(lambda stage: see.picture(stage, asked, shown))
    assert drawn(lake) == drawn(athena)


def drawn(rows: Rows) -> list[tuple[object, ...]]:
    """The picture's rows. Their cells stand in no order, nor were the numbers that make a burst added in one."""
    return [(*row[:-2], round(float(row[-2] or 0), 6), sorted(str(row[-1]).split(","))) for row in rows.rows]
