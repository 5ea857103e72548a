# SPDX-License-Identifier: MIT
"""What a destination must be where files become objects in a store."""

import pytest

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.toml_file import parse, render
from guiuploader.values.errors import DestinationError


def store(*lines: str, url: str = "s3://minio@bucket/a b/{relpath}") -> Destination:
    text = "\n".join(["format = 1", 'name = "B"', f"url = '{url}'", 'body = "object-store"', *lines])
    return parse(text, called="a.toml")


def wrong(*lines: str, url: str = "s3://minio@bucket/a b/{relpath}") -> str:
    with pytest.raises(DestinationError) as caught:
        store(*lines, url=url)
    return str(caught.value.problem.facts["key"])


@pytest.mark.parametrize("scheme", ["s3", "gs", "az"])
def test_an_object_is_always_put_and_may_be_put_again(scheme: str) -> None:
    made = store("[headers]", 'Cache-Control = "no-store"', url=f"{scheme}://bucket/{{relpath}}")
    assert (made.method, made.repeats_are_safe, made.takes_file, made.is_form) == ("PUT", True, True, False)
    assert made.host == "bucket"
    assert parse(render(made), called="a.toml") == made


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://server/a",
            "s3://bucket",
            "s3://bucket/",
            "s3://bucket/folder/",
            "s3:///key",
            "s3://{var:x}/a",
        ),
        *("s3://me@{filename}/a", "S4://bucket/a", "s3://bucket/{secret:x}"),
    ],
)
def test_the_address_names_a_bucket_and_an_object_and_no_secret(url: str) -> None:
    assert wrong(url=url) in {"url", "body"}


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        (('method = "PATCH"',), "method"),
        (('omit_headers = ["Accept"]',), "omit_headers"),
        (("[query]", 'a = "b"'), "query"),
        (("[auth]", 'kind = "bearer"', 'token = "{secret:t}"'), "auth.kind"),
        (("[headers]", 'Content-MD5 = "{md5:base64}"'), "headers.Content-MD5"),
        (("[headers]", 'Authorization = "me"'), "headers.Authorization"),
        (("[headers]", 'Content-Type = "a/b"'), "headers.Content-Type"),
        (("[network]", "verify = false"), "network.verify"),
        (("[network]", 'proxy = "none"'), "network.proxy"),
        (("[retry]", 'idempotency_key_header = "X-Key"'), "retry.idempotency_key_header"),
    ],
)
def test_what_means_nothing_there_is_refused_by_its_key(lines: tuple[str, ...], key: str) -> None:
    assert wrong(*lines) == key


def test_what_only_s3_knows_is_refused_for_others() -> None:
    assert store("[headers]", 'x-amz-meta-a = "b"').headers
    url = "gs://bucket/{relpath}"
    assert wrong("[headers]", 'x-amz-meta-a = "b"', url=url) == "headers.x-amz-meta-a"
    assert wrong("[network]", "stall_timeout = 5", url=url) == "network.stall_timeout"
