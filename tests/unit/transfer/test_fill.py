# SPDX-License-Identifier: MIT
"""How templates become a request: names, addresses, headers, and what is refused before anything is sent."""

import base64
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiuploader.sources.local_file import local_file
from guiuploader.transfer.fill import FilledRequest, fill
from guiuploader.values.errors import DestinationError, ErrorCode
from guiuploader.values.explanations import explain
from tests.helpers.scripted_server import ScriptedServer, StartServer, answer
from tests.unit.transfer.stage import MemorySource, Stage, to

NAMES = [
    ('say "hi".txt', 'say "hi".txt'.replace('"', "%22")),
    ("line\r\nbreak.txt", "line%0D%0Abreak.txt"),
    ("tab\tnul\x00del\x7f.txt", "tab%09nul%00del%7F.txt"),
    ("naïve 🎉.txt", "naïve 🎉.txt"),
    ("back\\slash;semi='.txt", "back\\slash;semi='.txt"),
    ("100%25.txt", "100%25.txt"),
]


@pytest.fixture
def server(scripted_server: StartServer) -> ScriptedServer:
    return scripted_server(answer(201))


def never(name: str) -> str:
    raise AssertionError(f"the secret {name} was looked up")


def no_digest(index: int) -> Callable[[str], bytes]:
    def digest(name: str) -> bytes:
        raise AssertionError(f"file {index} was read for its {name}")

    return digest


def filled(url: str, *tables: str, name: str = "file.bin", **variables: str) -> FilledRequest:
    job = Stage().job(to(url, *tables), MemorySource(name=name), variables)
    return fill(job.destination, job.scopes({"token": "s3cret"}.__getitem__, no_digest))


@pytest.mark.parametrize(("name", "expected"), NAMES)
@pytest.mark.parametrize("kind", ["multipart", "buffered"])
def test_a_file_name_is_escaped_as_browsers_do(
    stage: Stage, server: ScriptedServer, kind: str, name: str, expected: str
) -> None:
    stage.send(to(f"{server.url}/up", f'body = "{kind}"'), MemorySource(name=name))
    head = f'\r\nContent-Disposition: form-data; name="file"; filename="{expected}"\r\nContent-Type:'
    assert head.encode() in server.request().body


@pytest.mark.parametrize("kind", ["multipart", "buffered"])
def test_field_names_are_escaped_and_values_are_not(stage: Stage, server: ScriptedServer, kind: str) -> None:
    fields = 'body = "KIND"\n[multipart.fields]\n"a\\"ü\\\\" = "{filename}"'.replace("KIND", kind)
    stage.send(to(f"{server.url}/up", fields), MemorySource(name='x"\r\n\x01ü'))
    assert 'name="a%22ü\\"\r\n\r\nx"\r\n\x01ü\r\n'.encode() in server.request().body


@pytest.mark.skipif(os.name == "nt", reason="there, file names are text")
def test_bytes_that_are_no_text_become_a_sign_that_can_be_sent(
    stage: Stage, server: ScriptedServer, tmp_path: Path
) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.txt")
    path.write_bytes(b"x")
    destination = to(f"{server.url}/{{filename}}", '[headers]\nX-Name = "{filename}"')
    stage.send(destination, local_file(path))
    request = server.request()
    assert request.target == "/caf%EF%BF%BD.txt"
    assert 'filename="caf\N{REPLACEMENT CHARACTER}.txt"'.encode() in request.body
    assert (request.header("X-Name") or "").encode("latin-1").decode() == "caf\N{REPLACEMENT CHARACTER}.txt"


TARGETS = [
    ("", "/"),
    ("?a=b", "/?a=b"),
    ("/a/../b/./c//d", "/a/../b/./c//d"),
    ("//double", "//double"),
    ("/%7Etilde/%2f/%2F~", "/%7Etilde/%2f/%2F~"),
    ("/100%/%zz%20", "/100%25/%25zz%20"),
    ("/für/großes[]?q=ö&tags[]=1", "/f%C3%BCr/gro%C3%9Fes[]?q=%C3%B6&tags[]=1"),
    ('/a"b<c>|^`', "/a%22b%3Cc%3E%7C%5E%60"),
    ("/x?", "/x?"),
]


@pytest.mark.parametrize(("given_target", "sent"), TARGETS)
def test_an_address_goes_out_as_it_was_written(
    stage: Stage, server: ScriptedServer, given_target: str, sent: str
) -> None:
    stage.send(to(server.url + given_target))
    assert server.request().target == sent


def test_values_in_an_address_are_encoded_and_a_relative_path_keeps_its_slashes(
    stage: Stage, server: ScriptedServer
) -> None:
    source = MemorySource(name="a b/ü?&#%.txt")
    source.relpath = "dir/../ä b?.txt"
    stage.send(to(f"{server.url}/{{filename}}/{{relpath}}?x={{filename}}"), source)
    name = "a%20b%2F%C3%BC%3F%26%23%25.txt"
    assert server.request().target == f"/{name}/dir/../%C3%A4%20b%3F.txt?x={name}"


@pytest.mark.parametrize(("start", "joint"), [("/up", "?"), ("/up?", ""), ("/up?a=1", "&"), ("/up?a=1&", "")])
def test_a_query_is_joined_to_the_one_that_is_there(
    stage: Stage, server: ScriptedServer, start: str, joint: str
) -> None:
    stage.send(to(server.url + start, '[query]\n"na me" = "{filename}&=ü"\nb = ""'))
    assert server.request().target == f"{start}{joint}na%20me=file.bin%26%3D%C3%BC&b="


def test_header_values_are_utf_8_without_blanks_around(stage: Stage, server: ScriptedServer) -> None:
    stage.send(
        to(f"{server.url}/up", '[headers]\nX-Title = "  Grüße €  "\nUser-Agent = "mine"\nX-Empty = ""')
    )
    request = server.request()
    assert (request.header("X-Title") or "").encode("latin-1").decode() == "Grüße €"
    assert request.header("User-Agent") == "mine"
    assert request.header("X-Empty") == ""


def test_we_say_who_we_are(stage: Stage, server: ScriptedServer) -> None:
    stage.send(to(f"{server.url}/up"))
    assert (server.request().header("User-Agent") or "").startswith("guiuploader/")


def test_basic_sign_in_is_utf_8_and_keeps_blanks(server: ScriptedServer) -> None:
    auth = '[auth]\nkind = "basic"\nusername = "jörg"\npassword = "{secret:password}"'
    stage = Stage(secrets={"password": " pä:ß€ "})
    stage.send(to(f"{server.url}/up", auth))
    scheme, _, credential = (server.request().header("Authorization") or "").partition(" ")
    assert (scheme, base64.b64decode(credential).decode()) == ("Basic", "jörg: pä:ß€ ")
    stage.sender.close()


def test_a_bearer_token_is_sent_as_it_is() -> None:
    request = filled("http://a.example/", '[auth]\nkind = "bearer"\ntoken = "{secret:token}"')
    assert dict(request.headers)["Authorization"] == "Bearer s3cret"


CONTROL = [
    ('[headers]\nX-A = "{var:v}"', "headers.X-A"),
    ('[auth]\nkind = "bearer"\ntoken = "{var:v}"', "auth.token"),
    ('[auth]\nkind = "basic"\nusername = "{var:v}"', "auth.username"),
    ('[auth]\nkind = "basic"\nusername = "u"\npassword = "{var:v}"', "auth.password"),
    ('[multipart]\nfile_field = "{var:v}"', "multipart.file_field"),
    ('[multipart]\ncontent_type = "{var:v}"', "multipart.content_type"),
    ('[multipart]\npart_headers = { X-A = "{var:v}" }', "multipart.part_headers.X-A"),
    ('body = "raw"\n[raw]\ncontent_type = "{var:v}"', "raw.content_type"),
    ('body = "raw"\n[raw]\ncontent_disposition = "{var:v}"', "raw.content_disposition"),
]


@pytest.mark.parametrize(("tables", "key"), CONTROL)
@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "nul\0", "del\x7f", "tab\t"])
def test_control_characters_are_refused_before_anything_is_sent(
    stage: Stage, server: ScriptedServer, tables: str, key: str, value: str
) -> None:
    problem = stage.fails(to(f"{server.url}/up", tables, "[variables.v]"), v=value)
    assert (problem.code, problem.facts["key"]) == (ErrorCode.VALUE_NOT_ALLOWED, key)
    assert server.connections == 0


REFUSED = [
    ("/up", '[multipart]\nfilename = "{var:v}"', "", "multipart.filename"),
    ("/up", '[auth]\nkind = "basic"\nusername = "{var:v}"', "a:b", "auth.username"),
    ("/up", '[headers]\nX-A = "{var:v}"', "\udcff", "headers.X-A"),
    ("/up", '[multipart.fields]\nf = "{var:v}"', "\udcff", "multipart.fields.f"),
    ("/{var:v}", "", "\udcff", "url"),
    ("/up", '[query]\nq = "{var:v}"', "\udcff", "query.q"),
    ("/up", '[headers]\nX-A = "{env:NOT_THERE}{var:v}"', "", "headers.X-A"),
]


@pytest.mark.parametrize(("path", "tables", "value", "key"), REFUSED)
def test_what_cannot_be_sent_is_refused_by_its_key(path: str, tables: str, value: str, key: str) -> None:
    with pytest.raises(DestinationError) as caught:
        filled(f"http://a.example{path}", tables, "[variables.v]", v=value)
    assert (caught.value.problem.code, caught.value.problem.facts["key"]) == (
        ErrorCode.VALUE_NOT_ALLOWED,
        key,
    )
    assert str(explain(caught.value.problem)).startswith(f"A value cannot be sent as it is. {key}: ")


def test_a_missing_value_is_named() -> None:
    with pytest.raises(DestinationError) as caught:
        filled("http://a.example/{var:case}", "[variables.case]")
    assert caught.value.problem.code is ErrorCode.VALUE_MISSING
    assert dict(caught.value.problem.facts) == {"name": "case", "destination": "Test"}


def test_a_default_stands_in_for_a_value_and_the_environment_gives_what_is_meant_for_us(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GUIUPLOADER_VAR_WHO", "env")
    variables = '[variables.a]\ndefault = "d"\n[variables.b]\ndefault = "d"'
    url = filled("http://a.example/{var:a}{var:b}{env:WHO}{uuid}{date:%Y}{size}", variables, b="given").url
    assert url == "http://a.example/dgivenenvsome-uuid20267"


def test_masked_for_showing_no_secret_is_looked_up() -> None:
    tables = (
        '[query]\npass = "abc"\nq = "{secret:token}"',
        '[headers]\nX-Api-Key = "literal"\nX-Other = "a {secret:token}"',
        '[auth]\nkind = "basic"\nusername = "u"\npassword = "{secret:token}"',
        '[multipart.fields]\ntoken = "literal"\nid = "7"',
    )
    job = Stage().job(to("http://a.example/{secret:token}", *tables))
    request = fill(job.destination, job.scopes(never, no_digest), masked=True)
    assert request.url == "http://a.example/***?pass=***&q=***"
    assert request.headers == (("X-Api-Key", "***"), ("X-Other", "a ***"), ("Authorization", "Basic ***"))
    assert [(part.name, part.value) for part in request.parts[:-1]] == [("token", "***"), ("id", "7")]


@given(st.text(st.characters(exclude_characters="/?#@:{}\\[]"), min_size=1, max_size=80))
def test_no_host_makes_anything_but_an_error_of_ours(host: str) -> None:
    try:
        destination = to("http://a.example/")
        job = Stage().job(destination)
        request = fill(destination, job.scopes(never, no_digest))
        Stage().sender._session.prepare("POST", request.url.replace("a.example", host, 1), {})
    except DestinationError:
        pass


@given(st.text(min_size=1), st.text())
def test_whatever_is_filled_in_the_address_is_plain_ascii(name: str, value: str) -> None:
    if any("\ud800" <= char <= "\udfff" for char in name + value):
        with pytest.raises(DestinationError, match="value-not-allowed"):
            filled("http://a.example/{filename}{var:v}", "[variables.v]", name=name, v=value)
        return
    url = filled("http://a.example/p/{filename}?v={var:v}", "[variables.v]", name=name, v=value).url
    assert url.isascii()
    assert url.isprintable()
    assert url.startswith("http://a.example/p/")
