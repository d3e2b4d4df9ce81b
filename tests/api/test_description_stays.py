"""Addresses, names and fields of the REST API stay: what a caller relied on at version 0.1 is still so."""

import json
from pathlib import Path
from typing import Any

from fastapi import FastAPI

KEPT = Path(__file__).parent / "description-0.1.json"
"""By method and path: operation id, parameters, fields of the body and of the answer, as 0.1 described them."""
DEPTH = 6


def outline(description: dict[str, Any]) -> dict[str, Any]:
    """A description without words: {method path: {id, parameters, body, answer}}."""
    outlines = {}
    for path, methods in description["paths"].items():
        for method, entry in methods.items():
            answers = [answer for status, answer in entry["responses"].items() if status.startswith("2")]
            outlines[f"{method.upper()} {path}"] = {
                "id": entry["operationId"],
                "parameters": sorted(
                    [known["name"], known["in"], known.get("required", False)] for known in entry.get("parameters", [])
                ),
                "body": _content(description, entry.get("requestBody", {})),
                "answer": _content(description, answers[0]),
            }
    return outlines


def _content(description: dict[str, Any], part: dict[str, Any]) -> Any:
    media = part.get("content", {})
    return {kind: _fields(description, body.get("schema", {}), DEPTH) for kind, body in media.items()}


def _fields(description: dict[str, Any], schema: dict[str, Any], depth: int) -> Any:
    """The names of an object's fields with what is in them; [..] for a list; a plain value is its type."""
    if "$ref" in schema:
        schema = description["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    options = [option for option in schema.get("anyOf", []) if option.get("type") != "null"]
    if options:
        return _fields(description, options[0], depth)
    if depth and "properties" in schema:
        needed = schema.get("required", [])
        return {
            name + ("" if name in needed else "?"): _fields(description, inner, depth - 1)
            for name, inner in schema["properties"].items()
        }
    if "items" in schema:
        return [_fields(description, schema["items"], depth - 1)]
    return "string" if schema.get("enum") else schema.get("type", "any")


def _bare(fields: dict[str, Any]) -> dict[str, Any]:
    return {name.rstrip("?"): inner for name, inner in fields.items()}


def missing(before: Any, after: Any, at: str) -> list[str]:
    """What a caller of before would miss in what the API answers after."""
    if isinstance(before, dict) and isinstance(after, dict):
        names = _bare(after)
        return [
            lack
            for name, inner in _bare(before).items()
            for lack in (missing(inner, names[name], f"{at}.{name}") if name in names else [f"{at}.{name}"])
        ]
    if isinstance(before, list) and isinstance(after, list):
        return missing(before[0], after[0], f"{at}[]")
    return [] if before == after or "any" in (before, after) else [f"{at}: {before} became {after}"]


def refused(before: dict[str, Any], after: dict[str, Any], at: str) -> list[str]:
    """Which fields that a caller of before sends are unknown after, and which are newly demanded."""
    demanded = [name for name in after if not name.endswith("?") and name not in before]
    unknown = [name for name in _bare(before) if name not in _bare(after)]
    return [f"{at}.{name}" for name in [*demanded, *unknown]]


def test_every_address_of_version_0_1_takes_and_answers_what_it_did(app: FastAPI) -> None:
    kept, described = json.loads(KEPT.read_text()), outline(app.openapi())
    faults = [f"{route} is gone" for route in kept if route not in described]
    for route, before in kept.items():
        after = described.get(route, before)
        lost = [known for known in before["parameters"] if known not in after["parameters"]]
        new = [known for known in after["parameters"] if known not in before["parameters"] and known[2]]
        if before["id"] != after["id"] or lost or new:
            faults.append(f"{route} {before['id']} became {after['id']}; parameters lost {lost}, demanded {new}")
        for kind, body in before["body"].items():
            faults += refused(body, after["body"][kind], f"{route} body") if isinstance(body, dict) else []
        for kind, answer in before["answer"].items():
            faults += missing(answer, after["answer"].get(kind), f"{route} answer")
    assert not faults, "\n".join(faults)
