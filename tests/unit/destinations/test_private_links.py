# SPDX-License-Identifier: MIT
"""An address that is a secret: its destination refers to it, and sends it as it was given."""

import datetime as dt

import pytest

from guiuploader.destinations.library import from_url, given_secrets
from guiuploader.destinations.toml_file import parse, render
from guiuploader.sources.no_file import NoFile
from guiuploader.transfer.fill import fill
from guiuploader.transfer.job import Job, SecretLookup
from guiuploader.values.secrets import SecretStore, no_keychain

QUERY = "X-Amz-Date=20260102&X-Amz-Credential=AK%2Feu&X-Amz-Signature=ab/c%2B%3D"


def filled_url(given: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the address and the headers of a request that an address leads to."""
    destination = from_url(given)
    store = SecretStore(no_keychain, {})
    for key, value in given_secrets(given).items():
        store.keep(key, value, save=False)
    job = Job((NoFile("POST /"),), destination, {}, "u", dt.datetime(2026, 1, 2, tzinfo=dt.UTC))
    scopes = job.scopes(SecretLookup(store, destination), lambda _: lambda name: name.encode())
    filled = fill(destination, scopes)
    return filled.url, filled.headers


@pytest.mark.parametrize(
    "url",
    [
        f"https://b.example/k%20x/{{y}}?{QUERY}",
        "https://h.example/up?folder=a&token=s3cret+%zz",
        "https://h.example:8443/?sig=1%262",
    ],
)
def test_a_link_with_a_secret_is_sent_as_it_was_given_and_kept_nowhere(url: str) -> None:
    sent, _ = filled_url(url)
    assert sent == url.replace("{y}", "%7By%7D").replace("%zz", "%25zz")
    kept = render(from_url(url))
    assert url.partition("?")[2] not in kept
    assert not any(each in kept for each in ("ab/c", "AK%2Feu", "s3cret", "1%262"))
    assert parse(kept, called="x") == from_url(url)


def test_the_same_link_is_the_same_destination_and_another_is_another() -> None:
    links = [f"https://b.example/{key}?{QUERY}{more}" for key in "ab" for more in ("", "0")]
    names = [from_url(link).name for link in links]
    assert len(set(names)) == 4
    assert [from_url(link).name for link in links] == names
    assert all(name.startswith("b.example (link ") for name in names)


def test_a_user_and_a_password_become_a_sign_in() -> None:
    url = "https://ann%40x:p%C3%A4ss{w}@h.example/up?a=b"
    destination = from_url(url)
    assert (destination.name, destination.url) == ("ann@x@h.example", "https://h.example/up?a=b")
    assert "ss{w}" not in render(destination)
    sent, headers = filled_url(url)
    assert sent == "https://h.example/up?a=b"
    assert dict(headers)["Authorization"] == "Basic YW5uQHg6cMOkc3N7d30="
    assert from_url("https://ann@h.example/up").auth.password == ""


def test_an_address_without_a_secret_stays_as_it_is() -> None:
    url = "https://h.example/up?author=me&folder=a"
    assert (from_url(url).url, from_url(url).name, given_secrets(url)) == (url, "h.example", {})
    assert given_secrets("ACME files") == {}


def test_a_whole_link_will_do_in_place_of_its_query() -> None:
    url = "https://b.example/k?sig=new-signature"
    destination = from_url("https://b.example/k?sig=old-signature")
    variable = next(iter(given_secrets("https://b.example/k?sig=old-signature"))).variable
    assert variable == "GUIUPLOADER_SECRET_LINK"
    lookup = SecretLookup(SecretStore(no_keychain, {variable: url}), destination)
    job = Job((NoFile("x"),), destination, {}, "u", dt.datetime(2026, 1, 2, tzinfo=dt.UTC))
    assert fill(destination, job.scopes(lookup, lambda _: lambda name: name.encode())).url == url
    assert {url, "sig=new-signature", "new-signature"} == lookup.used
