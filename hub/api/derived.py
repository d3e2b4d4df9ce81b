"""Endpoints made from operations: path, query and body from their inputs, the answer from what they return."""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, PydanticUserError, TypeAdapter, create_model

from hub.domain.privacy.masking import Secret
from hub.operations.desk import Desk
from hub.operations.inputs import REQUIRED, Input, arguments_from, inputs_of
from hub.operations.views import plain

from .shapes import Day, Done, Given, Id, Made, Moment, SecretText, Shown

Endpoint = Callable[..., Any]
# Types that JSON does not have, and the strict forms in which they are accepted.
ON_THE_WIRE = {date: Day, datetime: Moment, UUID: Id, Secret: SecretText}
# Types that a query parameter can hold. A Secret is none of them: addresses are logged.
QUERIED = (str, int, bool, date, datetime, UUID)


@dataclass(frozen=True)
class Face:
    """What a route declares besides its operation.

    `name`: the end of its operation id; `body`: the body's name in the description; `key`: the answer's key for a bare
    value; `pick`: the attribute of the view that goes out; `silent`: the answer says only that it was done; `loose`:
    a result without a shape of its own goes out in its plain form; `queried`: inputs of a posted route that stand in
    the address.
    """

    name: str
    body: str = ""
    key: str = "id"
    pick: str = ""
    loose: bool = False
    queried: tuple[str, ...] = ()
    silent: bool = False


def endpoint(operation: Endpoint, path: str, face: Face, *, posted: bool) -> Endpoint:
    """The endpoint of an operation at a path: inputs not in the path form the body if `posted`, else the query."""
    inputs = inputs_of(operation)
    in_path = set(re.findall(r"\{(\w+)\}", path))
    unknown = in_path - {known.name for known in inputs}
    if unknown:
        raise TypeError(f"{path} names {sorted(unknown)}, which {operation.__name__} does not take")
    rest = [known for known in inputs if known.name not in in_path and known.name not in face.queried]
    shape = _body(operation, face, rest) if posted and rest else None
    answer = Answer.of(operation, face)

    def carry_out(desk: Desk, **values: Any) -> Any:
        if shape is not None:
            values |= _values(values.pop("given"), shape)
        return answer.made(operation(desk, **arguments_from(operation, values)))

    placed = [_placed(known) for known in inputs if known.name in in_path]
    placed += [_queried(known) for known in inputs if known.name in face.queried]
    if shape is not None:
        placed.append(_parameter("given", shape))
    else:
        placed += [_queried(known) for known in rest]
    carry_out.__name__, carry_out.__doc__ = face.name, inspect.getdoc(operation)
    carry_out.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # FastAPI reads the signature of a function that is made here
        [inspect.Parameter("desk", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Desk), *placed],
        return_annotation=answer.annotation,
    )
    return carry_out


def _values(given: BaseModel, shape: type[BaseModel]) -> dict[str, Any]:
    """What the caller sent, as typed values. Fields left out stay out, so that the operation's defaults apply."""
    return {name: getattr(given, name) for name in shape.model_fields if name in given.model_fields_set}


def _body(operation: Endpoint, face: Face, inputs: list[Input]) -> type[BaseModel]:
    members: dict[str, Any] = {
        known.name: (strict(known.annotation), ... if known.required else known.default) for known in inputs
    }
    title = face.body or f"{operation.__name__.title().replace('_', '')}Given"
    return create_model(title, __base__=Given, __doc__=inspect.getdoc(operation), **members)


def strict(annotation: Any) -> Any:
    """The type in the form that JSON brings it, with all its parts."""
    if annotation in ON_THE_WIRE:
        return ON_THE_WIRE[annotation]
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inner = strict(parts[0])
        return Annotated[(inner, *parts[1:])] if inner is not parts[0] else annotation
    if origin in (Union, UnionType):
        return Union[tuple(strict(part) for part in parts)]  # noqa: UP007  made while running
    # JSON has no tuples, and a strict model refuses a list for one.
    if origin is tuple and parts[1:] == (Ellipsis,):
        return list[strict(parts[0])]  # type: ignore[misc]  # the type is computed
    if origin in (list, dict):
        return origin[tuple(strict(part) for part in parts)]
    return annotation


def _parameter(name: str, annotation: Any, default: Any = REQUIRED) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def _placed(known: Input) -> inspect.Parameter:
    return _parameter(known.name, strict(known.annotation))


def _queried(known: Input) -> inspect.Parameter:
    return _parameter(known.name, Annotated[strict(known.annotation), Query()], known.default)


@dataclass(frozen=True)
class Answer:
    """How an operation's result is sent."""

    annotation: Any
    made: Callable[[Any], Any]

    @classmethod
    def of(cls, operation: Endpoint, face: Face) -> "Answer":
        """By the operation's return annotation: nothing is Done, a bare value stands under a key, a view is itself."""
        # With extras, since bounds and labels of a type stand in its Annotated.
        returned = get_type_hints(operation, include_extras=True)["return"]
        if face.pick:
            return cls(get_type_hints(returned, include_extras=True)[face.pick], attrgetter(face.pick))
        if face.silent or returned is type(None):
            return cls(Done, lambda nothing: Done())
        if returned is UUID and face.key == "id":
            return cls(Made, lambda made: Made(id=made))
        if returned in (UUID, str, int, bool, date) or (face.key != "id" and get_origin(returned) is list):
            shape: Any = create_model(
                f"{operation.__name__.title()}Shown", __base__=Shown, **{face.key: (returned, ...)}
            )  # type: ignore[call-overload]  # the type of the field is computed
            return cls(shape, lambda value: shape(**{face.key: value}))
        if face.loose and not _has_shape(returned):
            return cls(Any, plain)
        return cls(returned, lambda view: view)


def _has_shape(annotation: Any) -> bool:
    try:
        TypeAdapter(annotation)
    except PydanticUserError:
        return False
    return True


def in_query(operation: Endpoint) -> bool:
    """Whether a question can be asked in an address: single values, none of them secret."""
    return all(known.many is None and known.kind in QUERIED for known in inputs_of(operation))
