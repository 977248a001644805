"""One value against its declared type, returned in canonical form."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime

from cmdb.errors import WrongType
from cmdb.model.catalogue.declarations import AttributeSpec, AttributeType, is_threshold
from cmdb.model.items import GroupSetting
from cmdb.model.values import JSONValue, Value, fault_of, iso

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


def checked(name: str, spec: AttributeSpec, value: JSONValue) -> Value:
    """The value as the stores keep it: dates as ISO text (instants in UTC), lists as lists of scalars.

    Raises:
        WrongType: naming the attribute, the type expected and the value seen.
    """
    fault = fault_of(value)
    if fault is not None:
        raise WrongType(f"The value of {name} {fault}.", hint="Send a plain value.")
    result = _CHECKS[spec.type](spec, value)
    if result is None:
        expected = f"one of {', '.join(spec.values)}" if spec.values else str(spec.type)
        raise WrongType(f"{name} is {_shown(value)}, not {expected}.", hint=f"Send {_HINTS[spec.type]}.")
    return result


def check_group(owner: str, name: str, setting: GroupSetting) -> None:
    """Accept the name and the thresholds of a redundancy group.

    Raises:
        WrongType: what impact could not be computed with.
    """
    if not name.strip() or fault_of(name) is not None:
        raise WrongType(f"{owner} has a group named {name!r}.", hint="Name a group by words.")
    for threshold in (setting.min_up, setting.degraded_below):
        if threshold is not None and not is_threshold(threshold):
            msg = f"The group {name} of {owner} has the threshold {_shown(threshold)}."
            raise WrongType(msg, hint="Use a count such as 2 or a percentage from 0% to 100% such as 50%.")


def _text(_spec: AttributeSpec, value: JSONValue) -> Value:
    return value if isinstance(value, str) else None


def _number(_spec: AttributeSpec, value: JSONValue) -> Value:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _boolean(_spec: AttributeSpec, value: JSONValue) -> Value:
    return value if isinstance(value, bool) else None


def _enum(spec: AttributeSpec, value: JSONValue) -> Value:
    return value if isinstance(value, str) and value in spec.values else None


def _date(_spec: AttributeSpec, value: JSONValue) -> Value:
    if not isinstance(value, str):
        return None
    try:
        if _DATE.match(value):
            return date.fromisoformat(value).isoformat()
        moment = datetime.fromisoformat(value)
        return iso(moment) if moment.tzinfo else None
    except (ValueError, OverflowError):  # an offset may lead out of the years that there are
        return None


def _list(_spec: AttributeSpec, value: JSONValue) -> Value:
    if not isinstance(value, (list, tuple)):
        return None
    kinds = {_kind(entry) for entry in value}
    if len(kinds) > 1 or None in kinds:
        return None
    if any(isinstance(entry, float) for entry in value):  # a store keeps a list of one type only
        return [float(entry) for entry in value if isinstance(entry, (int, float))]
    return list(value)


def _kind(value: JSONValue) -> str | None:
    for kind, types in (("boolean", bool), ("number", (int, float)), ("text", str)):
        if isinstance(value, types):
            return kind
    return None


def _json(_spec: AttributeSpec, value: JSONValue) -> Value:
    return dict(value) if isinstance(value, Mapping) else value


_CHECKS: Mapping[AttributeType, Callable[[AttributeSpec, JSONValue], Value]] = {
    AttributeType.TEXT: _text,
    AttributeType.NUMBER: _number,
    AttributeType.BOOLEAN: _boolean,
    AttributeType.ENUM: _enum,
    AttributeType.DATE: _date,
    AttributeType.LIST: _list,
    AttributeType.JSON: _json,
}

_HINTS: Mapping[AttributeType, str] = {
    AttributeType.TEXT: "a text",
    AttributeType.NUMBER: "a number of at most 64 bits",
    AttributeType.BOOLEAN: "true or false",
    AttributeType.ENUM: "one of the values named",
    AttributeType.DATE: "a date such as 2026-11-28 or an instant with its offset such as 2026-11-28T22:00:00Z",
    AttributeType.LIST: "a list of texts, of numbers or of booleans",
    AttributeType.JSON: "JSON",
}


def _shown(value: JSONValue) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - a line of an error stays readable
