# SPDX-License-Identifier: MIT
"""What curl's options are called, which take a value, and which of them a destination cannot say.

Names stand here as curl has them; `--no-NAME` takes one back, and any beginning that is no other's will do.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from guiuploader.destinations.rule_broken import RuleBroken

URL = "url"


def _words(*texts: str) -> tuple[str, ...]:
    return tuple(word for text in texts for word in text.split())


_WITH_VALUE = _words(
    "aws-sigv4 cacert cert cert-type connect-timeout cookie data data-ascii data-binary data-raw",
    "data-urlencode form form-string header json key key-type limit-rate max-time noproxy oauth2-bearer pass",
    "proxy proxy-user referer request retry socks5 socks5-hostname upload-file url user user-agent",
)
_SWITCHES = _words(
    "basic compressed digest form-escape get globoff head insecure location path-as-is proxy-basic"
)

# What curl shows, keeps and tells of is not part of the request.
_ABOUT_OUTPUT = _words(
    "buffer clobber create-dirs disable fail fail-early fail-with-body http1.1 include keepalive",
    "no-buffer no-clobber no-keepalive no-progress-meter progress-bar progress-meter raw remote-header-name",
    "remote-name remote-time show-error silent styled-output tcp-nodelay trace-time verbose",
)
_ABOUT_OUTPUT_WITH_VALUE = _words(
    "dump-header happy-eyeballs-timeout-ms keepalive-time output output-dir stderr trace",
    "trace-ascii write-out",
)

_SAID: Mapping[str, str] = {
    "http2": "guiuploader speaks HTTP/1.1",
    "http3": "guiuploader speaks HTTP/1.1",
    "retry-all-errors": "what may have arrived is not sent again by itself",
    "retry-connrefused": "that is tried again anyway",
    "location-trusted": "an upload is never sent on to another server",
    "post301": "such a redirect is an error that names the new address",
    "post302": "such a redirect is an error that names the new address",
    "post303": "such a redirect is an error that names the new address",
    "tlsv1.2": "the computer's own rules say which TLS will do",
    "tlsv1.3": "the computer's own rules say which TLS will do",
    "tlsv1": "the computer's own rules say which TLS will do",
    "ssl-no-revoke": "the computer's own rules say what is revoked",
}
_SAID_WITH_VALUE: Mapping[str, str] = {
    "retry-delay": "the waits between attempts grow by themselves, and a server's Retry-After is kept",
    "retry-max-time": "[network] give_up_after says how long a server in trouble is waited for",
    "max-redirs": "five redirects are followed at most",
    "max-filesize": "only the beginning of an answer is kept",
    "speed-limit": "[network] stall_timeout says how long the server may take nothing",
    "speed-time": "[network] stall_timeout says how long the server may take nothing",
    "expect100-timeout": "the server has a second to answer",
    "cookie-jar": "cookies are not kept",
    "tls-max": "the computer's own rules say which TLS will do",
    "proto": "only HTTP and HTTPS are spoken",
    "proto-redir": "only HTTP and HTTPS are spoken",
}
_REFUSED: Mapping[str, str] = {
    "next": "several requests in one command cannot be taken; give them one by one",
    "config": "a file of options is not read; write them into the command",
    "anyauth": "name one way to sign in, such as --basic or --digest",
    "ntlm": "this way to sign in is not known here",
    "negotiate": "this way to sign in is not known here",
    "netrc": "no password is taken from a file; give it with --user",
    "unix-socket": "only servers on a network are reached",
    "resolve": "names are looked up as the computer does",
    "connect-to": "the server is the one that the address names",
    "continue-at": "a file is sent from its beginning",
    "range": "the answer is not what this is about",
    "parallel": "several requests in one command cannot be taken",
    "http1.0": "guiuploader speaks HTTP/1.1",
    "request-target": "the address says what is asked for",
    "socks4": "of these proxies only SOCKS5 is known here",
    "socks4a": "of these proxies only SOCKS5 is known here",
    "crlf": "a file is sent as it is",
    "url-query": "write it into the address",
    "proxy-header": "a proxy is told user and password at most",
    "remote-name-all": "only one address can be taken",
}

_LETTERS = {
    each[0]: each[2:]
    for each in _words(
        "#=progress-bar 0=http1.0 1=tlsv1 :=next A=user-agent C=continue-at D=dump-header E=cert F=form",
        "G=get H=header I=head J=remote-header-name K=config L=location N=no-buffer O=remote-name",
        "R=remote-time S=show-error T=upload-file U=proxy-user X=request Y=speed-limit Z=parallel",
        "b=cookie c=cookie-jar d=data e=referer f=fail g=globoff i=include k=insecure m=max-time n=netrc",
        "o=output q=disable r=range s=silent u=user v=verbose w=write-out x=proxy y=speed-time",
    )
}
_TAKES_VALUE = frozenset([*_WITH_VALUE, *_ABOUT_OUTPUT_WITH_VALUE, *_SAID_WITH_VALUE])
_NAMES = frozenset([*_TAKES_VALUE, *_SWITCHES, *_ABOUT_OUTPUT, *_SAID, *_REFUSED])
_MEANT = frozenset([*_WITH_VALUE, *_SWITCHES])


@dataclass(frozen=True, slots=True)
class Given:
    """One option of a command by its whole name; `value` is empty for a switch, which may be taken back."""

    name: str
    value: str = ""
    on: bool = True


@dataclass(frozen=True, slots=True)
class Options:
    """A command's options that matter, in order, and what did not map, each as a sentence."""

    given: tuple[Given, ...]
    notes: tuple[str, ...]

    def all(self, *names: str) -> list[Given]:
        """Return the options of these names, in order."""
        return [each for each in self.given if each.name in names]

    def has_any(self, *names: str) -> bool:
        """Tell whether one of these options is given."""
        return bool(self.all(*names))

    def last(self, name: str) -> str:
        """Return an option's last value, an empty text where it is not given: in curl the last one counts."""
        found = self.all(name)
        return found[-1].value if found else ""

    def is_on(self, name: str) -> bool:
        """Tell whether a switch is on at the end."""
        found = self.all(name)
        return bool(found) and found[-1].on

    def has(self, name: str) -> bool:
        """Tell whether an option is given, whatever its value."""
        return bool(self.all(name))


def read(words: Iterable[str]) -> Options:
    """Return the options of a command, its own name left out. Raises RuleBroken, which names the option."""
    given: list[Given] = []
    notes: dict[str, None] = {}
    for each in _all(iter(words)):
        if each.name in _REFUSED:
            raise RuleBroken(f"--{each.name}", _REFUSED[each.name])
        said = _SAID.get(each.name) or _SAID_WITH_VALUE.get(each.name)
        if said and each.on:
            notes[f"--{each.name}: {said}"] = None
        if each.name in _MEANT:
            given.append(each)
    return Options(tuple(given), tuple(notes))


def _all(words: Iterator[str]) -> Iterator[Given]:
    only_addresses = False
    for word in words:
        if only_addresses or not word.startswith("-") or word == "-":
            yield Given(URL, word)
        elif word == "--":
            only_addresses = True
        elif word.startswith("--"):
            yield _long(word, words)
        else:
            yield from _short(word, words)


def _long(word: str, words: Iterator[str]) -> Given:
    name = _whole_name(word)
    if name in _TAKES_VALUE:
        return Given(name, _value(name, words))
    return Given(name) if name in _NAMES else Given(name.removeprefix("no-"), on=False)


def _short(word: str, words: Iterator[str]) -> Iterator[Given]:
    for place, letter in enumerate(word[1:], 2):
        name = _LETTERS.get(letter)
        if name is None:
            raise _unknown(f"-{letter}")
        if name in _TAKES_VALUE:
            yield Given(name, word[place:] or _value(name, words))
            return
        yield Given(name)


def _whole_name(word: str) -> str:
    """Return the name that a word begins, with `no-` before it where it is taken back."""
    typed = word.removeprefix("--")
    name = _begun(word, typed)
    if name is None and typed.startswith("no-"):
        name = _begun(word, typed.removeprefix("no-"))
        if name is not None and name not in _TAKES_VALUE and name not in _REFUSED:
            return f"no-{name}"
        name = None
    if name is None:
        raise _unknown(word)
    return name


def _begun(word: str, typed: str) -> str | None:
    if typed in _NAMES:
        return typed
    found = sorted(name for name in _NAMES if name.startswith(typed)) if typed else []
    if len(found) > 1:
        raise RuleBroken(word, f"may be any of {', '.join(f'--{name}' for name in found)}")
    return found[0] if found else None


def _value(name: str, words: Iterator[str]) -> str:
    value = next(words, None)
    if value is None:
        raise RuleBroken(f"--{name}", "lacks its value")
    return value


def _unknown(option: str) -> RuleBroken:
    return RuleBroken(option[:60], "is not supported here")
