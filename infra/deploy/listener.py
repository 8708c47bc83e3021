"""Listeners of one lab: sockets bound first, so that a port in use is known before anything else is done."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn


class PortTakenError(RuntimeError):
    """Something else listens on the port."""


@dataclass(frozen=True, slots=True)
class Listener:
    """A bound socket and the address that clients use."""

    socket: socket.socket
    url: str


def bind(host: str, port: int, *, option: str) -> Listener:
    """Bind a port, any free one for 0. Raises PortTakenError naming the option that chooses another."""
    # asyncio sends at once (TCP_NODELAY) only where the socket says that it is TCP's: else answers wait for 40 ms.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(1024)
    except OSError as error:
        bound.close()
        raise PortTakenError(
            f"cannot listen on {host}:{port} ({error.strerror}): another lab or program may be there; "
            f"choose another port with {option} PORT, or any free one with {option} 0"
        ) from error
    return Listener(bound, f"http://{host}:{bound.getsockname()[1]}")


@contextmanager
def serve_asgi(app: Any, listener: Listener) -> Iterator[None]:
    """Serve an ASGI app on uvicorn, in a thread, within the block."""
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener.socket]}, name="lab api", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=5)
