# SPDX-License-Identifier: MIT
"""A preview shows what is sent: held against what then really goes out."""

from collections.abc import Callable

import pytest

from guiuploader.transfer.job import Job
from guiuploader.transfer.preview import curl_text, http_text, python_text
from guiuploader.values.errors import UsageError
from tests.helpers.scripted_server import StartServer, answer
from tests.unit.transfer.stage import MemorySource, Stage, to

TABLES = '[headers]\nX-Title = "Grüße"\n[multipart.fields]\nid = "7"'


def test_the_question_whether_it_is_there_stands_before_it(
    stage: Stage, scripted_server: StartServer
) -> None:
    server = scripted_server([answer(404), answer(201), answer(500)])
    auth = "[auth]\nkind = 'basic'\nusername = 'u'\npassword = '{secret:p}'"
    lookup = f"[lookup]\nurl = '{server.url}/a/{{filename}}'\nsize = '{{header:Content-Length}}'"
    destination = to(f"{server.url}/up", 'body = "raw"\nomit_headers = ["Accept"]', auth, lookup)
    asked, _, upload = http_text(stage.job(destination)).partition("\n\n")
    assert upload.startswith("POST /up HTTP/1.1\n")
    asking = Stage(secrets={"p": "secret"})
    asking.send(destination)
    asking.sender.close()
    request = server.request()
    title, first, *lines = asked.split("\n")
    assert title == "# Question"
    assert first == f"{request.method} {request.target} HTTP/1.1"
    shown = dict(line.split(": ", 1) for line in lines)
    assert shown.pop("Authorization") == "Basic ***"
    sent = dict(request.headers)
    assert sent.pop("Authorization").startswith("Basic ")
    assert shown == sent


@pytest.mark.parametrize("kind", ["multipart", "buffered", "raw", "chunked"])
@pytest.mark.parametrize("content", [b"", b"content"])
def test_head_and_form_are_those_that_are_sent(
    stage: Stage, scripted_server: StartServer, kind: str, content: bytes
) -> None:
    server = scripted_server(answer(201))
    job = stage.job(to(f"{server.url}/ä?b", f'body = "{kind}"\n{TABLES}'), MemorySource(content))
    head, _, body = http_text(job).partition("\n\n")
    stage.send(job.destination, MemorySource(content))
    request = server.request()
    first, *lines = head.split("\n")
    assert first == f"{request.method} {request.target} HTTP/1.1"
    shown = dict(line.split(": ", 1) for line in lines)
    sent = {name: value.encode("latin-1").decode() for name, value in request.headers}
    sent.pop("Expect", None)  # the connection's own, by what it remembers of the server
    boundaries = [headers.get("Content-Type", "").partition("boundary=")[2] for headers in (shown, sent)]
    if boundaries[0]:
        shown["Content-Type"] = shown["Content-Type"].replace(boundaries[0], boundaries[1])
        body = body.replace(boundaries[0], boundaries[1])
    assert shown == sent
    file = f"<{len(content)} bytes of file.bin>"
    form = request.body.decode().replace("\r\n", "\n")
    assert body == (form.replace(f"\n\n{content.decode()}\n--", f"\n\n{file}\n--") if boundaries[0] else file)


def test_a_file_of_unknown_length_is_shown_as_such(stage: Stage) -> None:
    text = http_text(stage.job(to("http://a.example/", 'body = "raw"'), MemorySource(size=None)))
    assert "Transfer-Encoding: chunked" in text
    assert text.endswith("<? bytes of file.bin>")


@pytest.mark.parametrize("shown", [curl_text, python_text])
def test_what_is_no_file_here_and_what_is_several_requests_is_not_written_as_a_command(
    stage: Stage, shown: Callable[[Job], str]
) -> None:
    for kind, reason in (
        ("raw", "no file on this computer"),
        ("tus", "several requests that answer each other"),
    ):
        with pytest.raises(UsageError) as raised:
            shown(stage.job(to("http://a.example/", f'body = "{kind}"'), MemorySource()))
        assert reason in str(raised.value.problem.facts["reason"])
