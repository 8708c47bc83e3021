"""Listeners of one lab: sockets bound first, so that a port in use is known before anything else is done."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
import waitress.server

THREADS = 16  # a page of twelve learners' calls at once, and room for the lab's own


class PortTakenError(RuntimeError):
    """Something else listens on the port."""


@dataclass(frozen=True, slots=True)
class Listener:
    """A bound socket and the address that clients use."""

    socket: socket.socket
    url: str


def bind(host: str, port: int, *, option: str) -> Listener:
    """Bind a port, any free one for 0. Raises PortTakenError naming the option that chooses another."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
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
def serve_wsgi(app: Any, listener: Listener) -> Iterator[None]:
    """Serve a WSGI app on waitress, in threads, within the block."""
    server = waitress.server.create_server(
        app, sockets=[listener.socket], threads=THREADS, ident=None, clear_untrusted_proxy_headers=True
    )
    with _in_thread(server.run, "aws endpoint"):
        try:
            yield
        finally:
            server.close()
            server.task_dispatcher.shutdown()


@contextmanager
def serve_asgi(app: Any, listener: Listener) -> Iterator[None]:
    """Serve an ASGI app on uvicorn, in a thread, within the block."""
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    with _in_thread(lambda: server.run(sockets=[listener.socket]), "lab api"):
        try:
            yield
        finally:
            server.should_exit = True


@contextmanager
def _in_thread(target: Callable[[], None], name: str) -> Iterator[None]:
    thread = threading.Thread(target=target, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join(timeout=5)
