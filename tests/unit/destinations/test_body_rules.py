# SPDX-License-Identifier: MIT
"""What a body may be made of: each rule is broken once and names its key; what is right is let through."""

from pathlib import Path

import pytest

from guiuploader.destinations.body_rules import MOST_FILES
from guiuploader.destinations.destination import BodyKind, Destination, Part
from guiuploader.destinations.texts import hash_names, secret_names
from guiuploader.destinations.toml_file import parse, render
from guiuploader.values.errors import DestinationError
from guiuploader.values.explanations import explain

HEAD = 'format = 1\nname = "A"\nurl = "https://a.example/up"\n'
UPLOAD = '[[multipart.part]]\nname = "f"\nupload = true\n'
SEVERAL = "[multipart]\nfiles_per_request = 2\n"
TEMPLATE = 'body = "template"\n[content]\ntext = '
CONTENT = 'body = "content"\n[content]\ntext = '


def detail(text: str) -> str:
    """Return what is said of a wrong destination."""
    with pytest.raises(DestinationError) as caught:
        parse(HEAD + text, called="a.toml")
    return explain(caught.value.problem).detail


def part(lines: str) -> str:
    return f"{UPLOAD}[[multipart.part]]\n{lines}"


BROKEN = {
    '[multipart]\nfile_field = ""': "multipart.file_field: must not be empty",
    '[multipart.fields]\n"" = "a"': "multipart.fields: holds a value without a name",
    '[form.fields]\n"" = "a"': "form.fields: holds a value without a name",
    '[form.fields]\n"a\\n" = "a"': "form.fields.a",
    '[multipart.part_headers]\n"X A" = "b"': "multipart.part_headers.X A: is no header name",
    '[multipart.part_headers]\nContent-Length = "5"': "multipart.part_headers.Content-Length: is made from",
    '[multipart.part_headers]\nContent-Transfer-Encoding = "{ext}"': "must be “binary” or “8bit”",
    part('name = ""\nvalue = "a"'): "multipart.part[2].name: must not be empty",
    part('name = "a"'): "multipart.part[2]: needs exactly one of value, upload = true and file",
    part('name = "a"\nvalue = ""\nfile = "/a"'): "multipart.part[2]: needs exactly one of",
    part('name = "a"\nvalue = ""\nupload = true'): "multipart.part[2]: needs exactly one of",
    part('name = "a"\nupload = true\nfile = "/a"'): "multipart.part[2]: needs exactly one of",
    part('name = "a"\nfile = "/a\\u0000"'): "multipart.part[2].file: must not hold control characters",
    part('name = "a"\nfile = "a.pdf"'): "multipart.part[2].file: must be a whole path",
    part('name = "a"\nfile = "~other/a.pdf"'): "multipart.part[2].file: must be a whole path",
    part(
        'name = "a"\nvalue = "b"\nheaders = { "X:" = "" }'
    ): "multipart.part[2].headers.X:: is no header name",
    part(
        'name = "a"\nvalue = "b"\nheaders = { X-A = "", x-a = "" }'
    ): "multipart.part[2].headers.x-a: stands",
    part(
        'name = "a"\nvalue = "b"\nheaders = { content-type = "" }'
    ): "multipart.part[2].headers.content-type",
    part('name = "a"\nvalue = "b"\nheaders = { content-transfer-encoding = "base64" }'): (
        "multipart.part[2].headers: may hold Content-Transfer-Encoding for a file only"
    ),
    part('name = "a\\n"\nvalue = "b"'): "multipart.part[2].name: must not hold control characters",
    part('name = "{nope}"\nvalue = "b"'): "multipart.part[2].name: “{nope}” is not known here",
    part('name = "a"\nvalue = "{file:base64}"'): "multipart.part[2].value: “{file}” is not known here",
    part('name = "a"\nvalue = "b"\nfilename = "{"'): "multipart.part[2].filename: the “{”",
    part('name = "a"\nvalue = "b"\ncontent_type = "{x}"'): "multipart.part[2].content_type: “{x}”",
    part('name = "a"\nvalue = "b"\nheaders = { X = "{x}" }'): "multipart.part[2].headers.X: “{x}”",
    part('name = "a"\nvalue = "{var:v}"'): "multipart.part[2].value: uses “{var:v}”; describe it",
    f'[multipart]\nfile_field = "a"\n{UPLOAD}': "multipart.file_field: stands beside [[multipart.part]]",
    f'[multipart]\nfilename = "a"\n{UPLOAD}': "multipart.filename: stands beside",
    f'[multipart]\ncontent_type = "a/b"\n{UPLOAD}': "multipart.content_type: stands beside",
    f'[multipart]\npart_headers = {{ X = "a" }}\n{UPLOAD}': "multipart.part_headers: stands beside",
    f'[multipart]\nfields = {{ x = "a" }}\n{UPLOAD}': "multipart.fields: stands beside",
    "[multipart]\nfiles_per_request = 0": "multipart.files_per_request: must be a number from 1 to 100",
    f"[multipart]\nfiles_per_request = {MOST_FILES + 1}": "multipart.files_per_request: must be a number",
    UPLOAD * 2: "multipart.files_per_request: must be 2, as so many parts wait for a file",
    f"[multipart]\nfiles_per_request = 3\n{UPLOAD * 2}": "multipart.files_per_request: must be 2",
    f'body = "raw"\n{SEVERAL}': 'multipart.files_per_request: needs body = "multipart" or "buffered"',
    '[multipart]\nfilename_escaping = "none"': "multipart.filename_escaping: must be one of",
    f'{TEMPLATE}""': "content.text: must not be empty",
    f'{CONTENT}""': "content.text: must not be empty",
    f'{TEMPLATE}"{{nope}}"': "content.text: “{nope}” is not known here",
    f'{TEMPLATE}"no file"': "content.text: must hold “{file:base64}” or “{file:text}” once, by itself",
    f'{TEMPLATE}"{{file:text}}{{file:text}}"': "content.text: must hold",
    f'{TEMPLATE}"{{date:{{file:text}}}}"': "content.text: must hold",
    f'{TEMPLATE}"{{file:{{var:how}}}}"\n[variables.how]': "content.text: must hold",
    f'{TEMPLATE}"{{file:hex}}"': "content.text: “hex” is not known here; known: base64, text",
    f'{TEMPLATE}"{{file}}"': "content.text: “{file}” takes 1 parameter, not 0",
    f'{CONTENT}"{{file:text}}"': 'content.text: can hold the file only with body = "template"',
    f'{CONTENT}"{{sha256:hex}}"': "content.text: “hex” is not known here; known: base64",
    f'{CONTENT}"{{index:one}}"': "content.text: “one” is no number to count from",
    f'{CONTENT}"a\\u0000"': "content.text: must not hold control characters",
    f'{CONTENT}"a"\ncontent_type = "a\\n"': "content.content_type: must not hold control characters",
    f'{CONTENT}"a"\nescape = "html"': "content.escape: must be one of auto, form, json, none, unbroken",
    'body = "form"\n[headers]\nContent-Type = "a/b"': "headers.Content-Type: is set by the body",
    f'{CONTENT}"a"\n[headers]\nContent-Type = "a/b"': "is set by the body; write [content]",
    f'{UPLOAD}[[multipart.part]]\nnaem = "a"\nvalue = "b"': (
        "multipart.part[2].naem: is no key of [multipart.part[2]] (did you mean “name”?)"
    ),
    f'{UPLOAD}[[multipart.part]]\nvalue = "b"': "multipart.part[2].name: is missing",
    f"{UPLOAD}[[multipart.part]]\nname = 'a'\nvalue = 7": "multipart.part[2].value: must be text in quotes",
    f"{UPLOAD}[[multipart.part]]\nname = 'a'\nupload = 1": "multipart.part[2].upload: must be true or false",
    f"{UPLOAD}headers = {{ X = 1 }}": "multipart.part[1].headers.X: must be text in quotes",
    "[multipart]\npart = 'a'": "multipart.part: must be a list of tables: [[multipart.part]]",
    "[multipart.part]\nname = 'a'": "multipart.part: must be a list of tables: [[multipart.part]]",
    "[multipart]\npart = ['a']": "multipart.part[1]: must be a table",
    "[multipart]\nfiles_per_request = '2'": "multipart.files_per_request: must be a whole number",
    "[form.fields]\na = 1": "form.fields.a: must be text in quotes or a list of such texts",
}


@pytest.mark.parametrize(("text", "said"), BROKEN.items())
def test_each_rule_names_its_key(text: str, said: str) -> None:
    assert said in detail(text)


ROOT = Path("a").absolute().as_posix()
RIGHT = [
    UPLOAD,
    SEVERAL + UPLOAD,
    SEVERAL + UPLOAD * 2,
    f"[multipart]\nfiles_per_request = {MOST_FILES}\nfilename_escaping = 'ascii'",
    part(f'name = "a"\nfile = "{ROOT}"\nheaders = {{ content-transfer-encoding = "BASE64" }}'),
    part('name = "a"\nfile = "~/a.pdf"'),
    part('name = "{index:1}"\nvalue = "two\\r\\nlines\\t{sha256:base64}"\nfilename = "a"'),
    f'{TEMPLATE}"{{file:text}}\\n"',
    f'{TEMPLATE}"{{FILE:base64}}{{filename}}"\nescape = "json"',
    f'{CONTENT}"a\\r\\n\\tb"\ncontent_type = "{{ext}}"',
    'body = "form"\n[form.fields]\na = ["{uuid}", "two\\nlines"]\nb = []',
    'body = "none"\nmethod = "GET"',
]


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_right_is_let_through_and_written_back(text: str) -> None:
    destination = parse(HEAD + text, called="a.toml")
    assert parse(render(destination), called="a.toml") == destination


def test_the_simple_way_is_the_full_one_in_short() -> None:
    lines = (
        '[multipart]\nfile_field = "up"\ncontent_type = ""\n[multipart.fields]\n"{a}" = ["1", "2"]\nb = "3"'
    )
    assert parse(HEAD + lines, called="a.toml").multipart.parts() == [
        Part(name=r"\{a}", value="1"),
        Part(name=r"\{a}", value="2"),
        Part(name="b", value="3"),
        Part(name="up", upload=True, filename="{filename}", content_type="application/octet-stream"),
    ]


def destination(text: str) -> Destination:
    return parse(HEAD + text, called="a.toml")


@pytest.mark.parametrize("kind", list(BodyKind))
def test_each_kind_of_body_takes_a_file_or_not(kind: BodyKind) -> None:
    text = "{file:text}" if kind is BodyKind.TEMPLATE else "a"
    url = 'url = "s3://bucket/{relpath}"\n' if kind is BodyKind.OBJECT_STORE else ""
    head = "\n".join(line for line in HEAD.splitlines() if not (url and line.startswith("url"))) + f"\n{url}"
    made = parse(f'{head}body = "{kind}"\n[content]\ntext = "{text}"', called="a.toml")
    assert made.takes_file is (kind not in {"content", "form", "none"})
    assert made.is_form is (kind in {"multipart", "buffered"})


def test_hashes_and_secrets_are_found_wherever_they_stand() -> None:
    made = destination(part('name = "a"\nvalue = "{md5}{secret:one}"\nheaders = { X = "{sha512}" }'))
    assert hash_names(made) == {"md5", "sha512"}
    assert secret_names(made) == ("one",)
    made = destination(f'{TEMPLATE}"{{file:text}}{{sha1}}{{secret:two}}"')
    assert hash_names(made) == {"sha1"}
    assert secret_names(made) == ("two",)


def test_a_signature_needs_the_hash_of_a_body_that_is_the_file() -> None:
    keys = 'access_key = "A"\nsecret_key = "{secret:s}"\nregion = "r"\nservice = "s3"'
    auth = f'[auth]\nkind = "aws-sigv4"\n{keys}'
    found = [hash_names(destination(f'body = "{kind}"\n{auth}')) for kind in ("raw", "chunked", "multipart")]
    assert found == [{"sha256"}, {"sha256"}, set()]
