"""What a lab costs on AWS, from the resources of its template and a file of prices."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from infra.account.template import template

PRICES = Path(__file__).with_name("prices.json")
HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of the bill."""

    about: str
    count: int  # resources that each cost it
    hourly: float  # dollars, for all of them
    date: str  # when somebody last looked for the price
    source: str  # the page of AWS that says the price today
    read_there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What a lab costs, the dearest first, in the dollars of `region` without tax and free tier."""

    region: str
    items: tuple[Item, ...]

    @property
    def hourly(self) -> float:
        """Dollars an hour."""
        return sum(item.hourly for item in self.items)

    @property
    def daily(self) -> float:
        """Dollars a day."""
        return self.hourly * HOURS_A_DAY

    def as_json(self) -> dict[str, Any]:
        """What `lab cost --json` prints."""
        sums = {"hourly": round(self.hourly, 4), "daily": round(self.daily, 2)}
        return {"region": self.region, "currency": "USD", **sums, "items": [asdict(item) for item in self.items]}

    def __str__(self) -> str:
        """In one sentence."""
        return f"about ${self.hourly:.2f} an hour, ${self.daily:.2f} a day (prices of {self.region})"


def bill(*, store: str, bystanders: int) -> Bill:
    """What a lab with this kind of store and so many bystanders costs while it stands."""
    prices = json.loads(PRICES.read_text("utf-8"))
    counts = resources(json.loads(template()), {"Store": store, "Bystanders": str(bystanders)})
    items = [_item(price, counts[price["resource"]]) for price in prices["prices"] if counts[price["resource"]]]
    return Bill(region=prices["region"], items=tuple(sorted(items, key=lambda item: -item.hourly)))


def resources(document: Mapping[str, Any], chosen: Mapping[str, str]) -> Counter[str]:
    """How many resources of each type a template makes with these parameters, the others as they are by default."""
    defaults = {name: parameter.get("Default", "") for name, parameter in document["Parameters"].items()}
    values = {**defaults, **chosen}
    wanted = [
        resource
        for resource in document["Resources"].values()
        if "Condition" not in resource or _holds({"Condition": resource["Condition"]}, document["Conditions"], values)
    ]
    return Counter(resource["Type"] for resource in wanted)


def _holds(test: Mapping[str, Any], conditions: Mapping[str, Any], values: Mapping[str, str]) -> bool:
    """Whether a condition holds, made of Fn::Equals, Fn::And, Fn::Or, Fn::Not and other conditions."""
    ((kind, operands),) = test.items()
    if kind == "Condition":
        return _holds(conditions[operands], conditions, values)
    if kind == "Fn::Equals":
        left, right = (values[side["Ref"]] if isinstance(side, dict) else side for side in operands)
        return bool(left == right)
    held = [_holds(operand, conditions, values) for operand in operands]
    return {"Fn::And": all(held), "Fn::Or": any(held), "Fn::Not": not held[0]}[kind]


def _item(price: Mapping[str, Any], count: int) -> Item:
    return Item(
        about=price["about"],
        count=count,
        hourly=round(count * price["usd"] * price["units_an_hour"], 6),
        date=price["date"],
        source=price["source"],
        read_there=price["read_there"],
    )
