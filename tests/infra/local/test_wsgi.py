"""The web server."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from waitress.trigger import trigger

from infra.local import wsgi
from infra.local.message import UNDERSCORED
from infra.local.wsgi import served


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Says what it was sent."""
    body = environ["wsgi.input"].read() + str(environ[UNDERSCORED]).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


@pytest.mark.parametrize("body", [b"", b"hello"])
def test_bodies_that_are_announced(body: bytes) -> None:
    """Expect: 100-continue is answered when there is a body, and an empty one is not waited for."""
    with (
        socket.create_server(("127.0.0.1", 0)) as bound,
        served(app, bound),
        socket.create_connection(bound.getsockname(), timeout=5) as client,
    ):
        head = f"PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: {len(body)}\r\n\r\n"
        client.sendall(head.encode())
        if body:
            assert client.recv(100).startswith(b"HTTP/1.1 100 Continue")
            client.sendall(body)
        received = b""
        while b"{}" not in received:  # it may come in pieces
            received += client.recv(1000)
        assert received.endswith(b"\r\n\r\n" + body + b"{}")


def test_it_stops_at_once_though_clients_keep_their_connections() -> None:
    """A connection that nobody uses holds nothing up. Of headers with underscores only metadata came through."""
    others = set(threading.enumerate())
    with socket.create_server(("127.0.0.1", 0)) as bound:
        with served(app, bound):
            client = http.client.HTTPConnection(*bound.getsockname())
            client.request("GET", "/", headers={"x-amz-meta-a_b": " 1 ", "x_amz_target": "Trail.DeleteTrail"})
            assert client.getresponse().read() == b"{'x-amz-meta-a_b': '1'}"
        client.close()
        assert "aws endpoint" not in {thread.name for thread in set(threading.enumerate()) - others}


def test_it_stops_also_where_its_loop_is_awake(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop finds out that it is to end before whoever ends it has woken it: nothing is written to a closed pipe."""
    wake = trigger._physical_pull

    def late(self: Any) -> None:
        wake(self)
        until = time.monotonic() + 0.3
        while not self._closed and time.monotonic() < until:
            time.sleep(0.001)
        wake(self)

    others = set(threading.enumerate())
    with socket.create_server(("127.0.0.1", 0)) as bound, served(app, bound):
        monkeypatch.setattr(trigger, "_physical_pull", late)
    assert "aws endpoint" not in {thread.name for thread in set(threading.enumerate()) - others}


def test_a_request_that_does_not_come_to_its_end_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends a byte now and then holds a connection for a minute, and no longer; here it is a second."""
    monkeypatch.setattr(wsgi, "PATIENCE", 1.0)
    with (
        socket.create_server(("127.0.0.1", 0)) as bound,
        served(app, bound),
        socket.create_connection(bound.getsockname(), timeout=0.2) as client,
    ):
        client.sendall(b"PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n")
        assert dribbled(client) < 1000


def dribbled(client: socket.socket) -> int:
    """How many bytes of a body a server takes one by one before it closes the connection."""
    for sent in range(1000):
        try:
            client.sendall(b"x")
            if client.recv(100) == b"":
                return sent
        except TimeoutError:
            continue
        except OSError:
            return sent
    return 1000
