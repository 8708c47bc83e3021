"""Listeners of one lab: sockets bound first, so that a port in use is known before anything else is done."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

HOME, EVERYWHERE = "127.0.0.1", "0.0.0.0"  # noqa: S104 - no more than its name
PATIENCE = 60.0  # seconds in which a request has to be here, its body too
FREE_IT = "end that first: links and keys that were given out name this port"
CONNECTIONS = 2000  # at most; above that requests are refused


class PortTakenError(RuntimeError):
    """Something else listens on the port."""


@dataclass(frozen=True, slots=True)
class Listener:
    """A bound socket and the address that clients use."""

    socket: socket.socket
    url: str
    tls: ssl.SSLContext | None = None

    @property
    def inside(self) -> str:
        """The address for clients on this machine that do without TLS."""
        host, port = self.socket.getsockname()
        return f"http://{HOME if host == EVERYWHERE else host}:{port}"


def bind(host: str, port: int, *, option: str, name: str = "", tls: ssl.SSLContext | None = None) -> Listener:
    """Bind a port, any free one for 0. Clients use `name` as the host's, if there is one.

    Raises PortTakenError naming the option that chooses another; without one there is no choice.
    """
    # asyncio sends at once (TCP_NODELAY) only where the socket says that it is TCP's: else answers wait for 40 ms.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(1024)
    except OSError as error:
        bound.close()
        way_out = f"choose another port with {option} PORT, or any free one with {option} 0" if option else FREE_IT
        raise PortTakenError(
            f"cannot listen on {host}:{port} ({error.strerror}): another lab or program may be there; {way_out}"
        ) from error
    return Listener(bound, f"{'https' if tls else 'http'}://{name or host}:{bound.getsockname()[1]}", tls)


class Patient(H11Protocol):
    """uvicorn's protocol, which closes the connection of whoever does not come to the end of a request in time."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """As uvicorn's."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """As uvicorn's."""
        super().data_received(data)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """As uvicorn's."""
        super().connection_lost(exc)
        self._give_up_waiting()

    def _wait(self) -> None:
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._give_up_waiting()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(PATIENCE, self.transport.close)

    def _give_up_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


@contextmanager
def serve_asgi(app: Any, listener: Listener) -> Iterator[None]:
    """Serve an ASGI app on uvicorn, in a thread, within the block."""
    config = uvicorn.Config(
        app,
        http=Patient,
        limit_concurrency=CONNECTIONS,
        log_level="warning",
        access_log=False,
        lifespan="off",
        proxy_headers=False,
        timeout_graceful_shutdown=2,
        ssl_context_factory=None if (tls := listener.tls) is None else lambda *_: tls,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener.socket]}, name="lab api", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=5)
