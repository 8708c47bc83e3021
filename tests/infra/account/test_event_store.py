from __future__ import annotations

import json
from typing import Any

from tests.infra.account.resources import Resources

KINDS = {"StoreIsLake": {"Lake", "AskLake"}, "StoreIsAthena": {"Trail", "View", "WorkGroup", "AskAthena"}}


def mentions(value: Any, name: str) -> bool:
    """Whether a `Ref` or an `Fn::GetAtt` of a value names this."""
    text = json.dumps(value)
    return f'"Ref": "{name}"' in text or f'"Fn::GetAtt": ["{name}",' in text


def test_one_store_is_made(resources: Resources) -> None:
    """Each part of a store has the condition of its kind, and nothing else has one of them."""
    made = {condition: set[str]() for condition in KINDS}
    for name, resource in resources.all.items():
        if resource.get("Condition") in made:
            made[resource["Condition"]].add(name)
    for condition, some in KINDS.items():
        assert made[condition] >= {f"Events{name}" for name in some}
        assert all(name.startswith("Events") for name in made[condition])
    conditions = resources.document["Conditions"]
    assert conditions["StoreIsLake"] == {"Fn::Equals": [{"Ref": "Store"}, "lake"]}
    assert conditions["StoreIsAthena"] == {"Fn::Equals": [{"Ref": "Store"}, "athena"]}


def test_the_outputs_tell_which(resources: Resources) -> None:
    """The kind is the parameter, the id that of the store which is made."""
    assert resources.output("StoreKind") == {"Ref": "Store"}
    condition, lake, athena = resources.output("StoreId")["Fn::If"]
    assert condition == "StoreIsLake"
    assert mentions(lake, "EventsLake")
    assert athena == {"Fn::Join": ["", [{"Ref": "EventsDatabase"}, ".events"]]}


def test_no_host_starts_before_the_store(resources: Resources) -> None:
    """A call made before the store exists would be in no store: the hosts' subnet bears the store's id."""
    (subnet,) = resources.of("AWS::EC2::Subnet")
    assert mentions(resources.all[subnet]["Properties"]["Tags"], "EventsLake")
    assert mentions(resources.all[subnet]["Properties"]["Tags"], "EventsDatabase")
    assert mentions(resources.all["EventsDatabase"]["Properties"], "EventsTrail")
    interfaces = resources.of("AWS::EC2::NetworkInterface").values()
    assert all(mentions(one["Properties"], subnet) for one in (*interfaces, *_without_interface(resources)))


def _without_interface(resources: Resources) -> list[dict[str, Any]]:
    hosts = resources.of("AWS::EC2::Instance").values()
    return [host for host in hosts if "AWS::EC2::NetworkInterface" not in _types(resources, host)]


def _types(resources: Resources, host: dict[str, Any]) -> set[str]:
    return {one["Type"] for name, one in resources.all.items() if mentions(host["Properties"], name)}
