# SPDX-License-Identifier: MIT
"""A destination's variables and secrets as rows of the editor's tables, and back."""

from collections.abc import Mapping

from guiuploader.destinations.destination import Secret, Variable

Rows = tuple[tuple[str, ...], ...]

_EMPTY = '""'
"""Stands for a default that is there and empty: such a variable may be left out."""
_JOINT = ", "


def variable_rows(variables: Mapping[str, Variable]) -> Rows:
    """Return a row for each variable: its name, label, default and choices."""
    return tuple(_variable_row(name, variable) for name, variable in variables.items())


def variables_from(rows: Rows, before: Mapping[str, Variable]) -> dict[str, Variable]:
    """Return the variables that rows describe; one whose row is as it was stays to the last sign."""
    made = {}
    for row in rows:
        name, label, default, choices = row
        old = before.get(name)
        if old is not None and _variable_row(name, old) == row:
            made[name] = old
            continue
        value = None if not default else "" if default == _EMPTY else default
        found = [each.strip() for each in choices.split(_JOINT.strip())]
        made[name] = Variable(label=label, default=value, choices=[each for each in found if each])
    return made


def secret_rows(secrets: Mapping[str, Secret]) -> Rows:
    """Return a row for each secret: its name, label and help."""
    return tuple((name, secret.label, secret.help) for name, secret in secrets.items())


def secrets_from(rows: Rows) -> dict[str, Secret]:
    """Return the secrets that rows describe."""
    return {name: Secret(label=label, help=help_) for name, label, help_ in rows}


def _variable_row(name: str, variable: Variable) -> tuple[str, ...]:
    default = variable.default
    shown = "" if default is None else default or _EMPTY
    return (name, variable.label, shown, _JOINT.join(variable.choices))
