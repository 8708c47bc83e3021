"""AWS::Glue::Database and AWS::Glue::Table in a template.

AWS: the properties are CreateDatabase's and CreateTable's input; Ref gives the name (template reference).
Bare moto: there are no such types.
"""

from __future__ import annotations

from typing import Any

from moto.core.common_models import CloudFormationModel
from moto.glue.models import GlueBackend, glue_backends


class TemplateDatabase(CloudFormationModel):
    """A database that a template made."""

    def __init__(self, name: str) -> None:
        self.physical_resource_id = name  # what Ref gives

    @staticmethod
    def cloudformation_type() -> str:
        """The type's name in a template."""
        return "AWS::Glue::Database"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> TemplateDatabase:
        """Create the database. Raises what CreateDatabase raises."""
        given = cloudformation_json["Properties"]["DatabaseInput"]
        name = given.get("Name", resource_name).lower()
        _backend(account_id, region_name).create_database(name, {**given, "Name": name})
        return cls(name)

    def delete(self, account_id: str, region: str) -> None:
        """Delete the database with its tables. Raises what DeleteDatabase raises."""
        _backend(account_id, region).delete_database(self.physical_resource_id)


class TemplateTable(CloudFormationModel):
    """A table, or a view, that a template made."""

    def __init__(self, database: str, name: str) -> None:
        self.database = database
        self.physical_resource_id = name  # what Ref gives

    @staticmethod
    def cloudformation_type() -> str:
        """The type's name in a template."""
        return "AWS::Glue::Table"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> TemplateTable:
        """Create the table. Raises what CreateTable raises."""
        properties = cloudformation_json["Properties"]
        given = properties["TableInput"]
        name = given.get("Name", resource_name).lower()
        _backend(account_id, region_name).create_table(properties["DatabaseName"], name, {**given, "Name": name})
        return cls(properties["DatabaseName"], name)

    def delete(self, account_id: str, region: str) -> None:
        """Delete the table. Raises what DeleteTable raises."""
        _backend(account_id, region).delete_table(self.database, self.physical_resource_id)


def _backend(account_id: str, region: str) -> GlueBackend:
    return glue_backends[account_id][region]
