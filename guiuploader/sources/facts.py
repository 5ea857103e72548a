# SPDX-License-Identifier: MIT
"""What templates may say of an object in a store."""

from collections.abc import Callable
from functools import cache

from guiuploader.sources.object_store import StoreObject
from guiuploader.values.template import TemplateError

_META = "meta:"


def facts_of(source: StoreObject) -> Callable[[str], str]:
    """Return what gives an object's facts by name: bucket, key, etag, modified, and meta:NAME.

    The store is asked once, and only for the last; that raises SourceError.
    """
    known = {
        "bucket": source.address.bucket,
        "key": source.address.key,
        "etag": source.etag.removeprefix("W/").strip('"'),
        "modified": source.modified.isoformat(),
    }
    ask = cache(source.meta)

    def fact(name: str) -> str:
        if not name.startswith(_META):
            return known[name]
        wanted = name.removeprefix(_META).lower()
        noted = ask().meta
        if wanted not in noted:
            raise TemplateError(f"the object has no “{wanted}” noted with it")
        return noted[wanted]

    return fact
