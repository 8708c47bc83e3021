"""What an expression is, where its translation depends on it: a map, a date, or text, as far as can be seen from it."""

from __future__ import annotations

from typing import Literal

from sqlglot import exp

from infra.local.lake import schema

Kind = Literal["map", "date", "text", "row", "array"]

MAP_COLUMNS = {name for name, form in schema.COLUMN_TYPES.items() if form.startswith("MAP")}
ROW_COLUMNS = {name for name, form in schema.COLUMN_TYPES.items() if form.startswith("STRUCT") and form[-1] != "]"}
ARRAY_COLUMNS = {name for name, form in schema.COLUMN_TYPES.items() if form.endswith("[]")}
TEXT_COLUMNS = {name for name, form in schema.COLUMN_TYPES.items() if form == schema.TEXT}

_OF_COLUMNS: tuple[tuple[set[str], Kind], ...] = (
    (MAP_COLUMNS, "map"),
    (ROW_COLUMNS, "row"),
    (ARRAY_COLUMNS, "array"),
    (TEXT_COLUMNS, "text"),
)
_OF_FUNCTIONS: dict[str, Kind] = {
    **dict.fromkeys(
        ("histogram", "map", "map_agg", "map_concat", "map_filter", "map_from_entries", "transform_keys"), "map"
    ),
    "transform_values": "map",
    **dict.fromkeys(("date", "from_iso8601_date", "last_day_of_month"), "date"),
    **dict.fromkeys(("concat_ws", "lower", "upper", "json_extract_scalar", "substr", "trim"), "text"),
}
_OF_TYPES: dict[exp.DType, Kind] = {
    exp.DType.DATE: "date",
    exp.DType.MAP: "map",
    exp.DType.VARCHAR: "text",
}
_LIKE_LAST_ARGUMENT = {"date_add", "date_trunc"}


def tag(node: exp.Expr, kind: Kind | None) -> None:
    """Let a node say what it is, whatever it will be replaced with."""
    if kind:
        node.meta["kind"] = kind


def kind_of(node: exp.Expr) -> Kind | None:
    """What a node is, if that can be seen from it and its children's tags."""
    tagged: Kind | None = node.meta.get("kind")
    if tagged:
        return tagged
    if isinstance(node, exp.Column) and not node.args.get("db"):
        return next((kind for names, kind in _OF_COLUMNS if node.name.lower() in names and _whole(node)), None)
    if isinstance(node, exp.Anonymous):
        name = node.name.lower()
        if name in _LIKE_LAST_ARGUMENT and node.expressions:
            return "date" if kind_of(node.expressions[-1]) == "date" else None
        return _OF_FUNCTIONS.get(name)
    if isinstance(node, (exp.Cast, exp.TryCast)):
        return _OF_TYPES.get(node.args["to"].this)
    if isinstance(node, exp.CurrentDate):
        return "date"
    if isinstance(node, exp.Paren):
        return kind_of(node.this)
    if isinstance(node, (exp.Add, exp.Sub)) and isinstance(node.expression, exp.Interval):
        return "date" if kind_of(node.this) == "date" else None
    return None


def _whole(column: exp.Column) -> bool:
    """Is this the column itself, with at most a table before it? `useridentity.arn` looks like that too."""
    return column.table.lower() not in MAP_COLUMNS | ROW_COLUMNS
