# SPDX-License-Identifier: MIT
"""What the table [lookup] may hold, each rule with the key and the reason it gives."""

import msgspec
import pytest

from guiuploader.destinations.destination import Auth, BodyKind, Destination, Multipart, Reply
from guiuploader.destinations.lookup_table import Lookup
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.destinations.rules import check
from guiuploader.destinations.step import Step
from guiuploader.destinations.target import target_of
from guiuploader.destinations.texts import hash_names, secret_names
from guiuploader.destinations.toml_file import parse, render

URL = "https://a.example/files/{filename}"
ASKING = Destination(
    format=1,
    name="A",
    url="https://a.example/up",
    lookup=Lookup(url=URL, size="{header:Content-Length}"),
)


def broken(lookup: Lookup, **changes: object) -> tuple[str, str]:
    """Return key and reason of the rule that a destination with this question breaks."""
    with pytest.raises(RuleBroken) as caught:
        check(msgspec.structs.replace(ASKING, lookup=lookup, **changes))
    return caught.value.key, caught.value.reason


@pytest.mark.parametrize(
    "lookup",
    [
        Lookup(),
        Lookup(url=URL, size="{json:size}", method="GET", found="{json:id}", wait=0),
        Lookup(url=URL, sha256="{header:X-Hash}"),
        Lookup(url="https://a.example/blobs/sha256:{sha256}"),
        Lookup(url="https://a.example/blobs?of={md5:base64}&key={secret:key}"),
    ],
)
def test_a_good_question_is_taken_and_comes_back_from_its_file(lookup: Lookup) -> None:
    destination = msgspec.structs.replace(ASKING, lookup=lookup)
    check(destination)
    assert parse(render(destination), called="A") == destination
    assert destination.can_be_asked == bool(lookup.url)


@pytest.mark.parametrize(
    ("lookup", "key", "reason"),
    [
        (Lookup(size="{json:size}"), "lookup.url", "is missing"),
        (Lookup(url=URL), "lookup.size", "is missing, and so is sha256"),
        (Lookup(url="https://b.example/{filename}", size="1"), "lookup.url", "at the same server"),
        (Lookup(url="http://a.example/{filename}", size="1"), "lookup.url", "at the same server"),
        (Lookup(url="https://u@a.example/", size="1"), "lookup.url", "at the same server"),
        (Lookup(url="/files/{filename}", size="1"), "lookup.url", "at the same server"),
        (Lookup(url="https://[a/", size="1"), "lookup.url", "is not an address"),
        (Lookup(url="https://a.example/a b", size="1"), "lookup.url", "blanks"),
        (Lookup(url="https://a.example/a#b", size="1"), "lookup.url", "“#”"),
        (Lookup(url="https://a.example/{nothing}", size="1"), "lookup.url", "“{nothing}”"),
        (Lookup(url="https://a.example/{var:x}", size="1"), "lookup.url", "[variables.x]"),
        (Lookup(url=URL, size="{relpath}"), "lookup.size", "“{relpath}”"),
        (Lookup(url=URL, found="{json:[}", size="1"), "lookup.found", "JSON path"),
        (Lookup(url=URL, size="1", wait=-1), "lookup.wait", "from 0 to 3600"),
        (Lookup(url=URL, size="1", wait=4000), "lookup.wait", "from 0 to 3600"),
    ],
)
def test_a_bad_one_is_refused_with_its_reason(lookup: Lookup, key: str, reason: str) -> None:
    found = broken(lookup)
    assert found[0] == key
    assert reason in found[1]


def test_a_question_is_for_one_file_whose_hash_is_known() -> None:
    lookup = ASKING.lookup
    assert broken(lookup, body=BodyKind.NONE)[0] == "lookup.url"
    several = Multipart(files_per_request=2)
    assert "files_per_request must be 1" in broken(lookup, multipart=several)[1]
    no_hash = Reply(hash="none")
    assert broken(Lookup(url=URL, sha256="{json:hash}"), reply=no_hash)[0] == "lookup.sha256"
    check(msgspec.structs.replace(ASKING, reply=no_hash))


def test_a_mistake_in_a_file_names_its_key() -> None:
    with pytest.raises(Exception, match="destination-invalid") as caught:
        parse(render(ASKING).replace("[lookup]", "[lookup]\nsizes = 1"), called="A")
    problem = caught.value.problem  # type: ignore[attr-defined] # one of ours
    assert problem.facts["key"] == "lookup.sizes"
    assert "did you mean “size”?" in problem.facts["reason"]


def test_secrets_and_hashes_of_the_question_are_known_beforehand() -> None:
    url = "https://a.example/{md5}?key={secret:key}"
    destination = msgspec.structs.replace(ASKING, lookup=Lookup(url=url))
    assert secret_names(destination) == ("key",)
    assert hash_names(destination) == {"md5"}


def test_a_destination_that_can_be_asked_is_the_same_place_as_before() -> None:
    assert target_of(ASKING, {}) == target_of(msgspec.structs.replace(ASKING, lookup=Lookup()), {})


def test_what_a_step_gives_is_not_known_when_the_question_goes() -> None:
    login = Step(name="login", url="/login", gives={"token": "{json:token}"})
    token = "{step:login.token}"
    asked_by_token = Lookup(url=f"{URL}?t={token}", size="{header:Content-Length}")
    assert {
        broken(ASKING.lookup, before=[login], headers={"X-Token": token}),
        broken(ASKING.lookup, before=[login], auth=Auth(kind="bearer", token=token)),
        broken(asked_by_token, before=[login]),
    } == {
        (key, "is not known yet when [lookup] asks; leave one of both out")
        for key in ("headers.X-Token", "auth.token", "lookup.url")
    }
    check(msgspec.structs.replace(ASKING, before=[login]))
