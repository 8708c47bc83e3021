"""Refusals in each service's terms."""

from __future__ import annotations

import itertools
import json
from typing import get_args
from xml.etree import ElementTree as ET

import pytest

from infra.local.call import AwsError
from infra.local.errors import FAULTS, Fault, FaultError, Form, answer_error, in_form

ERROR = AwsError("SomeError", 'a <b> & "c"', 400)
FORMS: tuple[Form, ...] = get_args(Form)

RETRIED = ("throttled", "unavailable")


def test_every_fault_has_a_code_in_every_form() -> None:
    """No combination is forgotten, and nothing that a client would try again, but what organisers ask for."""
    assert set(FAULTS) == set(get_args(Fault))
    for fault, form in itertools.product(get_args(Fault), FORMS):
        error = in_form(FaultError(fault, "text"), form)
        assert error.code
        assert 400 <= error.status <= (503 if fault in RETRIED else 501)
        assert error.status != 500


@pytest.mark.parametrize(
    ("form", "path"),
    [
        ("ec2", "Errors/Error"),
        ("query", "Error"),
        ("rest-xml", "Error"),
        ("s3", "."),
    ],
)
def test_xml_errors(form: Form, path: str) -> None:
    """Code and message where the protocol has them, escaped."""
    root = ET.fromstring(answer_error(ERROR, form, request_id="id").body)
    error = root.find(path)
    assert error is not None
    assert (error.findtext("Code"), error.findtext("Message")) == ("SomeError", 'a <b> & "c"')


def test_json_errors() -> None:
    """The code is in the body, in the header, or in both."""
    plain, rest = (answer_error(ERROR, form, request_id="id") for form in ("json", "rest-json"))
    assert json.loads(plain.body) == {"__type": "SomeError", "message": 'a <b> & "c"'}
    assert json.loads(rest.body) == {"message": 'a <b> & "c"'}
    assert plain.headers["x-amzn-errortype"] == rest.headers["x-amzn-errortype"] == "SomeError"


def test_a_head_request_gets_no_body() -> None:
    """Its status has to do."""
    assert answer_error(ERROR, "s3", request_id="id", head=True).body == b""
