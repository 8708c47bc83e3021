"""Pages from templates: in the visitor's language, under a strict policy, with everything that others wrote escaped."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from grader.desk.headers import page_policy
from scenario.language import LANGUAGES, text

HERE = Path(str(files("grader.desk")))
STATIC = HERE / "static"
LANGUAGE = "lab-language"
"""The cookie that holds the visitor's choice."""
THOUSANDS = {"en": ",", "vi": "."}  # as browsers write them


@dataclass(frozen=True, slots=True)
class Pages:
    """The templates; `shared` is what every one of them can name."""

    shared: Mapping[str, Any] = field(default_factory=dict)
    environment: Environment = field(default_factory=lambda: _environment())

    def page(self, request: Request, template: str, status: int = HTTPStatus.OK, /, **context: Any) -> Response:
        """A whole page."""
        nonce = secrets.token_urlsafe(16)
        body = self.part(request, template, nonce=nonce, **context)
        response = HTMLResponse(
            body, status, {"Content-Security-Policy": page_policy(nonce), "Vary": "Cookie, Accept-Language"}
        )
        if request.query_params.get("lang") in LANGUAGES:
            response.set_cookie(LANGUAGE, request.query_params["lang"], max_age=10**7, samesite="strict")
        return response

    def part(self, request: Request, template: str, /, **context: Any) -> str:
        """What a page puts in place of a part of its own, as markup."""
        language = language_of(request)
        return self.environment.get_template(template).render(
            {
                "_": words(language),
                "language": language,
                "languages": LANGUAGES,
                "text": lambda texts: text(texts, language),
                "count": lambda number: counted(number, language),
                "path": request.url.path,
                "static": static_url,
                **self.shared,
                **context,
            }
        )

    def fragment(self, request: Request, template: str, /, **context: Any) -> Response:
        """The answer that carries such a part."""
        return HTMLResponse(self.part(request, template, **context))


def language_of(request: Request) -> str:
    """`?lang=`, else the visitor's earlier choice, else the first of the browser's languages that there is."""
    chosen = request.query_params.get("lang"), request.cookies.get(LANGUAGE)
    accepted = [
        part.split(";")[0].strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")
    ]
    return next((language for language in (*chosen, *accepted) if language in LANGUAGES), LANGUAGES[0])


def counted(number: int, language: str) -> str:
    """A number as people of this language write it."""
    return f"{number:,}".replace(",", THOUSANDS[language])


@cache
def words(language: str) -> Mapping[str, Mapping[str, str]]:
    """The page's own words: by view (a file in texts/) and key. Do not change what you get: it is shared."""
    return {
        path.stem: Words({key: text(texts, language) for key, texts in json.loads(path.read_text("utf-8")).items()})
        for path in sorted((HERE / "texts").glob("*.json"))
    }


@cache
def static_version() -> str:
    """Names the content of static/ as a whole: under it browsers may keep its files for ever."""
    digest = hashlib.sha256()
    for path in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        digest.update(path.relative_to(STATIC).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def static_url(path: str) -> str:
    """Where a file of static/ is."""
    return f"/static/{static_version()}/{path}"


class KeptFiles(StaticFiles):
    """The files of static/, for browsers to keep."""

    def file_response(self, *args: Any, **more: Any) -> Response:
        """As Starlette's."""
        response = super().file_response(*args, **more)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


class Words(dict[str, str]):
    """The words of one view, by key."""


class WordsFirst(Environment):
    """In `_.view.copy` it is the word that is meant, not the method that every dict has."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """As Jinja's."""
        return self.getitem(obj, attribute) if isinstance(obj, Words) else super().getattr(obj, attribute)


def _environment() -> Environment:
    return WordsFirst(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
