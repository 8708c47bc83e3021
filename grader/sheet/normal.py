"""One spelling for each answer, so that a right answer in any sane form is right.

Every function takes what a learner wrote and is idempotent: the normal form of a normal form is itself.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from urllib.parse import unquote

_INSTANCE = re.compile(r"(?<![0-9a-z-])i-(?:[0-9a-f]{17}|[0-9a-f]{8})(?![0-9a-z-])")
_REGION = re.compile(r"(?<![0-9a-z-])[a-z]{2}(?:-[a-z]+){1,3}-\d(?![0-9a-z-])")
_API_VERSION = re.compile(r"(?:20\d{6}(?:v\d+)?)+$")
_ADDRESSES = (
    re.compile(r"https://(?P<bucket>[^/]+?)\.s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com/(?P<key>.*)", re.DOTALL),
    re.compile(r"https://s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com/(?P<bucket>[^/]+)/(?P<key>.*)", re.DOTALL),
)


def plain(text: str) -> str:
    """White space at the ends and in runs, Unicode's forms and case do not matter."""
    return " ".join(_caseless(text).split())


def instance(text: str) -> str:
    """An instance by its id, its ARN, the ARN or the principal id of its role session: `i-0123456789abcdef0`.

    Text that names no instance, or several, stays as it is.
    """
    return _only(_INSTANCE, plain(text))


def region(text: str) -> str:
    """`us-east-1`, also as the console shows it: `US East (N. Virginia) us-east-1`."""
    return _only(_REGION, plain(text))


def action(text: str) -> str:
    """`ListBuckets`, `s3:ListBuckets`, `list-buckets`, `list_buckets`; without the API version that CloudTrail adds.

    Lambda's ListFunctions reads `ListFunctions20150331` in CloudTrail.
    """
    return _API_VERSION.sub("", _squeezed(plain(text).rpartition(":")[2]))


def service(text: str) -> str:
    """`s3` for `S3`, `s3.amazonaws.com`, `Amazon S3`, `Amazon Simple Storage Service (S3)`."""
    name = re.sub(r"^(?:amazon|aws)+", "", re.sub(r"(?:\.amazonaws\.com)+$", "", _squeezed(plain(text))))
    return _services().get(name, name)


def file(text: str, bucket: str) -> str:
    """An object of `bucket` by its key, `bucket/key`, `s3://bucket/key`, its ARN or its address."""
    name = plain(_from_address(text.strip()))
    while name != (rest := _without_place(name, plain(bucket))):
        name = rest
    return name


def _from_address(written: str) -> str:
    """`bucket/key` for an object's address, whose key is percent-encoded; anything else as it is."""
    for pattern in _ADDRESSES:
        if match := pattern.fullmatch(written):
            return f"{match['bucket']}/{unquote(match['key'].partition('?')[0])}"
    return written


def _without_place(name: str, bucket: str) -> str:
    bare = re.sub(r"^(?:s3://|arn:aws[a-z-]*:s3:::)", "", name)
    return bare.removeprefix(f"{bucket}/").removeprefix("/").strip()


def _only(pattern: re.Pattern[str], text: str) -> str:
    """What `pattern` finds in the text where that is one thing, else the text."""
    found = set(pattern.findall(text))
    return str(found.pop()) if len(found) == 1 else text


def _caseless(text: str) -> str:
    """Caseless matching as Unicode defines it (D145): folding between two normalisations."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def _squeezed(text: str) -> str:
    """Without white space and punctuation between words; accents that meet then are put in order again."""
    return _caseless(re.sub(r"[\s_()-]", "", text))


@cache
def _services() -> Mapping[str, str]:
    """Every name of a service, squeezed, to the first part of its event source."""
    table = json.loads(files("grader.sheet").joinpath("services.json").read_text("utf-8"))
    return {_squeezed(alias): _squeezed(name) for name, aliases in table.items() for alias in (name, *aliases)}
