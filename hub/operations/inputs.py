"""What an operation takes, read from its own signature, for every face: name, type, bounds, label, choices, secrecy."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from inspect import Parameter, signature
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from annotated_types import Ge, Le, MaxLen
from pydantic.fields import FieldInfo

from hub.domain.inputs import Choices, FoundByHub, Label
from hub.domain.privacy.masking import Secret

REQUIRED = Parameter.empty
"""The default of an input that has none."""


@dataclass(frozen=True)
class Input:
    """One value that an operation takes. `parameter` takes it: itself, or as a dataclass with this field."""

    name: str
    annotation: Any
    default: Any
    parameter: str

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.default is REQUIRED

    @property
    def label(self) -> tuple[str, str]:
        """What a form calls it; its own name if it has no label."""
        return next((note.both for note in self._notes(Label)), (self.name, self.name.replace("_", " ")))

    @property
    def hint(self) -> tuple[str, str]:
        """What stands below the field."""
        return next((note.hint for note in self._notes(Label)), ("", ""))

    @property
    def choices(self) -> Mapping[str, tuple[str, str]] | None:
        """The values that a form offers, each with its words."""
        # The words of the signature first: an enum's or Literal's own values only mean something to programs.
        offered = next((note.words for note in self._notes(Choices)), None)
        if offered is None and isinstance(self.kind, type) and issubclass(self.kind, Enum):
            offered = {str(member.value): (str(member.value),) * 2 for member in self.kind}
        if offered is None and get_origin(self.kind) is Literal:
            offered = {str(word): (str(word),) * 2 for word in get_args(self.kind)}
        return offered

    @property
    def many(self) -> type | None:
        """dict for a mapping, list for any other collection, None for a single value."""
        origin = get_origin(self.kind)
        if not isinstance(origin, type) or not issubclass(origin, Collection):
            return None
        return dict if issubclass(origin, Mapping) else list

    @property
    def bounds(self) -> tuple[Any, Any, int | None]:
        """Lowest and highest value, and most characters; None where there is no bound."""
        notes = [note for known in self._notes(FieldInfo) for note in known.metadata]
        return (
            next((note.ge for note in notes if isinstance(note, Ge)), None),
            next((note.le for note in notes if isinstance(note, Le)), None),
            next((note.max_length for note in notes if isinstance(note, MaxLen)), None),
        )

    @property
    def kind(self) -> Any:
        """The type without its notes and without None: date, bool, str, …"""
        return bare(self.annotation)

    @property
    def secret(self) -> bool:
        """Whether it is never shown, logged or given back to a form."""
        return self.kind is Secret

    def _notes(self, wanted: type[Any]) -> list[Any]:
        # The notes may stand on one alternative of a union: `Annotated[date, Label(…)] | None`.
        annotation = next((part for part in _alternatives(self.annotation) if get_origin(part) is Annotated), None)
        return [note for note in get_args(annotation)[1:] if isinstance(note, wanted)]


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    """The annotation, and the alternatives of a union."""
    return (annotation, *(get_args(annotation) if get_origin(annotation) is not Annotated else ()))


def bare(annotation: Any) -> Any:
    """A type without its notes, and the first alternative of a union."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    others = [kind for kind in get_args(annotation) if kind is not type(None)]
    return bare(others[0]) if type(None) in get_args(annotation) and others else annotation


@cache
def inputs_of(function: Callable[..., Any]) -> tuple[Input, ...]:
    """An operation's inputs in its own order; those of a dataclass parameter one by one."""
    hints = get_type_hints(function, include_extras=True)
    inputs: list[Input] = []
    # Without the first parameter, which is the desk.
    for parameter in list(signature(function).parameters.values())[1:]:
        annotation = hints[parameter.name]
        if is_dataclass(annotation):
            inputs += _fields_of(annotation, parameter.name)
        elif not _found_by_hub(annotation):
            inputs.append(Input(parameter.name, annotation, parameter.default, parameter.name))
    return tuple(inputs)


def _found_by_hub(annotation: Any) -> bool:
    return any(isinstance(note, FoundByHub) for note in getattr(annotation, "__metadata__", ()))


def needs_hub(function: Callable[..., Any]) -> bool:
    """Whether an operation needs a value that people cannot give, only the hub."""
    hints = get_type_hints(function, include_extras=True)
    parameters = list(signature(function).parameters.values())[1:]
    return any(known.default is REQUIRED and _found_by_hub(hints[known.name]) for known in parameters)


def _fields_of(shape: Any, parameter: str) -> list[Input]:
    hints = get_type_hints(shape, include_extras=True)
    inputs = []
    for field in fields(shape):
        if _found_by_hub(hints[field.name]):
            # Left out, so that no face offers it and no caller can claim it.
            continue
        default = field.default if field.default is not MISSING else REQUIRED
        if field.default_factory is not MISSING:
            default = field.default_factory()
        inputs.append(Input(field.name, hints[field.name], default, parameter))
    return inputs


def arguments_from(function: Callable[..., Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The operation's keyword arguments from its inputs' values; what is not given keeps its default."""
    hints = get_type_hints(function)
    arguments: dict[str, Any] = {}
    shapes: dict[str, dict[str, Any]] = {
        name: {} for name in list(signature(function).parameters)[1:] if is_dataclass(hints[name])
    }
    for known in inputs_of(function):
        if known.name in values:
            place = shapes.get(known.parameter, arguments)
            place[known.name] = values[known.name]
    return arguments | {name: hints[name](**given) for name, given in shapes.items()}
