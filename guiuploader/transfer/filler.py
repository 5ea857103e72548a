# SPDX-License-Identifier: MIT
"""Fill one template of a destination, and name its key when that goes wrong."""

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from guiuploader.destinations.destination import Destination
from guiuploader.values.errors import DestinationError, ErrorCode
from guiuploader.values.functions import CONTENT_FUNCTIONS, RequestScope
from guiuploader.values.redact import is_secret_name
from guiuploader.values.template import Template, TemplateError, compile_template

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

Quote = Callable[[str, str], str]
"""Makes a value, given with the characters it may keep, fit for what it is put into."""


@functools.lru_cache(maxsize=1024)
def compiled(text: str) -> Template[RequestScope]:
    """Compile a text once: thousands of files go to the same destination."""
    return compile_template(text, CONTENT_FUNCTIONS)


@dataclass(frozen=True, slots=True)
class Filler:
    """Fills texts of one destination for one file; with a `mask`, for showing, that stands for secrets."""

    destination: Destination
    scope: RequestScope
    mask: str

    def text(self, key: str, text: str, quote: Quote | None = None) -> str:
        """Return the filled text. Raises DestinationError with the key."""
        return self.template(key, compiled(text), quote)

    def template(self, key: str, template: Template[RequestScope], quote: Quote | None) -> str:
        """Return the filled template. Raises DestinationError with the key."""
        try:
            return template.fill(self.scope, quote=quote, mask=self.mask)
        except TemplateError as error:
            raise not_allowed(key, str(error)) from error
        except KeyError as error:
            raise DestinationError(
                ErrorCode.VALUE_MISSING, name=str(error.args[0]), destination=self.destination.name
            ) from error

    def line(self, key: str, text: str) -> str:
        """Return the filled text, which must be free of control characters: one would start a new header."""
        value = self.text(key, text)
        if _CONTROL.search(value):
            raise not_allowed(key, "a line break or control character stands in it")
        return value

    def header(self, key: str, text: str) -> str:
        """Return the line without blanks around it, which are no part of a header's value."""
        return self.line(key, text).strip(" ")

    def headers(self, headers: dict[str, str], table: str) -> Iterator[tuple[str, str]]:
        """Yield name and value; when masked, also a literal value under a secret-looking name is dots."""
        for name, text in headers.items():
            yield name, self.hidden(name, self.header(f"{table}.{name}", text))

    def hidden(self, name: str, value: str) -> str:
        """Return a value for showing under this name: the mask, if such a name usually holds a secret."""
        return self.mask if self.mask and is_secret_name(name) else value


def not_allowed(key: str, reason: str) -> DestinationError:
    """Return the error for a value that cannot be sent."""
    return DestinationError(ErrorCode.VALUE_NOT_ALLOWED, key=key, reason=reason)
