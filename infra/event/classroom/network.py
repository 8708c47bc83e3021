"""How a class reaches the machine that serves it: under which name, and whether anybody can listen."""

from __future__ import annotations

import re
import resource
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from infra.deploy.listener import EVERYWHERE, HOME, Listener

SOMEWHERE: Final = ("192.0.2.1", 9)  # RFC 5737: nobody's address, and nothing is sent there
CERTIFICATE: Final = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\n?", re.DOTALL)


class CertificateError(ValueError):
    """The certificate or its key cannot be used."""


def tls_context(certificate: Path | None, key: Path | None) -> ssl.SSLContext | None:
    """The server's side of TLS; None where no certificate is given. Raises CertificateError."""
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise CertificateError("a certificate and its key go together: give --tls-cert and --tls-key, or neither")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key, password="")  # nobody is here to be asked
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise CertificateError(
            f"{certificate} with the key {key} cannot be used ({reason}): both are PEM files, the key without a "
            "password and the one that the certificate was made for"
        ) from error
    return context


def name_for(host: str, wanted: str) -> str:
    """The name or address that links carry: what is wanted, or what is listened on, or where other machines find us."""
    if wanted or host != EVERYWHERE:
        return wanted or host
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(SOMEWHERE)
            return str(probe.getsockname()[0])
    except OSError:  # there is no network now
        return socket.gethostname()


def is_trusted(listener: Listener, name: str) -> bool:
    """Whether clients trust the certificate without being told to; asks who is served already."""
    host, port = listener.socket.getsockname()
    try:
        with (
            socket.create_connection((HOME if host == EVERYWHERE else host, port), timeout=5) as connection,
            ssl.create_default_context().wrap_socket(connection, server_hostname=name),
        ):
            return True
    except OSError:
        return False


def certificates(path: Path) -> str:
    """What is for everybody in a PEM file, whatever stands beside it."""
    return "".join(CERTIFICATE.findall(path.read_text("ascii", "replace")))


def allow_many_connections() -> None:
    """Let this process have as many connections as the system lets it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def advice(listener: Listener, wanted: str, host: str) -> Iterator[str]:
    """What an organiser has to know of the way to the class, a sentence each."""
    if listener.tls is None and host != HOME:
        yield (
            "WARNING: no certificate was given (--tls-cert, --tls-key): tokens, keys and answers travel in clear, and "
            "whoever is in this network can read them"
        )
    if host == EVERYWHERE and not wanted:
        yield f"links carry {name_for(host, wanted)}, which was guessed: --url-host NAME chooses another"
    elif host == HOME and not wanted:
        yield "only this machine gets in: --host 0.0.0.0 lets the class in"
