# SPDX-License-Identifier: MIT
"""What the switch above the queue says of a destination's variables."""

from collections.abc import Mapping

import msgspec

from guiuploader.destinations.destination import Destination


def settled(destination: Destination, picked: Mapping[str, str]) -> dict[str, str]:
    """Return the value of each variable, none at all where one of them is left to be asked for.

    One that was not picked has its default, where it has choices: another is for a person to look at.
    """
    values = {}
    for name, variable in destination.variables.items():
        value = picked.get(name, variable.default)
        if not variable.choices or value is None:
            return {}
        values[name] = value
    return values


def with_picked(destination: Destination, picked: Mapping[str, str]) -> Destination:
    """Return the destination with what was picked as what its question begins with."""
    variables = {
        name: msgspec.structs.replace(variable, default=picked.get(name, variable.default))
        for name, variable in destination.variables.items()
    }
    return msgspec.structs.replace(destination, variables=variables)
