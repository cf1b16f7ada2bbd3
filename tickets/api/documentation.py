"""The page that explains the API to people, made from its OpenAPI document.

A page of our own, because Swagger UI and ReDoc write inline styles, which settings.SECURE_CSP
forbids.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from tickets.api.problems import CONTENT_TYPE, TITLES
from tickets.api.schema import FORM, JSON, PROBLEMS

METHODS = ("get", "post")
# The security schemes of the document, in a word.
SECRETS = {"ticketToken": "token", "apiKey": "key"}
SHAPES = ("Receipt", "Ticket", "Outbox", "Claim", "Outcome", "HandedIn", "Categories", "Preview", "Problem")


@dataclass(frozen=True)
class Field:
    name: str
    type: str
    text: SafeString
    is_required: bool = False


@dataclass(frozen=True)
class Answer:
    code: str
    phrase: str
    text: SafeString
    schema: str


@dataclass(frozen=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    text: SafeString
    secrets: list[str]  # what has to be shown: "token", "key", or one of both
    parameters: list[Field]
    media_types: list[str]
    fields: list[Field]
    answers: list[Answer]
    problem_codes: list[str]
    samples: list[str]


@dataclass(frozen=True)
class Shape:
    """What an answer is made of."""

    name: str
    text: SafeString
    fields: list[Field]


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    with translation.override("en"):
        context = {
            "site_url": settings.SITE_URL,
            "rates": settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"],
            "link_days": settings.STATUS_LINK_AGE.days,
            "titles": [(kind, str(title)) for kind, title in TITLES.items()],
            "problems": [(code, prose(text)) for code, text in PROBLEMS.items()],
            **reference(),
        }
        return render(request, "tickets/api/docs.html", context)


@cache
def reference() -> dict[str, Any]:
    """Return the operations and the shapes of the answers, in the order of the document."""
    with translation.override("en"):
        document = SchemaGenerator().get_schema(public=True)
    schemas = document["components"]["schemas"]
    return {
        "operations": [
            _operation(path, method, item[method], schemas)
            for path, item in document["paths"].items()
            for method in METHODS
            if method in item
        ],
        "shapes": [_shape(name, schemas) for name in SHAPES],
    }


def _operation(path: str, method: str, item: dict[str, Any], schemas: dict[str, Any]) -> Operation:
    bodies = item.get("requestBody", {}).get("content", {})
    # The form has every field that JSON has, and the files.
    body = (bodies.get(FORM) or bodies.get(JSON) or {}).get("schema")
    responses = sorted(item["responses"].items())
    return Operation(
        id=item["operationId"],
        method=method.upper(),
        path=path,
        summary=item["summary"],
        text=prose(item["description"]),
        secrets=[SECRETS[scheme] for each in item.get("security", []) for scheme in each],
        # The ticket number and its token are explained once, in the basics.
        parameters=[
            _parameter(one)
            for one in item.get("parameters", [])
            if one["in"] != "path" and one["name"] != "token"
        ],
        media_types=[*bodies],
        fields=_fields(body, schemas) if body else [],
        answers=[_answer(code, answer) for code, answer in responses if _media_type(answer) == JSON],
        problem_codes=[code for code, answer in responses if _media_type(answer) == CONTENT_TYPE],
        samples=[sample["source"] for sample in item["x-codeSamples"]],
    )


def _parameter(parameter: dict[str, Any]) -> Field:
    return Field(
        name=parameter["name"],
        type=parameter["in"],
        text=prose(parameter["description"]),
        is_required=parameter.get("required", False),
    )


def _answer(code: str, answer: dict[str, Any]) -> Answer:
    return Answer(
        code=code,
        phrase=HTTPStatus(int(code)).phrase,
        text=prose(answer["description"]),
        schema=_name(answer["content"][JSON]["schema"]),
    )


def _media_type(answer: dict[str, Any]) -> str:
    return next(iter(answer["content"]))


def _shape(name: str, schemas: dict[str, Any]) -> Shape:
    schema = schemas[name]
    return Shape(name=name, text=prose(schema["description"]), fields=_fields(schema, schemas))


def _fields(schema: dict[str, Any], schemas: dict[str, Any], prefix: str = "") -> list[Field]:
    """Return the fields of an object, those of objects in it after it: `links`, `links.page`."""
    schema = _resolved(schema, schemas)
    found = []
    for name, field in schema.get("properties", {}).items():
        target = _resolved(field, schemas)
        found.append(
            Field(
                name=prefix + name,
                type=_type(target, schemas),
                text=prose(field.get("description") or target.get("description", "")),
                is_required=name in schema.get("required", []),
            )
        )
        found += _fields(target.get("items", target), schemas, prefix=f"{prefix}{name}.")
    return found


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """Follow references and the wrappers that drf-spectacular puts around them."""
    if "$ref" in schema:
        return _resolved(schemas[_name(schema)], schemas)
    for wrapper in ("allOf", "oneOf"):
        if wrapper in schema:
            return _resolved(schema[wrapper][0], schemas)
    return schema


def _name(schema: dict[str, Any]) -> str:
    return schema["$ref"].rpartition("/")[2]


def _type(schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    """Return for example "string, at most 5000 characters", "minute | day" or "list of strings"."""
    options = _resolved(schema.get("items", schema), schemas).get("enum")
    kinds = schema.get("type", "object")
    kind = next(kind for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind != "null")
    words = " | ".join(option for option in options if option) if options else schema.get("format", kind)
    if kind == "array":
        words = f"list of {words if options else _item(schema['items'])}"
    if "maxLength" in schema:
        words += f", at most {schema['maxLength']} characters"
    return words.replace("uri", "address")


def _item(schema: dict[str, Any]) -> str:
    if "contentMediaType" in schema:
        return "files"
    return "objects" if "$ref" in schema else "strings"


def prose(text: str) -> SafeString:
    """Return the text as HTML, what stands between backticks as code."""
    parts = text.split("`")
    pieces = (
        (format_html("<code>{}</code>", part) if place % 2 else conditional_escape(part),)
        for place, part in enumerate(parts)
    )
    return format_html_join("", "{}", pieces)
