"""Teaching moto: once, for all accounts, with settings that may change."""

from __future__ import annotations

from typing import Any

from infra.local.aws import install
from infra.local.aws.settings import Settings, settings


def test_installing_again_keeps_what_is_there(aws: Any, lake: Any, endpoint: str) -> None:
    """A second call forgets nothing, and replaces the settings."""
    network = aws.network()
    install(lake=lake, endpoint_url=endpoint, snapshot_seconds=3)
    faults = settings().faults
    assert settings() == Settings(lake=lake, endpoint_url=endpoint, snapshot_seconds=3, faults=faults)
    assert aws.interface(network.interface)["Status"] == "available"


def test_accounts_do_not_see_each_other(open_one: Any, refused: Any) -> None:
    """Two accounts of one process each have their own network; a region is a world of its own too."""
    one, two, elsewhere = open_one(), open_one(), open_one("eu-west-1")
    network = one.network()
    for other in (two, elsewhere):
        code, _ = refused(other.client("ec2").describe_network_interfaces, NetworkInterfaceIds=[network.interface])
        assert code == "InvalidNetworkInterfaceID.NotFound"
