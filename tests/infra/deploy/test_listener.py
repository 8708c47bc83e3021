"""Listeners: ports bound first, served within a block, gone after it."""

from __future__ import annotations

import asyncio
import socket
import urllib.error
import urllib.request
from contextlib import closing
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from infra.deploy import listener as listeners
from infra.deploy.listener import PortTakenError, bind, serve_asgi
from tests.grader.event_loop import in_loop


async def asgi(request: Any) -> PlainTextResponse:
    return PlainTextResponse("asgi")


def test_serves_within_the_block_only() -> None:
    """An app answers while its block runs, and its port is closed afterwards."""
    listener = bind("127.0.0.1", 0, option="--port")
    app = Starlette(routes=[Route("/", asgi)])
    with serve_asgi(app, listener), urllib.request.urlopen(listener.url) as response:
        assert response.read() == b"asgi"
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(listener.url)


def test_answers_are_sent_at_once() -> None:
    """The loop that serves sets TCP_NODELAY on what it accepts."""
    listener = bind("127.0.0.1", 0, option="--port")
    client = socket.create_connection(listener.socket.getsockname())
    accepted, _ = listener.socket.accept()

    async def served() -> int:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_accepted_socket(asyncio.Protocol, accepted)
        with closing(transport):
            return accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    with closing(listener.socket), closing(client):
        assert in_loop(served()) == 1


@pytest.mark.parametrize(
    ("option", "way_out"),
    [
        ("--portal-port", "choose another port with --portal-port PORT, or any free one with --portal-port 0"),
        ("", "end that first: links and keys that were given out name this port"),
    ],
)
def test_a_port_in_use_is_named_with_the_way_out(option: str, way_out: str) -> None:
    """Whoever starts a second lab on a port learns which port it is and how to choose another, if there is a choice."""
    first = bind("127.0.0.1", 0, option="--port")
    port = int(first.url.rpartition(":")[2])
    with closing(first.socket), pytest.raises(PortTakenError) as caught:
        bind("127.0.0.1", port, option=option)
    assert str(caught.value) == (
        f"cannot listen on 127.0.0.1:{port} (Address already in use): another lab or program may be there; {way_out}"
    )


@pytest.mark.parametrize("begun", ["GET / HT", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n12345678"])
def test_who_does_not_come_to_the_end_of_a_request_is_cut_off(begun: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a minute, here a moment; whoever has asked in time is answered, however often."""

    async def read(request: Request) -> PlainTextResponse:
        return PlainTextResponse(await request.body())

    monkeypatch.setattr(listeners, "PATIENCE", 0.5)
    listener = bind("127.0.0.1", 0, option="--port")
    app = Starlette(routes=[Route("/", asgi), Route("/", read, methods=["POST"])])
    with serve_asgi(app, listener), socket.create_connection(listener.socket.getsockname(), timeout=10) as client:
        for _ in range(2):
            client.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            answer = b""
            while not answer.endswith(b"asgi"):
                answer += client.recv(1000)
        client.sendall(begun.encode())
        assert client.recv(1000) == b""
