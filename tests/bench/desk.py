"""Figures of the desk's page: each measured over HTTP from outside, as browsers meet it."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from scenario.workshop import QUERIES, query
from tests.bench.labs import detached
from tests.bench.measurement import Measurement

REPEATS = 10
TEAMS, LEARNERS = 10, 50
OPENING, FOR = 10.0, 40.0  # seconds: until everybody is in, which does not count; and in all
QUERY_EVERY, PAGE_EVERY = 5.0, 2.0  # seconds
PAGES = (
    "/work",
    "/work/score",
    "/see",
    "/api/timeline?by=principal",
    "/see/events",
    "/contain/picture",
    "/contain/findings",
)
MANY_ROWS = "select eventid, eventname, eventsource, sourceipaddress, requestparameters from EDS_ID limit 100000"


def first_page() -> Iterator[Measurement]:
    """The page that a link opens on: how long the server takes for it, and what a new browser loads with it."""
    with detached(background=20_000) as lab, browser(lab) as client:
        seconds, page = [], client.get("/work")
        for _ in range(REPEATS):
            began = time.perf_counter()
            page = client.get("/work")
            seconds.append(time.perf_counter() - began)
        yield Measurement("first page, the server's time, median", statistics.median(seconds) * 1000, 150, "ms")
        yield Measurement("first page with all that it loads, compressed", transferred(client, page) / 1024, 350, "KB")


def page_at_a_million() -> Iterator[Measurement]:
    """The timeline, and a result of 100,000 rows, at 1,000,000 events."""
    with detached(background=1_000_000) as lab, browser(lab) as client:
        client.get("/api/timeline", params={"by": "principal"}).raise_for_status()
        seconds = []
        for by in ("call", "service", "region"):  # each for the first time: nothing is kept of it yet
            began = time.perf_counter()
            client.get("/api/timeline", params={"by": by}).raise_for_status()
            seconds.append(time.perf_counter() - began)
        yield Measurement("timeline at 1,000,000 events, slowest of four", max(seconds), 1, "s")
        first, rows = zip(*(streamed(client) for _ in range(3)), strict=True)
        assert set(rows) == {100_000}, rows
        yield Measurement(
            "100,000 rows at 1,000,000 events, to the first rows, median", statistics.median(first), 2, "s"
        )


def many_learners() -> Iterator[Measurement]:
    """50 learners at once, of ten teams with 1,000,000 events in all: a query every 5 s, a page call every 2 s each.

    Every one of them keeps the live stream open besides. What comes in the first ten seconds, when all open their
    pages for the first time at once, does not count.
    """
    with detached(background=1_000_000 // TEAMS, teams=TEAMS) as lab:
        heard = asyncio.run(crowd(lab))
    slow = statistics.quantiles(heard.seconds, n=20)[-1] * 1000
    yield Measurement(f"{LEARNERS} learners at once for half a minute, p95 of all answers", slow, 500, "ms")
    yield Measurement("of these not answered as they should be", len(heard.refused), 0, "answers")
    for refused in heard.refused[:5]:
        print(refused)  # noqa: T201


@dataclass
class Heard:
    """What a crowd met."""

    seconds: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


async def crowd(lab: dict[str, Any]) -> Heard:
    """Let 50 learners work."""
    heard = Heard()
    limits = httpx.Limits(max_connections=None, keepalive_expiry=2)  # before the server closes it
    async with (
        httpx.AsyncClient(base_url=lab["portal"], timeout=60, limits=limits) as client,
        asyncio.timeout(FOR * 4),
        asyncio.TaskGroup() as group,
    ):
        teams = [lab["teams"][number % TEAMS] for number in range(LEARNERS)]
        streams = [group.create_task(listen(client, bearer(team))) for team in teams]
        begin = time.monotonic()
        work = [group.create_task(learner(client, team, heard, number, begin)) for number, team in enumerate(teams)]
        await asyncio.wait(work)
        for stream in streams:
            stream.cancel()
    return heard


async def learner(client: httpx.AsyncClient, team: dict[str, Any], heard: Heard, number: int, begin: float) -> None:
    """One learner: pages and queries, each in its own rhythm, beginning at a moment of its own."""

    async def every(pause: float, call: Any) -> None:
        await asyncio.sleep(pause * number / LEARNERS)
        for turn in itertools.count(number):
            asked = time.monotonic() - begin
            if asked > FOR:
                return
            began = time.perf_counter()
            answer: httpx.Response = await call(turn)
            took = time.perf_counter() - began
            if asked > OPENING:
                heard.seconds.append(took)
            if answer.status_code != 200 or b'"error"' in answer.content[-2000:]:
                heard.refused.append(f"{answer.url.path} {answer.status_code} {answer.text[:200]}")
            await asyncio.sleep(max(0.0, pause - took))

    async def page(turn: int) -> httpx.Response:
        return await client.get(PAGES[turn % len(PAGES)], headers=bearer(team))

    async def ask(turn: int) -> httpx.Response:
        sql = query(QUERIES[turn % len(QUERIES)], store_id=team["store"]["id"], instance_id=f"i-{turn:017x}")
        return await client.post("/api/query", json={"sql": sql}, headers=bearer(team))

    await asyncio.gather(every(PAGE_EVERY, page), every(QUERY_EVERY, ask))


async def listen(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    """Keep a live stream open."""
    async with client.stream("GET", "/live", headers=headers) as stream:
        async for _ in stream.aiter_bytes():
            pass


def streamed(client: httpx.Client) -> tuple[float, int]:
    """Seconds to the first rows of a long result, and how many rows came in the end."""
    began, first, rows = time.perf_counter(), 0.0, 0
    with client.stream("POST", "/api/query", json={"sql": MANY_ROWS}) as answer:
        for line in answer.iter_lines():
            document = json.loads(line)
            if found := document.get("rows"):
                first = first or time.perf_counter() - began
                rows += len(found) if isinstance(found, list) else 0
    return first, rows


def transferred(client: httpx.Client, page: httpx.Response) -> int:
    """Bytes of a page, and of all scripts and sheets that it loads before anybody does anything, as they are sent."""
    seen, ahead, total = set(), re.findall(r'(?:src|href)="(/static/[^"#]+)"', page.text), page.num_bytes_downloaded
    while ahead:
        path = ahead.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        answer.raise_for_status()
        total += answer.num_bytes_downloaded
        if path.endswith(".js"):
            ahead += [str(answer.url.copy_with(query=None).join(found).path) for found in imports(answer.text)]
    return total


def imports(script: str) -> list[str]:
    """What a module imports as soon as it is loaded."""
    return re.findall(r'^(?:import|export)\b[^;"]*"(\.[^"]+)"', script, re.MULTILINE)


def browser(lab: dict[str, Any]) -> httpx.Client:
    """A browser of the first team, as far as the server can tell."""
    return httpx.Client(
        base_url=lab["portal"], headers=bearer(lab["teams"][0]) | {"Accept-Encoding": "gzip"}, timeout=60
    )


def bearer(team: dict[str, Any]) -> dict[str, str]:
    """The header that lets a team in."""
    return {"Authorization": f"Bearer {team['token']}"}


FIGURES = (first_page, page_at_a_million, many_learners)
