# SPDX-License-Identifier: MIT
"""A pasted command is split as the shells split it, and whatever is pasted, it is split or refused."""

import shlex
import subprocess

import hypothesis
import pytest
from hypothesis import strategies

from guiuploader.destinations.command_line import LONGEST, split
from guiuploader.destinations.curl_command import imported
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.destinations.toml_file import parse, render
from guiuploader.values.errors import DestinationError

POSIX = [
    "curl  a\tb",
    "curl 'a b'\"c d\"e\\ f",
    'curl "a\\"b\\\\c\\d\\$e"',
    "curl a\\\nb",
    "curl a \\\n  b",
    'curl "a\\\nb"',
    "curl 'it'\\''s'",
    "curl '' \"\" a",
    "curl $'a\\tb\\'c\\\\d\\x41\\101\\u00e4\\q'",
    "curl a#b # a comment",
    "curl http://h/?a=b 100% a^b a=$ 'a$b'",
]
WINDOWS = {
    'curl "a b" ^\n "c"': ["curl", "a b", "c"],
    'curl.exe "a\\"b" c\\d "e\\\\" f': ["curl.exe", 'a"b', "c\\d", "e\\", "f"],
    'curl ^"a^&b^" ^"^{^\\^"c^\\^"^}^" %20': ["curl", "a&b", '{"c"}', "%20"],
    'curl.exe "a""b" \'c\'': ["curl.exe", 'a"b', "'c'"],
    'curl.exe "" "a^b"': ["curl.exe", "", "a^b"],
}
REFUSED = {
    "curl 'a": "line 1, column 6: the quote ' that begins here is never closed",
    'curl a \\\n "b': 'line 2, column 2: the quote " that begins here is never closed',
    "curl $'a": "the quote $' that begins here is never closed",
    "curl $'\\xff'": "the bytes written here are no text",
    "curl $'\\UFFFFFFFF'": "there is no such character",
    "curl a; curl b": "holds a second command",
    "curl a | jq": "holds a second command",
    "curl a > b": "holds a second command",
    "curl a\ncurl b": "line 1, column 7: holds a second command",
    "curl $TOKEN": "a shell would fill something in here",
    'curl "Bearer ${TOKEN}"': "a shell would fill something in here",
    "curl `cat x`": "a shell would fill something in here",
    "curl a\0b": "holds control characters",
    'curl.exe "a': 'the quote " that begins here is never closed',
    'curl.exe "a" & dir': "holds a second command",
    f"curl {'a' * LONGEST}": "is longer than",
}


@pytest.mark.parametrize("text", POSIX)
def test_words_are_those_of_the_shell(text: str) -> None:
    printed = subprocess.run(
        ["bash", "-c", text.replace("curl", "printf '%s\\0' curl", 1)],
        capture_output=True,
        check=True,
        env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
    ).stdout
    assert split(text) == printed.decode().removesuffix("\0").split("\0")


def test_lines_may_end_as_on_windows() -> None:
    assert split("curl a \\\r\n  b\r\n") == ["curl", "a", "b"]


@pytest.mark.parametrize("text", WINDOWS)
def test_words_are_those_of_windows(text: str) -> None:
    assert split(text) == WINDOWS[text]


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_single_plain_command_is_refused(text: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        split(text)
    assert REFUSED[text] in str(caught.value)


@pytest.mark.full
@hypothesis.settings(max_examples=2000)
@hypothesis.given(strategies.lists(strategies.text(strategies.characters(exclude_categories=["C"]))))
@hypothesis.example(words=['^"', "it's ^\""])
def test_quoted_words_come_back(words: list[str]) -> None:
    assert split(shlex.join(["curl", *words])) == ["curl", *words]


OFTEN = strategies.sampled_from(
    [
        *"'\"\\$^ \n;&|=@<{}[]%:#-",
        *(
            "curl ",
            "$'",
            "\\\n",
            "^\n",
            " -F ",
            " -d",
            " --data-urlencode ",
            " -H ",
            "=@x",
            " -u a:b",
            " -T x",
        ),
        *(" --json ", " -G ", ";type=a/b", ";filename=", " http://h/", "token=", "X-Key: 1", " -k"),
    ]
)


@pytest.mark.full
@hypothesis.settings(max_examples=2000)
@hypothesis.given(strategies.lists(OFTEN | strategies.text(max_size=8), max_size=30).map("".join))
def test_any_text_is_a_sound_destination_or_a_refusal_in_words(text: str) -> None:
    try:
        found = imported(f"curl http://h/ {text}" if len(text) % 2 else text, read=lambda _: b"x")
    except DestinationError:
        return  # in words, as all of these
    assert parse(render(found.destination), called="it") == found.destination
