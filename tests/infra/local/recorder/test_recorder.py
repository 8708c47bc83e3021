"""The recorder's thread: order, completeness, and that nothing stops it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from infra.local.recorder import Host, Recorder
from infra.local.recorder.recorder import RecorderClosedError
from tests.infra.local.recorder.calls import HOST, OK, call, facts


class Sink:
    """Keeps what is delivered."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []

    def __call__(self, records: Sequence[dict[str, Any]]) -> None:
        self.records.extend(records)

    @property
    def names(self) -> list[str]:
        return [record["eventName"] for record in self.records]


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def recorder(sink: Sink) -> Iterator[Recorder]:
    recorder = Recorder(sink, facts)
    yield recorder
    recorder.close()


def test_records_come_in_the_order_of_the_calls(recorder: Recorder, sink: Sink) -> None:
    """After a flush everything taken before is delivered, first things first."""
    for number in range(2000):
        recorder.take(call("ec2", "DescribeVpcs", request_id=str(number)), OK)
    recorder.flush()
    assert [record["requestID"] for record in sink.records] == [str(number) for number in range(2000)]


def test_many_threads_lose_nothing(recorder: Recorder, sink: Sink) -> None:
    """Each thread sees its own calls after its own flush."""

    def work(worker: int) -> None:
        for number in range(100):
            recorder.take(call("ec2", "DescribeVpcs", request_id=f"{worker}-{number}"), OK)
        recorder.flush()
        mine = [record for record in sink.records if record["requestID"].startswith(f"{worker}-")]
        seen.append(len(mine))

    seen: list[int] = []
    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [100] * 8


def test_a_call_that_cannot_be_read_is_still_recorded(
    recorder: Recorder, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    """A broken call costs only its parameters, and the log says so."""
    with caplog.at_level(logging.ERROR):
        recorder.take(call("nonsense", "DescribeNothing"), OK)
        recorder.take(call("ec2", "DescribeVpcs"), OK)
        recorder.flush()
    assert sink.names == ["DescribeNothing", "DescribeVpcs"]
    assert "nonsense DescribeNothing is recorded without its parameters" in caplog.text


class Moody:
    """Delivers to a sink, except where a fault is in the way of a record."""

    def __init__(self, *broken: str) -> None:
        self.sink = Sink()
        self.broken = set(broken)  # names of events, or "all"

    def __call__(self, records: Sequence[dict[str, Any]]) -> None:
        if self.broken & {"all", *(record["eventName"] for record in records)}:
            raise RuntimeError("full")
        self.sink(records)


def test_a_passing_fault_loses_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """What cannot be delivered is tried again at each flush, in order; the log speaks of it once."""
    deliver = Moody("all")
    recorder = Recorder(deliver, facts)
    for name in ("DescribeVpcs", "DescribeSubnets", "DescribeVolumes"):
        recorder.take(call("ec2", name), OK)
        recorder.flush()
    assert deliver.sink.names == []
    deliver.broken.clear()
    recorder.flush()
    assert deliver.sink.names == ["DescribeVpcs", "DescribeSubnets", "DescribeVolumes"]
    recorder.take(call("ec2", "DescribeImages"), OK)
    recorder.close()
    assert deliver.sink.names[3:] == ["DescribeImages"]
    assert [record.getMessage() for record in caplog.records] == ["1 records could not be delivered; tried again later"]


def test_closing_tries_once_more() -> None:
    """The end is the last time."""
    deliver = Moody("all")
    recorder = Recorder(deliver, facts)
    recorder.take(call("ec2", "DescribeVpcs"), OK)
    recorder.flush()
    deliver.broken.clear()
    recorder.close()
    assert deliver.sink.names == ["DescribeVpcs"]


def test_a_record_that_nobody_takes_holds_up_none() -> None:
    """Others are delivered beside it."""
    deliver = Moody("DescribeVpcs")
    recorder = Recorder(deliver, facts)
    for name in ("DescribeVpcs", "DescribeSubnets"):
        recorder.take(call("ec2", name), OK)
        recorder.flush()
    recorder.close()
    assert deliver.sink.names == ["DescribeSubnets"]


def test_not_more_is_kept_than_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The oldest are given up, and the log says so."""
    monkeypatch.setattr("infra.local.recorder.recorder.MOST_KEPT", 2)
    deliver = Moody("all")
    recorder = Recorder(deliver, facts)
    for name in ("DescribeVpcs", "DescribeSubnets", "DescribeVolumes"):
        recorder.take(call("ec2", name), OK)
        recorder.flush()
    deliver.broken.clear()
    recorder.close()
    assert deliver.sink.names == ["DescribeSubnets", "DescribeVolumes"]
    assert "1 records are lost: too many wait for delivery" in caplog.text


def test_what_cloudtrail_never_logs_is_not_recorded(recorder: Recorder, sink: Sink) -> None:
    """PutLogEvents and its like leave no record."""
    recorder.take(call("logs", "PutLogEvents", {"logGroupName": "g"}), OK)
    recorder.take(call("logs", "DescribeLogGroups"), OK)
    recorder.flush()
    assert sink.names == ["DescribeLogGroups"]


def test_an_instance_is_remembered_after_it_is_gone() -> None:
    """The address of an instance that has vanished is the one it had."""
    found: list[Host | None] = [HOST, None]
    sink = Sink()
    recorder = Recorder(sink, lambda _account, _instance: found.pop(0))
    recorder.take(call("ec2", "DescribeVpcs"), OK)
    recorder.take(call("ec2", "DescribeSubnets"), OK)
    recorder.close()
    assert [record["sourceIPAddress"] for record in sink.records] == [HOST.public_ip] * 2


def test_closing_delivers_and_refuses_more(sink: Sink) -> None:
    """Close waits for what was taken; afterwards nothing is taken, and closing again is harmless."""
    recorder = Recorder(sink, facts)
    recorder.take(call("ec2", "DescribeVpcs"), OK)
    recorder.close()
    recorder.close()
    assert sink.names == ["DescribeVpcs"]
    with pytest.raises(RecorderClosedError):
        recorder.take(call("ec2", "DescribeVpcs"), OK)
    with pytest.raises(RecorderClosedError):
        recorder.flush()
