# SPDX-License-Identifier: MIT
"""Bodies that are texts, with a file in them or without, and none at all, at servers that others wrote."""

import json

import pytest

from tests.helpers.upload_server import UploadServer
from tests.servers.files import content, sha256
from tests.unit.transfer.stage import MemorySource, Reopened, Stage, to

pytestmark = pytest.mark.parametrize("form_server", ["flask", "fastapi", "busboy", "php"], indirect=True)

SIZES = [0, 1, 2, 3, 70_000, 5 * 1024 * 1024 + 1]
IN_JSON = """
body = "template"
[content]
text = '\\{{"name": "{{filename}}", "{kind}": "{{file:{kind}}}"}}'
content_type = "application/json"
[reply]
link = "{{json:link}}"
sha256 = "{{json:sha256}}"
"""
IN_FORM = """
body = "template"
[content]
text = "name={filename}&file={file:base64}"
content_type = "application/x-www-form-urlencoded"
"""
JSON = """
body = "content"
[content]
text = '\\{"id": "{var:id}", "tags": ["a", "{uuid}"]}'
content_type = "application/json"
[variables.id]
"""
PAIRS = """
body = "form"
[form.fields]
"tag{brackets}" = ["a b", "ä&=€+"]
id = "{{var:id}}"
[variables.id]
"""
AWKWARD = 'say "hi"\\ \t\r\n ä 🎉 \x7f &<>%41+'


@pytest.mark.parametrize("size", SIZES)
def test_a_file_in_base64_inside_json(stage: Stage, form_server: UploadServer, size: int) -> None:
    file, name = content(size), f"größe in JSON {size}.bin"
    destination = to(f"{form_server.url}/json", IN_JSON.format(kind="base64"), form_server.network)
    receipt = stage.send(destination, MemorySource(file, name))
    told = json.loads(receipt.reply.body)
    assert (told["size"], told["sha256"]) == (size, sha256(file))
    assert (receipt.size, receipt.sha256) == (size, sha256(file))
    assert receipt.link == f"{form_server.url}/files/{name}"
    assert form_server.stored(name).read_bytes() == file


@pytest.mark.parametrize("times", [0, 1, 50_000])
def test_a_text_inside_json(stage: Stage, form_server: UploadServer, times: int) -> None:
    """The file goes as it is, but for what JSON must escape; its length is counted beforehand."""
    file = AWKWARD.encode() * times
    destination = to(f"{form_server.url}/json", IN_JSON.format(kind="text"), form_server.network)
    receipt = stage.send(destination, Reopened(file))
    told = json.loads(receipt.reply.body)
    assert (told["size"], told["sha256"]) == (len(file), sha256(file))
    assert (receipt.size, receipt.sha256) == (len(file), sha256(file))
    assert form_server.stored("file.bin").read_bytes() == file


def test_a_file_in_base64_inside_pairs(stage: Stage, form_server: UploadServer) -> None:
    destination = to(f"{form_server.url}/echo", IN_FORM, form_server.network)
    receipt = stage.send(destination, Reopened(b"\xfb\xff\xfe?"))
    assert json.loads(receipt.reply.body)["form"] == [["name", "file.bin"], ["file", "+//+Pw=="]]


def test_a_text_that_is_json(stage: Stage, form_server: UploadServer) -> None:
    destination = to(f"{form_server.url}/echo", JSON, form_server.network)
    receipt = stage.send(destination, variables={"id": AWKWARD})
    told = json.loads(receipt.reply.body)
    assert told["json"] == {"id": AWKWARD, "tags": ["a", "some-uuid"]}
    assert told["content_type"] == "application/json"
    assert (receipt.size, receipt.sha256) == (0, None)


def test_pairs(stage: Stage, form_server: UploadServer) -> None:
    # PHP keeps only the last of pairs that share a name without brackets.
    brackets = "[]" if form_server.name == "php" else ""
    pairs = PAIRS.format(brackets=brackets)
    destination = to(f"{form_server.url}/echo", pairs, form_server.network)
    told = json.loads(stage.send(destination, variables={"id": AWKWARD}).reply.body)
    assert told["form"] == [["tag", "a b"], ["tag", "ä&=€+"], ["id", AWKWARD]]
    assert told["content_type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("method", "length"), [("GET", None), ("HEAD", None), ("DELETE", "0"), ("POST", "0")]
)
def test_a_request_without_a_body(
    stage: Stage, form_server: UploadServer, method: str, length: str | None
) -> None:
    tables = f'method = "{method}"\nbody = "none"\n[query]\nq = "ä &="'
    for _ in range(2):  # the second one is there to find a line on which nothing is left over
        destination = to(f"{form_server.url}/echo?a=b", tables, form_server.network)
        receipt = stage.send(destination)
        assert receipt.reply.status == 200
        assert receipt.reply.lower_headers()["x-method"] == method
        if method == "HEAD":
            assert receipt.reply.body == ""
            continue
        told = json.loads(receipt.reply.body)
        assert told["query"] == [["a", "b"], ["q", "ä &="]]
        assert (told["form"], told["json"], told["content_type"]) == ([], None, None)
        assert told["content_length"] == length
    assert (receipt.size, receipt.sha256, receipt.link) == (0, None, None)
