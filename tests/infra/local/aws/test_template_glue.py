"""AWS::Glue::Database and AWS::Glue::Table make what Glue shows."""

from __future__ import annotations

from typing import Any

RESOURCES: dict[str, Any] = {
    "Database": {
        "Type": "AWS::Glue::Database",
        "Properties": {"CatalogId": {"Ref": "AWS::AccountId"}, "DatabaseInput": {"Name": "Lab"}},
    },
    "Table": {
        "Type": "AWS::Glue::Table",
        "Properties": {
            "CatalogId": {"Ref": "AWS::AccountId"},
            "DatabaseName": {"Ref": "Database"},
            "TableInput": {
                "Name": "files",
                "TableType": "EXTERNAL_TABLE",
                "StorageDescriptor": {"Columns": [{"Name": "line", "Type": "string"}]},
            },
        },
    },
}


def test_it_makes_a_database_with_its_tables(aws: Any) -> None:
    """Ref gives the names, which Glue keeps in lower case."""
    names = aws.outputs(RESOURCES, {"Database": {"Ref": "Database"}, "Table": {"Ref": "Table"}})
    assert names == {"Database": "lab", "Table": "files"}
    (table,) = aws.client("glue").get_tables(DatabaseName="lab")["TableList"]
    assert table["StorageDescriptor"]["Columns"] == [{"Name": "line", "Type": "string"}]


def test_they_go_with_the_stack(aws: Any) -> None:
    """The table first, then its database."""
    aws.deploy(RESOURCES)
    aws.client("cloudformation").delete_stack(StackName="stack")
    assert aws.client("glue").get_databases()["DatabaseList"] == []


def test_a_table_needs_its_database(aws: Any) -> None:
    """Without it the stack rolls back."""
    properties = {**RESOURCES["Table"]["Properties"], "DatabaseName": "nowhere"}
    stack = aws.deploy({"Table": {"Type": "AWS::Glue::Table", "Properties": properties}})
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "Database nowhere not found" in aws.failures(stack["StackId"])["Table"]
