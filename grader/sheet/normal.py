"""One spelling for each answer, so that a right answer in any sane form is right.

Every function takes what a learner wrote and is idempotent: the normal form of a normal form is itself.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from urllib.parse import unquote, unquote_plus

from botocore.loaders import create_loader

from scenario.workshop import task

_INSTANCE = re.compile(r"(?<![0-9a-z-])i-(?:[0-9a-f]{17}|[0-9a-f]{8})(?![0-9a-z-])")
_REGION = re.compile(r"(?<![0-9a-z-])[a-z]{2}(?:-[a-z]+){1,3}-\d(?![0-9a-z-])")
_API_VERSION = re.compile(r"(?:20\d{6}(?:v\d+)?)+$")
_COMMAND = re.compile(r"aws [a-z0-9-]+ (?P<action>[a-z0-9-]+)(?: -.*)?")
_QUOTES = "\"'`\u2018\u2019\u201c\u201d"
_UNQUOTED = dict.fromkeys(map(ord, _QUOTES))
# Around the name in a service's host, squeezed: `https://`, `.useast1.amazonaws.com`; and `Amazon` before its title.
_HOST = re.compile(
    r"^https?://|^amazon|^aws"
    r"|(?:\.[a-z]{2}(?:gov|iso[a-z]?)?(?:north|south|east|west|central)+\d)?\.amazonaws\.com(?:\.cn)?/*$"
)
_ADDRESSES = (
    re.compile(r"https?://(?P<bucket>[^/]+?)\.s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com/(?P<key>.*)"),
    re.compile(r"https?://s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com/(?P<bucket>[^/]+)/(?P<key>.*)"),
)
_AROUND = re.compile(r"([\"'`])(?P<name>((?!\1).)*)\1")


def plain(text: str) -> str:
    """White space at the ends and in runs, Unicode's forms and case do not matter."""
    return " ".join(_caseless(text).split())


def instance(text: str) -> str:
    """An instance by its id, its ARN, the ARN or the principal id of its role session: `i-0123456789abcdef0`.

    Text that names no instance, or several, stays as it is.
    """
    return _only(_INSTANCE, plain(text))


def region(text: str) -> str:
    """`us-east-1` by its code, its name or both: `US East (N. Virginia)`, `N. Virginia`, `us_east_1`."""
    written = plain(text)
    codes = set(_REGION.findall(written.replace("_", "-")))
    if codes:
        return str(codes.pop()) if len(codes) == 1 else written
    return _regions().get(_letters(written)) or _regions().get(_letters(_place(written)), written)


def action(text: str) -> str:
    """`ListBuckets`, `s3:ListBuckets`, `s3.amazonaws.com/ListBuckets`, `list_buckets`, `aws s3api list-buckets`.

    Without the API version that CloudTrail adds: Lambda's ListFunctions reads `ListFunctions20150331` there.
    """
    written = plain(plain(text).translate(_UNQUOTED))
    if command := _COMMAND.fullmatch(written):
        written = command["action"]
    parts = [squeezed for part in re.split("[:./]", written) if (squeezed := _squeezed(part))]
    return _API_VERSION.sub("", parts[-1]) if parts else ""


def service(text: str) -> str:
    """`s3` for `S3`, `s3.amazonaws.com`, `https://s3.us-east-1.amazonaws.com`, `Amazon Simple Storage Service (S3)`."""
    name = _squeezed(plain(text))
    while name != (rest := _HOST.sub("", name)):
        name = rest
    return _services().get(name, name)


def choice(text: str) -> str:
    """One of the choices of prevention, by its id or its own text: `session_manager`, `Session Manager`."""
    written = plain(text)
    return _choices().get(_letters(written), written)


def file(text: str, bucket: str) -> str:
    """An object of `bucket` by its key, `bucket/key`, `s3://bucket/key`, its ARN or its address."""
    name, place = plain(text), plain(bucket)
    while name != (rest := plain(_without_place(name, place))):
        name = rest
    return name


def _without_place(name: str, bucket: str) -> str:
    """The name with less around it; addresses have their keys percent-encoded, and spaces as `+`."""
    for pattern in _ADDRESSES:
        if match := pattern.fullmatch(name):
            return f"{match['bucket']}/{unquote_plus(match['key'].partition('?')[0])}"
    if name.startswith("s3://"):
        return unquote(name.removeprefix("s3://"))
    if match := _AROUND.fullmatch(name):
        return match["name"]
    bare = re.sub(r"^(?:arn:aws[a-z-]*:s3:::|(?:\./|/)+)", "", name)
    return bare.removeprefix(f"{bucket}/")


def _only(pattern: re.Pattern[str], text: str) -> str:
    """What `pattern` finds in the text where that is one thing, else the text."""
    found = set(pattern.findall(text))
    return str(found.pop()) if len(found) == 1 else text


def _caseless(text: str) -> str:
    """Caseless matching as Unicode defines it (D145): folding between two normalisations."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def _squeezed(text: str) -> str:
    """Without white space, quotes and punctuation between words; accents that meet then are put in order again."""
    return _caseless(re.sub(rf"[\s_(){_QUOTES}-]", "", text))


def _letters(text: str) -> str:
    """Letters and digits alone, to look names up by."""
    return re.sub(r"[\W_]", "", plain(text))


def _place(text: str) -> str:
    """`n. virginia`, of `us east (n. virginia)`; all of it where nothing is in brackets."""
    return text.partition("(")[2].partition(")")[0] or text


@cache
def _regions() -> Mapping[str, str]:
    """Codes of the public Regions by their names, and by the place in brackets where no other Region has it."""
    public, *_ = create_loader().load_data("endpoints")["partitions"]
    names = {code: about["description"] for code, about in public["regions"].items()}
    places = Counter(map(_place, names.values()))
    alone = {_letters(_place(name)): code for code, name in names.items() if places[_place(name)] == 1}
    return alone | {_letters(name): code for code, name in names.items()}


@cache
def _choices() -> Mapping[str, str]:
    """Ids of the choices, by id and by text."""
    choices = task("prevention").choices
    return {_letters(text): choice.id for choice in choices for text in (choice.id, *choice.text.values())}


@cache
def _services() -> Mapping[str, str]:
    """Every name of a service, squeezed, to the first part of its event source."""
    table = json.loads(files("grader.sheet").joinpath("services.json").read_text("utf-8"))
    return {_squeezed(alias): _squeezed(name) for name, aliases in table.items() for alias in (name, *aliases)}
