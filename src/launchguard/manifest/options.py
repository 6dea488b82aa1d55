"""The manifest's `checks:` key as a type: every check with its options, as their functions declare them."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
    create_model,
)

from launchguard.checking.check import Check, Option
from launchguard.model.quantities import parse_float, parse_whole
from launchguard.model.units import Flag
from launchguard.words import exact

_TYPES: dict[Any, Any] = {
    int: Annotated[
        int, BeforeValidator(parse_whole), WithJsonSchema({"type": ["integer", "string"], "examples": ["200"]})
    ],
    float: Annotated[
        float, BeforeValidator(parse_float), WithJsonSchema({"type": ["number", "string"], "examples": ["2.5"]})
    ],
    bool: Flag,
}


def _type_of(option: Option) -> Any:
    known = _TYPES.get(option.type, option.type)
    return Annotated[known, AfterValidator(_within(option))] if option.type in (int, float) else known


def read_option(option: Option, value: Any) -> Any:
    """A value of an option, typed as its check declares it; as it is where that cannot be."""
    try:
        return TypeAdapter(_type_of(option)).validate_python(value)
    except ValidationError:
        return value


def _within(option: Option) -> Callable[[float], float]:
    """What refuses a number beyond which the check would ask nothing."""

    def within(value: float) -> float:
        if value < option.lowest:
            raise ValueError(f"{exact(value)} is less than this can mean; write at least {exact(option.lowest)}{like}")
        if value > option.highest:
            raise ValueError(f"{exact(value)} is more than this can mean; write at most {exact(option.highest)}{like}")
        return value

    like = f", like {option.default}"
    return within


def _options_of(check: Check) -> type[BaseModel]:
    fields: dict[str, Any] = {
        option.name: (_type_of(option), Field(default=option.default)) for option in check.options
    }
    fields["severity"] = (Literal["block", "warn", "info"], Field(default=check.severity))
    return create_model(
        f"Options of {check.id}",
        __config__=ConfigDict(frozen=True, extra="forbid"),
        __doc__=check.title,
        **fields,
    )


def checks_type(checks: Sequence[Check]) -> type[BaseModel]:
    """A model with one field per check, named by its id, that holds its options and `severity`."""
    return _checks_type(tuple(checks))


@lru_cache(maxsize=8)  # making it takes longer than all else that is read of a manifest, and a call reads many
def _checks_type(checks: tuple[Check, ...]) -> type[BaseModel]:
    fields: dict[str, Any] = {
        check.id.replace("-", "_"): (_options_of(check) | None, Field(default=None, alias=check.id)) for check in checks
    }
    return create_model("Checks", __config__=ConfigDict(frozen=True, extra="forbid"), **fields)


def options_that_differ(
    checks: Sequence[Check], given: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, object]]:
    """What a manifest sets and the checks do not have anyway; a severity always, because no finding exceeds it then."""
    found: dict[str, dict[str, object]] = {}
    for check in checks:
        defaults = {option.name: option.default for option in check.options}  # without `severity`, which caps
        for name, value in given.get(check.id, {}).items():
            if value != defaults.get(name):
                found.setdefault(check.id, {})[name] = value
    return found


def options_given(model: BaseModel) -> dict[str, dict[str, Any]]:
    """What a manifest set: check id -> option -> typed value."""
    return model.model_dump(by_alias=True, exclude_unset=True)
