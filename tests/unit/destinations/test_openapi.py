# SPDX-License-Identifier: MIT
"""What is not taken from an OpenAPI document, and in which words; what a good one gives stands in a table."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guiuploader.destinations import openapi, openapi_file
from guiuploader.destinations.curl_command import Imported
from guiuploader.destinations.toml_file import parse, render
from guiuploader.values.errors import DestinationError, Problem
from guiuploader.values.explanations import explain
from tests.servers import openapi_documents

AT_LENGTH = settings() if settings().max_examples > 2_000 else settings.get_profile("importers")

HEAD = "openapi: 3.1.0\nservers: [{url: https://a.example}]\n"
BYTES = "requestBody: {content: {application/octet-stream: {}}}"


def document(**members: object) -> str:
    """Return a document with one operation, which takes the file alone, but for what is told."""
    operation = {"requestBody": {"content": {"application/octet-stream": {}}}, **members}
    return json.dumps(
        {"openapi": "3.1.0", "servers": [{"url": "https://a.example"}], "paths": {"/in": {"post": operation}}}
    )


def taken(text: str, *, wanted: frozenset[str] = frozenset()) -> Imported:
    api = openapi.read(text)
    return openapi.imported(api, api.operations[0], wanted=wanted)


def refused(text: str) -> Problem:
    with pytest.raises(DestinationError) as caught:
        taken(text)
    return caught.value.problem


def refusal(error: pytest.ExceptionInfo[DestinationError]) -> str:
    return str(explain(error.value.problem))


def form(**properties: object) -> str:
    content = {"multipart/form-data": {"schema": {"properties": properties, "required": list(properties)}}}
    return document(requestBody={"content": content})


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ('{\n  "openapi": x}', "the file", "not JSON: line 2, column 14"),
        ("openapi: 3.1.0\npaths: [", "the file", "line 3, column 1"),
        ("openapi: 3.1.0\n\tpaths: 1", "the file", "line 2, column 1"),
        ("openapi: 3.1.0\nx: *a", "the file", "line 2, column 4: “*a” names nothing before it"),
        ("x: &a [*a]", "the file", "names nothing before it"),
        ("openapi: 3.1.0\n<<: [1]", "the file", "takes over what is no table"),
        ("openapi: 3.1.0\n? [a]\n: 1", "the file", "line 2, column 3: the name of a member is no text"),
        ("openapi: 3.1.0\n---\nopenapi: 3.1.0", "the file", "line 2, column 1: a second document"),
        ("x: \x01", "the file", "characters that neither"),
        ("x: \ud800", "the file", "characters that neither"),
        ("", "the file", "is no OpenAPI document"),
        ("- a", "the file", "is no OpenAPI document"),
        ("{" + '"a": {' * 100_000, "the file", "beyond all measure"),
        ('{"a": ' * 200 + "1" + "}" * 200, "the file", "nested deeper"),
        ("[" * 100_000, "the file", "nested too deep"),
        ("a: " + "{a: " * 100_000, "the file", "nested too deep"),
        ('{"a": ' + "9" * 5_000 + "}", "the file", "beyond all measure"),
        ("a: 1", "openapi", "is missing"),
        ("swagger: '2.0'", "swagger", "convert it"),
        ("openapi: 4.0.0", "openapi", "is “4.0.0”"),
        ("openapi: [3]", "openapi", "the versions known here"),
        ("openapi: 3.0.0", "paths", "hold no operation that takes a file"),
        (HEAD + "paths: {/a: {post: {$ref: other.yaml}}}", "$ref", "“other.yaml” is in another file"),
        (HEAD + "paths: {/a: {$ref: 'https://b.example/x.json#/a'}}", "$ref", "neither is read"),
        (HEAD + "paths: {/a: {$ref: 'file:///etc/passwd'}}", "$ref", "neither is read"),
        (HEAD + "paths: {/a: {$ref: '#/nothing'}}", "$ref", "“#/nothing” leads nowhere"),
        (HEAD + "paths: {/a: {$ref: [x]}}", "$ref", "is no reference"),
        (HEAD + "paths: {/a: {$ref: '#/paths/~1a'}}", "$ref", "refers to itself"),
        ("openapi: 3.1.0\npaths: {/a: {post: {" + BYTES + "}}}", "servers", "at which address"),
        (
            HEAD.replace("https://", "/") + "paths: {/a: {post: {" + BYTES + "}}}",
            "servers",
            "at which address",
        ),
        (
            HEAD.replace("a.ex", "u:p@a.ex") + "paths: {/a: {post: {" + BYTES + "}}}",
            "url",
            "user or password",
        ),
        (
            HEAD.replace("https:", "ftp:") + "paths: {/a: {post: {" + BYTES + "}}}",
            "servers",
            "at which address",
        ),
        (HEAD + "paths: {.evil: {post: {" + BYTES + "}}}", "paths..evil", "must start with “/”"),
        (
            document(parameters=[{"name": "a b", "in": "header", "required": True}]),
            "parameters.a b",
            "is no header name",
        ),
        (form(file={"format": "binary"}, a={"default": "\ud800"}), "a", "no text may hold"),
        (form(**{"f\n": {"format": "binary"}}), "multipart.file_field", "control characters"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words(text: str, key: str, reason: str) -> None:
    problem = refused(text)
    assert problem.facts["key"] == key
    assert reason in str(problem.facts["reason"])
    assert "\n" not in str(explain(problem))


def test_merges_that_multiply_end_soon() -> None:
    levels = [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 50)}], k{n}: 1}}" for n in range(1, 60)]
    text = "\n".join(["a0: &a0 {x: 1}", *levels, "openapi: 3.1.0"])
    assert refused(text).facts["key"] == "paths"


def test_aliases_that_multiply_end_soon() -> None:
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 60)]
    text = "\n".join(["a0: &a0 [x]", *levels, HEAD, "paths: {/a: {post: {parameters: *a59, " + BYTES + "}}}"])
    assert taken(text).destination.url == "https://a.example/a"


def test_schemas_that_multiply_end_in_words() -> None:
    tables: dict[str, object] = {
        f"S{n}": {"allOf": [{"$ref": f"#/components/schemas/S{n + 1}"}] * 2} for n in range(50)
    }
    tables["S50"] = {"properties": {"f": {"format": "binary"}}}
    whole = json.loads(form())
    whole["components"] = {"schemas": tables}
    content = whole["paths"]["/in"]["post"]["requestBody"]["content"]
    content["multipart/form-data"]["schema"] = {"$ref": "#/components/schemas/S0"}
    assert taken(json.dumps(whole)).destination.multipart.file_field == "f"


def test_json_that_holds_itself_ends_in_words() -> None:
    names = [f"m{n}" for n in range(20)]
    table = {"properties": {n: {"$ref": "#/components/schemas/T"} for n in names}, "required": names}
    whole = json.loads(document())
    whole["components"] = {"schemas": {"T": table}}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/T"}}}
    whole["paths"]["/in"]["post"]["requestBody"]["content"] = content
    assert "round and round" in str(refused(json.dumps(whole)).facts["reason"])


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "their.yaml"
    with path.open("wb") as file:
        file.truncate(openapi_file.LARGEST + 1)
    with pytest.raises(DestinationError) as caught:
        openapi.read_file(path)
    assert "too many for an OpenAPI document" in refusal(caught)


@pytest.mark.parametrize(
    ("data", "reason"),
    [(None, "No such file"), (b"\xff", "UTF-8"), (HEAD.encode("utf-16"), "no operation")],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, data: bytes | None, reason: str) -> None:
    path = tmp_path / "their.yaml"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(DestinationError) as caught:
        openapi.read_file(path)
    assert reason in refusal(caught)
    assert "their.yaml" in refusal(caught)


@pytest.mark.parametrize(
    ("name", "text", "is_one"),
    [
        ("a.yaml", HEAD, True),
        ("a.YML", "info: {}\nopenapi: '3.0.1'\n", True),
        ("a.json", '{"info":{},"openapi":"3.0.1"}', True),
        ("a.json", '{"swagger": "2.0"}', False),
        ("a.json", '{"text": "openapi: 3.0"}', False),
        ("a.yaml", "openapi: 1\n", False),
        ("a.txt", HEAD, False),
    ],
)
def test_a_document_is_known_by_its_name_and_its_beginning(
    tmp_path: Path, name: str, text: str, *, is_one: bool
) -> None:
    path = tmp_path / name
    path.write_text(text)
    assert openapi_file.looks_like_one(path) is is_one
    assert not openapi_file.looks_like_one(path.with_name("none.yaml"))


def test_a_secret_is_asked_for_and_never_a_variable() -> None:
    found = taken(form(api_key={"type": "string"}, file={"format": "binary"})).destination
    assert found.multipart.fields == {"api_key": "{secret:api-key}"}
    assert list(found.secrets) == ["api-key"]


def test_all_servers_are_told_and_one_may_be_given() -> None:
    text = document(
        servers=[
            {
                "url": "https://{where}.example/v1",
                "variables": {"where": {"default": "eu", "enum": ["eu", "us"]}},
            },
            {"url": "http://b.example/"},
        ]
    )
    api = openapi.read(text)
    (operation,) = api.operations
    assert api.servers(operation) == ("https://eu.example/v1", "http://b.example/")
    found = openapi.imported(api, operation)
    assert found.destination.url == "https://eu.example/v1/in"
    assert found.notes == (
        "servers: the first of 2 is taken; another address may be given",
        "servers: where is “eu”; known too: us",
    )
    assert (
        openapi.imported(api, operation, at="http://b.example/x/").destination.url == "http://b.example/x/in"
    )
    with pytest.raises(DestinationError) as caught:
        openapi.imported(api, operation, at="b.example")
    assert "must start with http" in refusal(caught)


def test_what_may_be_left_out_is_there_when_it_is_wanted() -> None:
    text = document(parameters=[{"name": "tag", "in": "query", "schema": {"type": "string"}}])
    assert taken(text).destination.query == {}
    assert taken(text, wanted=frozenset({"tag"})).destination.query == {"tag": "{var:tag}"}


WHOLE = st.sampled_from(
    [case.text.replace("SERVER", "https://a.example") for case in openapi_documents.CASES]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["$ref", "allOf", "type", "items", "properties", "$id", "$anchor", "schema", "url", "x"]
            ),
            inner | st.sampled_from(["#", "#/paths", "#x", "binary", "object", "array"]),
            max_size=4,
        )
    ),
    max_leaves=8,
)


@AT_LENGTH
@given(text=WHOLE, at=st.integers(0, 4_000), length=st.integers(0, 40), put=st.text(max_size=8))
def test_a_mangled_text_is_taken_or_refused(text: str, at: int, length: int, put: str) -> None:
    take_all(text[:at] + put + text[at + length :])


@AT_LENGTH
@given(data=st.data())
def test_a_document_with_anything_in_it_is_taken_or_refused(data: st.DataObject) -> None:
    whole = json.loads(openapi_documents.FASTAPI)
    places = list(inner_places(whole))
    for _ in range(data.draw(st.integers(1, 3))):
        table, key = data.draw(st.sampled_from(places))
        table[key] = data.draw(VALUES)
    take_all(json.dumps(whole))


def inner_places(value: object) -> list[tuple[dict[str, object], str]]:
    """Return every member of a document, with the table that it is in."""
    if not isinstance(value, dict):
        return [place for each in value for place in inner_places(each)] if isinstance(value, list) else []
    own = [(value, key) for key in value]
    return own + [place for each in value.values() for place in inner_places(each)]


def take_all(text: str) -> None:
    """Take every operation, or be told in words why not."""
    told: list[DestinationError] = []
    try:
        api = openapi.read(text)
    except DestinationError as error:
        told.append(error)
    else:
        for operation in api.operations:
            try:
                api.servers(operation)
                found = openapi.imported(api, operation, at="https://b.example", wanted=frozenset({"note"}))
                assert parse(render(found.destination), called="again") == found.destination
                render(found.destination).encode()
            except DestinationError as error:
                told.append(error)
    assert all("\n" not in str(explain(error.problem)) for error in told)
