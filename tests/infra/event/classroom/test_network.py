"""The way to a class: its certificate, its name, and what its organiser has to know."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest

from infra.deploy.listener import bind
from infra.event.classroom.network import CertificateError, advice, certificates, name_for, tls_context
from tests.infra.event.classroom.certificates import make_certificate


def test_a_certificate_goes_with_its_key(tmp_path: Path) -> None:
    """Without either there is no TLS; one alone, another one's key and what is no PEM are told in a sentence."""
    certificate, key = make_certificate(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    _, others = make_certificate(other)
    assert tls_context(None, None) is None
    assert tls_context(certificate, key) is not None
    with pytest.raises(CertificateError, match="give --tls-cert and --tls-key, or neither"):
        tls_context(certificate, None)
    for wrong in (others, certificate, tmp_path / "absent"):
        with pytest.raises(CertificateError, match=re.escape(f"{certificate} with the key {wrong} cannot be used (")):
            tls_context(certificate, wrong)


def test_what_is_handed_out_of_a_certificate_holds_no_key(tmp_path: Path) -> None:
    """Also where one file holds both."""
    certificate, key = make_certificate(tmp_path)
    both = tmp_path / "both.pem"
    both.write_text(key.read_text() + certificate.read_text())
    assert certificates(both) == certificate.read_text()


def test_links_carry_what_other_machines_reach() -> None:
    """A name that is given, else the address that is listened on, and never that of every interface."""
    assert name_for("0.0.0.0", "lab.example") == "lab.example"
    assert name_for("127.0.0.1", "") == "127.0.0.1"
    assert name_for("0.0.0.0", "") not in ("", "0.0.0.0")


def test_the_organiser_hears_who_can_listen() -> None:
    """Of a network without TLS, of a name that was guessed, and of a class that nobody else can reach."""
    plain = bind("127.0.0.1", 0, option="--port")
    asked = (("", "127.0.0.1"), ("lab", "0.0.0.0"), ("", "0.0.0.0"))
    with closing(plain.socket):
        heard = [[*advice(plain, wanted, host)] for wanted, host in asked]
    assert [[sentence.split(":")[0][:24] for sentence in some] for some in heard] == [
        ["only this machine gets i"],
        ["WARNING"],
        ["WARNING", f"links carry {name_for('0.0.0.0', '')}, which was"[:24]],
    ]
