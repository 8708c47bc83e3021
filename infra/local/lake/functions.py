"""Every function that a learner's SQL may call, by Trino's name, and what it becomes in DuckDB.

A name that is not here is refused: the table is the allow-list too, so a function belongs here only if it reads
nothing but its arguments. The value is DuckDB's name for the same thing, or an expression in which `_1`, `_2` ...
stand for the arguments; a tuple holds one expression for each number of arguments, told apart by the highest of them.
`_entry`, `_apply` and the like are worked out by `infra.local.lake.marks`. The reason for an expression stands beside
it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

LONGEST_TEXT = 100_000  # characters that lpad, rpad and replacing may make
LONGEST_ARRAY = 10_000  # Trino's own limit for sequence and repeat

# The answers of a lambda, and what they come to: unknown ones count, as anywhere in SQL.
_JUDGED = (
    "list_transform([list_transform(_1, _2)], lambda _t: CASE WHEN _t IS NULL THEN NULL "
    "WHEN list_contains(_t, {decisive}) THEN {then} WHEN list_count(_t) < len(_t) THEN NULL ELSE NOT {then} END)[1]"
)
_SHORT = f"CASE WHEN length(_1) * length(_3) > {LONGEST_TEXT} THEN error('the replaced text would be too long') ELSE "

_SAME = """
    avg bool_and bool_or corr count count_if covar_pop covar_samp geometric_mean histogram kurtosis max min
    regr_intercept regr_slope skewness stddev stddev_pop stddev_samp sum var_pop var_samp variance grouping any_value
    cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number
    chr concat_ws length lower ltrim reverse rtrim starts_with strpos
    translate trim upper url_decode url_encode
    abs acos asin atan atan2 cbrt ceil ceiling coalesce cos degrees exp floor if
    ln log10 log2 mod nullif
    pi pow power radians random round row sign sin sqrt tan try
    array_position cardinality flatten map_concat map_entries map_from_entries
    map_keys map_values
    day hour minute month quarter second week year
"""

OTHERS: Mapping[str, str | tuple[str, ...]] = {
    # aggregates
    "approx_distinct": ("approx_count_distinct(_1)", "CASE WHEN _2 > 0 THEN approx_count_distinct(_1) END"),
    "approx_percentile": "approx_quantile",
    "arbitrary": "any_value",
    "array_agg": "array_agg",
    "checksum": "bit_xor(hash(_1))",
    "every": "bool_and",
    "listagg": "listagg",
    "map_agg": "map_from_entries(list(row(_1, _2)) FILTER (WHERE _1 IS NOT NULL))",
    "max_by": "arg_max",
    "min_by": "arg_min",
    # arrays and maps; a lambda over a map sees a key and a value, DuckDB's an entry
    "all_match": _JUDGED.format(decisive="false", then="false"),  # DuckDB judges a list of answers, without NULLs
    "any_match": _JUDGED.format(decisive="true", then="true"),
    "none_match": _JUDGED.format(decisive="true", then="false"),
    "array_distinct": "list_filter(_1, lambda _e, _i: list_position(_1, _e) = _i)",  # in order; list_distinct is not
    "array_except": "list_filter(_1, lambda _e, _i: list_position(_1, _e) = _i AND NOT list_contains(_2, _e))",
    "array_intersect": "list_intersect",
    "array_join": (
        "array_to_string(_1, _2)",
        "array_to_string(list_transform(_1, lambda _e: coalesce(_e::VARCHAR, _3)), _2)",
    ),
    "array_max": "list_max",
    "array_min": "list_min",
    "array_remove": "list_filter(_1, lambda _e: _e <> _2)",
    "array_sort": "list_sort",
    "array_union": ("list_filter(list_concat(_1, _2), lambda _e, _i: list_position(list_concat(_1, _2), _e) = _i)"),
    "arrays_overlap": "list_has_any",
    "contains": "list_contains",
    "element_at": "_1[_2]",  # NULL for a key or a place that is not there, in both
    "filter": "list_filter",
    "map": ("map([], [])", "map(_1, _2)"),
    "map_filter": "map_from_entries(list_filter(map_entries(_1), _entry(_2)))",
    "reduce": "_apply(_4, list_reduce(_1, _3, _2))",
    "repeat": f"list_transform(range(least(_2, {LONGEST_ARRAY})), lambda _e: _1)",
    "sequence": (
        f"CASE WHEN _2 - _1 < {LONGEST_ARRAY} THEN generate_series(_1, _2) "
        f"ELSE error('result of sequence function must not have more than {LONGEST_ARRAY} entries') END",
    ),
    "slice": "list_slice(_1, _2, _2 + _3 - 1)",  # Trino's third argument is a length, DuckDB's a place
    "split": "string_split",
    "transform": "list_transform",
    "transform_keys": "map(list_transform(map_entries(_1), _entry(_2)), map_values(_1))",
    "transform_values": "map(map_keys(_1), list_transform(map_entries(_1), _entry(_2)))",
    "zip": "list_zip",
    "zip_with": "list_transform(list_zip(_1, _2), _zipped(_3))",
    # text
    "codepoint": "unicode",
    "from_utf8": "decode",
    "hamming_distance": "hamming",
    "levenshtein_distance": "levenshtein",
    "lpad": f"lpad(_1, least(_2, {LONGEST_TEXT})::INTEGER, _3)",
    "rpad": f"rpad(_1, least(_2, {LONGEST_TEXT})::INTEGER, _3)",
    "regexp_count": "len(regexp_extract_all(_1, _pattern(_2)))",
    "regexp_extract": (  # NULL where nothing fits; DuckDB gives ''
        "CASE WHEN regexp_matches(_1, _pattern(_2)) THEN regexp_extract(_1, _pattern(_2)) END",
        "CASE WHEN regexp_matches(_1, _pattern(_2)) THEN regexp_extract(_1, _pattern(_2), _3) END",
    ),
    "regexp_extract_all": (
        "regexp_extract_all(_1, _pattern(_2))",
        "regexp_extract_all(_1, _pattern(_2), _3)",
    ),
    "regexp_like": "regexp_matches(_1, _pattern(_2))",
    "regexp_replace": (  # all matches, and groups are written $1
        "regexp_replace(_1, _pattern(_2), '', 'g')",
        _SHORT + "regexp_replace(_1, _pattern(_2), _replacement(_3), 'g') END",
    ),
    "regexp_split": "string_split_regex(_1, _pattern(_2))",
    "replace": ("replace(_1, _2, '')", _SHORT + "replace(_1, _2, _3) END"),
    "split_part": "string_split(_1, _2)[_3]",  # NULL for a part that is not there; DuckDB gives ''
    "substr": (  # places count from 1: there is none at 0
        "CASE WHEN _2 = 0 THEN '' ELSE substr(_1, _2) END",
        "CASE WHEN _2 = 0 THEN '' ELSE substr(_1, _2, _3) END",
    ),
    "substring": (
        "CASE WHEN _2 = 0 THEN '' ELSE substr(_1, _2) END",
        "CASE WHEN _2 = 0 THEN '' ELSE substr(_1, _2, _3) END",
    ),
    "to_utf8": "encode",
    # binary
    "from_base64": "from_base64",
    "from_hex": "unhex",
    "md5": "unhex(md5(_1))",
    "sha256": "unhex(sha256(_1))",
    "to_base64": "to_base64",
    "to_hex": "hex",
    # JSON: lenient, NULL for what is no JSON
    "is_json_scalar": "json_type(_1) NOT IN ('OBJECT', 'ARRAY')",
    "json_array_contains": (
        "CASE WHEN json_valid(_1) AND json_type(_1) = 'ARRAY' "
        "THEN list_contains(json_extract_string(_1, '$[*]'), CAST(_2 AS VARCHAR)) END"
    ),
    "json_array_get": "CASE WHEN json_valid(_1) THEN json_extract(_1, '$[' || _2 || ']') END",
    "json_array_length": "CASE WHEN json_valid(_1) AND json_type(_1) = 'ARRAY' THEN json_array_length(_1) END",
    "json_extract": "CASE WHEN json_valid(_1) THEN _array(json_extract(_1, _path(_2))) END",
    "json_extract_scalar": (  # NULL for what is no scalar
        "CASE WHEN json_valid(_1) AND json_type(_1, _path(_2)) NOT IN ('OBJECT', 'ARRAY', 'NULL') "
        "THEN json_extract_string(_1, _path(_2)) END",
    ),
    "json_format": "_1::VARCHAR",
    "json_parse": "json(_1)",
    "json_size": (
        "CASE WHEN json_valid(_1) THEN CASE json_type(_1, _path(_2)) WHEN 'OBJECT' THEN len(json_keys(_1, _path(_2))) "
        "WHEN 'ARRAY' THEN json_array_length(_1, _path(_2)) ELSE 0 END END"
    ),
    # numbers
    "bitwise_and": "_1 & _2",
    "bitwise_or": "_1 | _2",
    "bitwise_xor": "xor(_1, _2)",
    "e": "exp(1)",
    "infinity": "'inf'::DOUBLE",
    "is_finite": "isfinite",
    "is_infinite": "isinf",
    "is_nan": "isnan",
    "log": "log",
    "nan": "'nan'::DOUBLE",
    "rand": "random",
    "truncate": "trunc",
    # times
    "at_timezone": "timezone(_2, _1::TIMESTAMPTZ)",
    "date": "_1::DATE",
    "date_add": "_3 + (_2 || ' ' || _unit(_1))::INTERVAL",
    "date_diff": "date_sub(_unit(_1), _2, _3)",  # whole units between; DuckDB's counts the boundaries crossed
    "date_format": "strftime(_1, _mysql(_2))",  # MySQL's letters
    "date_parse": "strptime(_1, _mysql(_2))",
    "date_trunc": "date_trunc(_unit(_1), _2)",
    "day_of_month": "day",
    "day_of_week": "isodow",  # Monday is 1
    "day_of_year": "dayofyear",
    "dow": "isodow",
    "doy": "dayofyear",
    "format_datetime": "strftime(_1, _joda(_2))",  # Joda's letters
    "from_iso8601_date": "_1::DATE",
    "from_iso8601_timestamp": "_1::TIMESTAMPTZ",
    "from_unixtime": ("to_timestamp(_1)", "timezone(_2, to_timestamp(_1))"),
    "last_day_of_month": "last_day",
    "millisecond": "millisecond(_1) % 1000",  # DuckDB counts the seconds in
    "now": "now",
    "parse_datetime": "strptime(_1, _joda_read(_2))",
    "to_iso8601": (  # by way of text, which any type becomes
        "CASE typeof(_1) WHEN 'DATE' THEN _1::VARCHAR "
        "WHEN 'TIMESTAMP' THEN strftime(_1::VARCHAR::TIMESTAMP, '%Y-%m-%dT%H:%M:%S.%g') "
        "ELSE strftime(_1::VARCHAR::TIMESTAMP, '%Y-%m-%dT%H:%M:%S.%gZ') END"
    ),
    "to_unixtime": "epoch(_1)",
    "week_of_year": "week",
    "with_timezone": "timezone(_2, _1)",
    "year_of_week": "isoyear",
    "yow": "isoyear",
    "typeof": "lower(typeof(_1))",
}

# Of any number of arguments, each NULL as soon as one argument is; DuckDB's leave NULLs out.
VARIADIC: Mapping[str, Callable[[Sequence[str]], str]] = {
    "concat": " || ".join,
    "greatest": lambda holes: _unless_null("greatest", holes),
    "least": lambda holes: _unless_null("least", holes),
}

FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    **{name: (name,) for name in _SAME.split()},
    **{name: (form,) if isinstance(form, str) else form for name, form in OTHERS.items()},
}
NAMES = frozenset({*FUNCTIONS, *VARIADIC})


def _unless_null(name: str, holes: Sequence[str]) -> str:
    known = " AND ".join(f"{hole} IS NOT NULL" for hole in holes)
    return f"CASE WHEN {known} THEN {name}({', '.join(holes)}) END"
