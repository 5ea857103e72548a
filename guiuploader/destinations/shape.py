# SPDX-License-Identifier: MIT
"""Hold a TOML table against the structs of `destination.py`, saying in plain words what is allowed.

msgspec checks the same, but speaks of types and leaves out the names of entries in tables like [headers].
"""

import difflib
from collections.abc import Mapping

from msgspec import inspect

from guiuploader.destinations.destination import FORMAT, Destination
from guiuploader.destinations.rule_broken import RuleBroken

_DESTINATION = inspect.type_info(Destination)
_LARGEST_NUMBER = 2**63

# What Python reads where a type is wanted (True is an int, but its type is not), and how it is said.
_SCALARS: Mapping[type[inspect.Type], tuple[tuple[type, ...], str]] = {
    inspect.StrType: ((str,), "text in quotes"),
    inspect.BoolType: ((bool,), "true or false"),
    inspect.IntType: ((int,), "a whole number"),
    inspect.FloatType: ((int, float), "a number"),
}
_TEXTS = "a list of such texts"
_TABLE: tuple[tuple[type, ...], str] = ((), "a table: [{key}]")


def check_shape(table: Mapping[str, object]) -> None:
    """Check keys and types. Raises RuleBroken for the first thing that is wrong.

    The format goes first: a newer one may hold anything.
    """
    version = table.get("format")
    if isinstance(version, int) and version > FORMAT:
        raise RuleBroken("format", f"{version} is newer than this app knows; update the app")
    _check("", table, _DESTINATION)


def _check(key: str, value: object, wanted: inspect.Type) -> None:
    """Descend into tables and lists; anything else must be of the wanted type itself."""
    if isinstance(wanted, inspect.StructType) and isinstance(value, dict):
        _check_struct(key, value, wanted)
    elif isinstance(wanted, inspect.DictType) and isinstance(value, dict):
        for name, entry in value.items():
            _check(_joined(key, name), entry, wanted.value_type)
    elif isinstance(wanted, inspect.ListType) and isinstance(wanted.item_type, inspect.StructType):
        if not isinstance(value, list):
            raise RuleBroken(key, f"must be a list of tables: [[{key}]]")
        for number, entry in enumerate(value, 1):
            _check(f"{key}[{number}]", entry, wanted.item_type)
    elif not _fits(value, wanted):
        raise RuleBroken(key, f"must be {_words(key, wanted)}")


def _check_struct(key: str, table: Mapping[str, object], struct: inspect.StructType) -> None:
    fields = {field.encode_name: field for field in struct.fields}
    for name in table:
        if name not in fields:
            raise RuleBroken(_joined(key, name), _unknown(name, key, list(fields)))
    for name, field in fields.items():
        if name in table:
            _check(_joined(key, name), table[name], field.type)
        elif field.required:
            raise RuleBroken(_joined(key, name), f"is missing; it must be {_words(key, field.type)}")


def _unknown(name: str, table: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    guess = f" (did you mean “{near[0]}”?)" if near else ""
    place = f"[{table}]" if table else "a destination"
    return f"is no key of {place}{guess}; known there are: {', '.join(known)}"


def _joined(table: str, name: str) -> str:
    return f"{table}.{name}" if table else name


def _fits(value: object, wanted: inspect.Type) -> bool:
    """Tell whether a value that is no table is of this type; None, which TOML cannot say, never is."""
    if isinstance(wanted, inspect.UnionType):
        return any(_fits(value, each) for each in wanted.types)
    if isinstance(wanted, inspect.ListType):
        return isinstance(value, list) and all(_fits(item, wanted.item_type) for item in value)
    if isinstance(wanted, inspect.EnumType | inspect.LiteralType):
        return value in _choices(wanted)
    kinds, _ = _SCALARS.get(type(wanted), _TABLE)
    return type(value) in kinds and not (isinstance(value, int) and abs(value) >= _LARGEST_NUMBER)


def _words(key: str, wanted: inspect.Type) -> str:
    """Say what is allowed, to follow "must be"."""
    if isinstance(wanted, inspect.UnionType):
        said = (_words(key, each) for each in wanted.types if not isinstance(each, inspect.NoneType))
        return " or ".join(said)
    if isinstance(wanted, inspect.ListType):
        return "a list of whole numbers" if isinstance(wanted.item_type, inspect.IntType) else _TEXTS
    if isinstance(wanted, inspect.EnumType | inspect.LiteralType):
        return f"one of {', '.join(_choices(wanted))}"
    return _SCALARS.get(type(wanted), _TABLE)[1].format(key=key)


def _choices(wanted: inspect.EnumType | inspect.LiteralType) -> list[str]:
    values = wanted.cls if isinstance(wanted, inspect.EnumType) else wanted.values
    return [str(value) for value in values]
