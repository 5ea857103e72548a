# SPDX-License-Identifier: MIT
"""What a destination may not hold, each rule with the key and the reason it gives."""

from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from guiuploader.destinations.destination import (
    Auth,
    BodyKind,
    Content,
    Destination,
    Form,
    Multipart,
    Network,
    Raw,
    Reply,
    Secret,
    Tus,
    Variable,
)
from guiuploader.destinations.rule_broken import RuleBroken
from guiuploader.destinations.rules import check
from guiuploader.destinations.texts import secret_names

AWS = Auth(kind="aws-sigv4", access_key="A", region="eu-1", service="s3")
GOOD = Destination(format=1, name="A", url="https://a.example/up")


def broken(**changes: object) -> tuple[str, str]:
    """Return key and reason of the rule that a changed destination breaks."""
    with pytest.raises(RuleBroken) as caught:
        check(msgspec.structs.replace(GOOD, **changes))
    assert str(caught.value) == f"{caught.value.key}: {caught.value.reason}"
    return caught.value.key, caught.value.reason


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8000",
        "https://a.example/{relpath}?name={filename}",
        "https://[::1]:8443/up",
        "https://ü.example/ä",
        "https://a.example/a%20b@c:d",
        r"https://a.example/\{raw\}",
    ],
)
def test_a_good_address_is_taken(url: str) -> None:
    check(msgspec.structs.replace(GOOD, url=url))


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "must start with http:// or https://"),
        ("a.example", "must start with http:// or https://"),
        ("ftp://a.example", "must start with http:// or https://"),
        ("http:///up", "names no server"),
        ("http://:80/up", "names no server"),
        ("http://[", "is not an address"),
        ("http://a.example:port", "names a port"),
        ("http://a.example:99999", "names a port"),
        ("http://a.example:0", "names a port"),
        ("http://{var:host}/", "server written out"),
        (r"http://a\.example/", "server written out"),
        (r"http://a.example\@evil.example/", "server written out"),
        ("http://me:pw@a.example/", "must not hold a user or password"),
        ("http://a.example/a b", "must not hold blanks"),
        ("http://a.example/a\u00a0b", "must not hold blanks"),
        ("http://a.exa\nmple/", "must not hold blanks or control characters"),
        ("http://a.example/\udce9", "must not hold blanks or control characters"),
        ("http://a.example/#part", "must not hold a “#” part"),
        ("http://a.example/#", "must not hold a “#” part"),
        ("http://a.example/{nope}", "“{nope}” is not known here"),
        ("http://a.example/{uuid", "never closed"),
        ("http://a.example/{var:id}", "describe it in [variables.id]"),
        ("http://a.example/{secret:{uuid}}", "needs a plain name"),
        ("http://a.example/{var:}", "needs a plain name"),
        ("http://a.example/{secret:a/b}", "is no name for a secret"),
    ],
)
def test_a_bad_address_is_refused(url: str, reason: str) -> None:
    key, said = broken(url=url)
    assert key == "url"
    assert reason in said


@pytest.mark.parametrize(
    ("changes", "key", "reason"),
    [
        ({"format": 2}, "format", "update"),
        ({"format": 0}, "format", "must be 1"),
        ({"name": " "}, "name", "must not be empty"),
        ({"name": "a\nb"}, "name", "control characters"),
        ({"name": "x\udce9"}, "name", "control characters"),
        ({"method": "PO ST"}, "method", "must be a word like POST"),
        ({"method": ""}, "method", "must be a word like POST"),
        ({"query": {"": "x"}}, "query", "without a name"),
        ({"query": {"a\n": "x"}}, "query.a\n", "control characters in its name"),
        ({"query": {"a": "x\n"}}, "query.a", "must not hold control characters"),
        ({"headers": {"X A": "b"}}, "headers.X A", "is no header name"),
        ({"headers": {"X\r\nA": "b"}}, "headers.X\r\nA", "is no header name"),
        ({"headers": {"": "b"}}, "headers.", "is no header name"),
        ({"headers": {"X-Ä": "b"}}, "headers.X-Ä", "is no header name"),
        ({"headers": {"X-A": "b\nEvil: 1"}}, "headers.X-A", "must not hold control characters"),
        ({"headers": {"X-A": "b", "x-a": "c"}}, "headers.x-a", "stands there twice"),
        ({"headers": {"Transfer-Encoding": "chunked"}}, "headers.Transfer-Encoding", "set by guiuploader"),
        ({"headers": {"content-length": "1"}}, "headers.content-length", "set by guiuploader"),
        ({"headers": {"Content-Type": "a/b"}}, "headers.Content-Type", "write [multipart] content_type"),
        (
            {"headers": {"Content-Type": "a/b"}, "body": BodyKind.CHUNKED},
            "headers.Content-Type",
            "write [raw] content_type",
        ),
        ({"multipart": Multipart(file_field="")}, "multipart.file_field", "must not be empty"),
        ({"multipart": Multipart(file_field="a\0")}, "multipart.file_field", "control characters"),
        ({"multipart": Multipart(filename="a\nb")}, "multipart.filename", "control characters"),
        ({"multipart": Multipart(content_type="{x")}, "multipart.content_type", "never closed"),
        ({"multipart": Multipart(fields={"": "x"})}, "multipart.fields", "without a name"),
        ({"multipart": Multipart(fields={"a\r\nb": "x"})}, "multipart.fields.a\r\nb", "in its name"),
        ({"multipart": Multipart(fields={"a": ["x", "\0"]})}, "multipart.fields.a", "control characters"),
        (
            {"multipart": Multipart(part_headers={"A:": "b"})},
            "multipart.part_headers.A:",
            "is no header name",
        ),
        (
            {"multipart": Multipart(part_headers={"X-A": "b", "X-a": "c"})},
            "multipart.part_headers.X-a",
            "stands there twice",
        ),
        (
            {"multipart": Multipart(part_headers={"content-type": "a/b"})},
            "multipart.part_headers.content-type",
            "is made from the part's name, filename and content_type",
        ),
        (
            {"multipart": Multipart(part_headers={"Content-Transfer-Encoding": "uuencode"})},
            "multipart.part_headers.Content-Transfer-Encoding",
            "must be “binary” or “8bit”",
        ),
        ({"raw": Raw(content_disposition="a\n")}, "raw.content_disposition", "control characters"),
        ({"auth": Auth(kind="bearer", token="t")}, "auth.token", "would be kept in clear"),
        ({"auth": Auth(kind="bearer")}, "auth.token", 'is needed for kind = "bearer"'),
        ({"auth": Auth(kind="basic")}, "auth.username", 'is needed for kind = "basic"'),
        ({"auth": Auth(token="t")}, "auth.token", 'is not used by kind = "none"'),
        ({"auth": Auth(kind="bearer", token="t", password="p")}, "auth.password", "is not used"),
        ({"auth": Auth(kind="basic", username="a:b")}, "auth.username", "must not hold a “:”"),
        ({"auth": Auth(kind="digest")}, "auth.username", 'is needed for kind = "digest"'),
        ({"auth": Auth(kind="digest", username="u", password="p")}, "auth.password", "kept in clear"),
        ({"auth": AWS}, "auth.secret_key", 'is needed for kind = "aws-sigv4"'),
        ({"auth": replace(AWS, secret_key="s")}, "auth.secret_key", "write “{secret:secret-key}”"),
        ({"auth": replace(AWS, secret_key="a{var:b}")}, "auth.secret_key", "kept in clear"),
        ({"auth": replace(AWS, secret_key="{secret:s}", region="")}, "auth.region", "is needed"),
        (
            {"auth": replace(AWS, secret_key="{secret:s}", session_token="t")},
            "auth.session_token",
            "write “{secret:session-token}”",
        ),
        ({"auth": replace(AWS, secret_key="{secret:s}", token="{secret:t}")}, "auth.token", "is not used"),
        ({"reply": Reply(sha256="{json:a}", hash="none")}, "reply.sha256", 'needs hash = "sha256"'),
        ({"reply": Reply(sha256="{nope}")}, "reply.sha256", "is not known here"),
        (
            {"auth": Auth(kind="bearer", token="{secret:t}"), "headers": {"authorization": "x"}},
            "headers.Authorization",
            "stands beside [auth]",
        ),
        ({"variables": {"a b": Variable()}}, "variables.a b", "must be named with"),
        ({"variables": {"a": Variable(label="a\x1b")}}, "variables.a.label", "control characters"),
        ({"variables": {"a": Variable(choices=["a\x1b"])}}, "variables.a.choices", "control characters"),
        ({"secrets": {"1": Secret()}}, "secrets.1", "must be named with"),
        ({"secrets": {"a": Secret(label="\n")}}, "secrets.a.label", "control characters"),
        ({"reply": Reply(link="{json:a b}")}, "reply.link", "“a b” is not a JSON path"),
        ({"reply": Reply(error="{stem}")}, "reply.error", "“{stem}” is not known here"),
        ({"reply": Reply(success="\0")}, "reply.success", "control characters"),
        ({"network": Network(connect_timeout=0)}, "network.connect_timeout", "between 0 and 3600 seconds"),
        ({"network": Network(connect_timeout=float("nan"))}, "network.connect_timeout", "between"),
        ({"network": Network(connect_timeout=float("inf"))}, "network.connect_timeout", "between"),
        ({"network": Network(ca_file="ca.pem")}, "network.ca_file", "must be a whole path"),
        ({"network": Network(ca_file="~other/ca.pem")}, "network.ca_file", "must be a whole path"),
        ({"network": Network(ca_file="/a\0")}, "network.ca_file", "control characters"),
        ({"network": Network(stall_timeout=0)}, "network.stall_timeout", "between 0 and 3600 seconds"),
        ({"network": Network(reply_timeout=86401)}, "network.reply_timeout", "between 0 and 86400 seconds"),
        ({"network": Network(client_certificate="a.pem")}, "network.client_certificate", "whole path"),
        ({"network": Network(client_key="/a.pem")}, "network.client_key", "without client_certificate"),
        (
            {"network": Network(client_certificate="/a", client_key_password="open")},
            "network.client_key_password",
            "write “{secret:client-key-password}”",
        ),
        (
            {"network": Network(client_certificate="/a", client_key_password="{secret:a/b}")},
            "network.client_key_password",
            "is no name for a secret",
        ),
        ({"network": Network(proxy="")}, "network.proxy", "must be “system”, “none” or start with http://"),
        ({"network": Network(proxy="https://a:1")}, "network.proxy", "or start with http://"),
        ({"network": Network(proxy="http://a.example")}, "network.proxy", "must name a host and its port"),
        ({"network": Network(proxy="http://:80")}, "network.proxy", "must name a host and its port"),
        ({"network": Network(proxy="http://a:0")}, "network.proxy", "must name a host and its port"),
        ({"network": Network(proxy="http://a:99999")}, "network.proxy", "is not an address"),
        ({"network": Network(proxy="http://me:pw@a:1")}, "network.proxy", "use proxy_username"),
        ({"network": Network(proxy="http://a:1/x")}, "network.proxy", "must end with the port"),
        ({"network": Network(proxy_username="a:b")}, "network.proxy_username", "which parts it"),
        ({"network": Network(proxy_username="{uuid}")}, "network.proxy_username", "plain name or one"),
        ({"network": Network(proxy_password="{secret:a}")}, "network.proxy_username", "is needed beside"),
        (
            {"network": Network(proxy_username="a", proxy_password="b")},
            "network.proxy_password",
            "write “{secret:proxy-password}”",
        ),
    ],
)
def test_what_may_not_be_is_refused_by_its_key(changes: dict[str, object], key: str, reason: str) -> None:
    found, said = broken(**changes)
    assert found == key
    assert reason in said


@pytest.mark.parametrize(
    "changes",
    [
        {"multipart": Multipart(fields={"note": "two\r\nlines\t"})},
        {"multipart": Multipart(part_headers={"Content-Transfer-Encoding": "8bit"})},
        {"auth": Auth(kind="basic", username="{date:%H:%M}", password="{env:A}:b")},
        {"auth": Auth(kind="bearer", token="{secret:t}"), "headers": {"X-Authorization": "x"}},
        {"auth": Auth(kind="digest", username="{secret:u}", password="{secret:p}")},
        {"auth": replace(AWS, access_key="{secret:a}", secret_key="{secret:s}", session_token="{secret:t}")},
        {"reply": Reply(sha256="{json:sha256}")},
        {"network": Network(ca_file=str(Path("ca.pem").absolute()), verify=False)},
        {"network": Network(proxy="none", stall_timeout=1, reply_timeout=86400)},
        {"network": Network(proxy="socks5h://[::1]:1080", proxy_username="{secret:a}")},
        {"network": Network(client_certificate="~/me.pem", client_key_password="{secret:a}")},
        {"variables": {"case.no": Variable()}, "query": {"c": "{var:case.no}"}},
    ],
)
def test_what_is_right_is_let_through(changes: dict[str, object]) -> None:
    check(msgspec.structs.replace(GOOD, **changes))


def test_the_secrets_of_a_request_are_named_once_in_order_of_use() -> None:
    destination = Destination(
        format=1,
        name="A",
        url="https://a.example/{secret:in-url}",
        headers={"X-A": "{secret:key}{secret:key}"},
        auth=Auth(kind="bearer", token="{secret:token}"),
        multipart=Multipart(fields={"a": ["x", "{secret:field}"], "b": "{secret:key}"}),
        secrets={"unused": Secret()},
    )
    assert secret_names(destination) == ("in-url", "key", "token", "field")


def test_the_secrets_of_a_body_that_is_not_sent_are_not_asked_for() -> None:
    every = {
        "multipart": Multipart(file_field="{secret:form}"),
        "raw": Raw(content_type="{secret:raw}"),
        "content": Content(text="{secret:text}"),
        "form": Form(fields={"a": "{secret:pair}"}),
    }
    every["tus"] = Tus(filename="{secret:tus}")
    names = [secret_names(msgspec.structs.replace(GOOD, body=body, **every)) for body in BodyKind]
    assert names == [
        *(("form",), ("raw",), ("raw",), ("form",), ("tus",), ("raw",)),
        *(("text",), ("text",), ("pair",), ()),
    ]


def test_the_secrets_for_the_way_there_are_asked_for_too() -> None:
    network = Network(
        client_certificate="/a",
        client_key_password="{secret:key}",
        proxy_username="{secret:name}",
        proxy_password="{secret:word}",
    )
    assert secret_names(msgspec.structs.replace(GOOD, network=network)) == ("key", "name", "word")


@pytest.mark.parametrize(
    ("url", "verify", "unproved"),
    [
        ("https://a/", True, False),
        ("https://a/", False, True),
        ("HTTPS://a/", False, True),
        ("http://a/", False, False),
    ],
)
def test_only_an_encrypted_connection_can_go_to_somebody_unproved(
    url: str, *, verify: bool, unproved: bool
) -> None:
    destination = msgspec.structs.replace(GOOD, url=url, network=Network(verify=verify))
    assert destination.is_unproved is unproved


@pytest.mark.parametrize(
    ("url", "host", "origin"),
    [
        ("https://A.example/up", "A.example", "https://a.example:443"),
        ("http://a.example:8080/", "a.example:8080", "http://a.example:8080"),
        ("HTTP://a.example:/", "a.example:", "http://a.example:80"),
        ("https://[::1]/", "[::1]", "https://[::1]:443"),
    ],
)
def test_an_origin_has_one_spelling(url: str, host: str, origin: str) -> None:
    destination = msgspec.structs.replace(GOOD, url=url)
    assert (destination.host, destination.origin) == (host, origin)


def test_a_default_is_one_of_the_choices() -> None:
    variables = {"id": Variable(default="c", choices=["a", "b"])}
    assert broken(variables=variables) == ("variables.id.default", "must be one of its choices")
