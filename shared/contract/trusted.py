"""Values of which every field is known to be right: made without being looked at again, which is most of their cost."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

from pydantic import BaseModel

P = ParamSpec("P")
Model = TypeVar("Model", bound=BaseModel)

_SET: set[str] = set()  # which fields were given: nobody asks
_DEFAULTS: dict[type[BaseModel], dict[str, Any]] = {}  # an entry a class


def trusted(kind: Callable[P, Model], /, *_: P.args, **told: P.kwargs) -> Model:
    """One of this kind, which is frozen, from parts that were parsed at some door; it is equal to a checked one."""
    model = cast("type[Model]", kind)
    defaults = _DEFAULTS.get(model)
    if defaults is None:
        # What is required stands in its place as well: the order of fields is that of the text.
        defaults = _DEFAULTS[model] = {name: field.default for name, field in model.model_fields.items()}
    return _filled(model, {**defaults, **told})


def altered(value: Model, changes: dict[str, Any]) -> Model:
    """The same with some fields changed, which are as right as the others."""
    return _filled(type(value), {**value.__dict__, **changes})


def _filled(model: type[Model], fields: dict[str, Any]) -> Model:
    made = model.__new__(model)
    keep = object.__setattr__
    keep(made, "__dict__", fields)
    keep(made, "__pydantic_fields_set__", _SET)
    keep(made, "__pydantic_extra__", None)
    keep(made, "__pydantic_private__", None)
    return made
