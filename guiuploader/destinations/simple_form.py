# SPDX-License-Identifier: MIT
"""A form that is written part by part, in the short way where that says the same."""

import msgspec

from guiuploader.destinations.destination import Multipart, Part


def simplified(form: Multipart) -> Multipart:
    """Return the form with its fields and file field named; one that needs its parts stays as it is.

    That is where fields without headers of their own come before the only file, each name once or in a row.
    """
    *values, last = form.part or [Part(name="", value="")]
    if last != Part(name=last.name, upload=True):
        return form
    fields: dict[str, str | list[str]] = {}
    for number, part in enumerate(values):
        is_plain = part == Part(name=part.name, value=part.value) and not set("{\\") & set(part.name)
        is_apart = part.name in fields and values[number - 1].name != part.name
        if part.value is None or not is_plain or is_apart:
            return form
        before = fields.get(part.name)
        if before is None:
            fields[part.name] = part.value
        else:
            fields[part.name] = [*([before] if isinstance(before, str) else before), part.value]
    return msgspec.structs.replace(form, part=[], fields=fields, file_field=last.name)
