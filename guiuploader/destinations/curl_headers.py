# SPDX-License-Identifier: MIT
"""The headers that a curl command names, takes away or leaves empty, and those that other options mean."""

from dataclasses import dataclass, field

from guiuploader.destinations.curl_options import Options
from guiuploader.destinations.curl_secrets import Secrets
from guiuploader.destinations.rule_broken import RuleBroken

_OPTION = "--header"
_BLANKS = " \t"
_FRAMING = frozenset(
    {"host", "transfer-encoding", "content-type", "expect"}
    | {"content-length", "connection", "te", "trailer", "upgrade"}
)
_JOINTS = {"cookie": "; "}
_SET_BY_US = ("Accept-Encoding", "Connection")
"""What curl does not send unless told to."""


@dataclass(slots=True)
class Headers:
    """What was found; `values` are no templates yet.

    `content_type` and `expect` are empty where they are taken away, None where nothing is said of them.
    """

    values: dict[str, str] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    content_type: str | None = None
    expect: str | None = None
    chunked: bool = False
    notes: list[str] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Tell whether this header is named, whatever its value."""
        return any(each.lower() == name for each in (*self.values, *self.left_out))

    def templates(self, secrets: Secrets) -> dict[str, str]:
        """Return the headers of the destination."""
        return {name: secrets.header(name, value) for name, value in self.values.items()}

    def omitted(self) -> list[str]:
        """Return the headers that a request would have by itself and is not to have."""
        ours = [name for name in _SET_BY_US if not self.has(name.lower())]
        taken = {"accept": "Accept", "user-agent": "User-Agent", "accept-encoding": "Accept-Encoding"}
        known = [usual for name, usual in taken.items() if name in self.left_out]
        return sorted({*ours, *known, *(["Content-Type"] if self.content_type == "" else [])})

    def _take(self, name: str, value: str) -> None:
        same = next((each for each in self.values if each.lower() == name.lower()), None)
        if same is None:
            self.values[name] = value
            return
        self.values[same] += _JOINTS.get(name.lower(), ", ") + value
        self.notes.append(f"--header {name}: its values go out in one line instead of several")

    def read(self, line: str) -> None:
        """Take in a line of `-H`. Raises RuleBroken."""
        if line.startswith("@"):
            raise RuleBroken(_OPTION, "headers are not read from a file; write them into the command")
        name, colon, value = line.partition(":")
        if not colon:
            name, end, rest = line.partition(";")
            if not end or rest.strip(_BLANKS):
                self.notes.append(f"--header “{line[:40]}”: has no “:” and is left out, as curl does")
                return
        name, value = name.strip(_BLANKS), value.strip(_BLANKS)
        if name.lower() in _FRAMING:
            self._frame(name, value)
        elif colon and not value:
            self.left_out.add(name.lower())
        else:
            self._take(name, value)

    def _frame(self, name: str, value: str) -> None:
        """Take in what says how the body travels, of which not all is anybody's choice."""
        lower = name.lower()
        if lower == "content-type":
            self.content_type = value
        elif lower == "expect":
            self.expect = value
        elif lower == "host" and value:
            raise RuleBroken(_OPTION, "a Host other than that of the address cannot be sent")
        elif lower == "transfer-encoding" and value:
            if value.lower() != "chunked":
                raise RuleBroken(_OPTION, "of the transfer encodings only “chunked” is known here")
            self.chunked = True
        elif value:
            self.notes.append(f"--header {name}: is set by guiuploader, as the body needs it")


def headers(options: Options) -> Headers:
    """Return a command's headers. Raises RuleBroken."""
    found = Headers()
    for each in options.all("header"):
        found.read(each.value)
    cookies = [each.value for each in options.all("cookie") if each.value]
    if any("=" not in cookie for cookie in cookies):
        raise RuleBroken("--cookie", "cookies are not read from a file; write them as NAME=VALUE")
    referer, _, automatic = options.last("referer").partition(";auto")
    usual = {
        "User-Agent": options.last("user-agent"),
        "Referer": referer + automatic,
        "Cookie": ";".join(cookies),
        "Accept": "application/json" if options.has("json") else "",
        # Which encodings curl names depends on how it was built; these two we read everywhere.
        "Accept-Encoding": "deflate, gzip" if options.is_on("compressed") else "",
    }
    for name, value in usual.items():
        if value and not found.has(name.lower()):
            found.values[name] = value
    if options.has("user-agent") and not options.last("user-agent"):
        found.left_out.add("user-agent")
    return found
