"""Reading the account template by what it says, never by logical id."""

from __future__ import annotations

from typing import Any


class Resources:
    """The template's resources by type and by what its outputs name."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.all: dict[str, dict[str, Any]] = document["Resources"]

    def of(self, kind: str) -> dict[str, dict[str, Any]]:
        """Logical id to resource, of one type."""
        return {name: resource for name, resource in self.all.items() if resource["Type"] == kind}

    def only(self, kind: str) -> dict[str, Any]:
        """The properties of the only resource of a type."""
        (resource,) = self.of(kind).values()
        properties: dict[str, Any] = resource["Properties"]
        return properties

    def output(self, key: str) -> Any:
        """What an output says."""
        return self.document["Outputs"][key]["Value"]

    def behind(self, key: str) -> str:
        """The logical id of the resource that an output takes a `Ref` or an attribute of."""
        value = self.output(key)
        name: str = value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0]
        return name

    def statements(self, name: str, policy: str | None = None) -> list[dict[str, Any]]:
        """The policy statements of the role of that logical id, of one policy or of all, for either store."""
        attached = [one["Properties"] for one in self.of("AWS::IAM::Policy").values()]
        policies = [
            *self.all[name]["Properties"]["Policies"],
            *(one for one in attached if {"Ref": name} in one["Roles"]),
        ]
        return [
            statement
            for held in policies
            if policy in (None, held["PolicyName"])
            for statement in held["PolicyDocument"]["Statement"]
        ]


def listed(value: Any) -> list[Any]:
    """A policy's single value or list, as a list."""
    return value if isinstance(value, list) else [value]


def attribute(name: str, of: str) -> dict[str, Any]:
    """An `Fn::GetAtt`."""
    return {"Fn::GetAtt": [name, of]}


def joined(*parts: Any) -> dict[str, Any]:
    """An `Fn::Join` without separator."""
    return {"Fn::Join": ["", list(parts)]}
