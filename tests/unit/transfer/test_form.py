# SPDX-License-Identifier: MIT
"""What a form is made of and in which order, and when its first file may become complete."""

import email
import email.policy
import hashlib
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from guiuploader.destinations.destination import Destination
from guiuploader.network.session import READ_SIZE
from guiuploader.values.errors import ErrorCode, SourceError
from tests.helpers.scripted_server import Request, ScriptedServer, StartServer, answer
from tests.helpers.waiting import wait_until
from tests.unit.transfer.stage import Heard, MemorySource, Reopened, Stage, to

KINDS = ["multipart", "buffered"]
LARGE = 700_000
PARTS = """
body = "{kind}"
[multipart]
files_per_request = 2
[[multipart.part]]
name = "title"
value = "{{filename}} and more"
[[multipart.part]]
name = "one-{{index}}"
upload = true
[[multipart.part]]
name = "middle"
value = "m"
content_type = "text/x-middle"
headers = {{ X-Of = "{{filename}}" }}
[[multipart.part]]
name = "two-{{index:1}}"
upload = true
filename = "{{index}}-{{filename}}"
content_type = "image/x-{{index}}"
headers = {{ X-Sum = "{{sha256}}" }}
[[multipart.part]]
name = "last"
value = "l"
"""


def content(number: int, size: int = LARGE) -> bytes:
    return hashlib.shake_128(bytes([number])).digest(size)


@pytest.fixture
def server(scripted_server: StartServer) -> ScriptedServer:
    return scripted_server(answer(201))


def form_of(request: Request) -> list[tuple[str, str | None, str, bytes]]:
    """Return name, file name, type and content of each part, as Python's own reader of mails has them."""
    assert request.header("Content-Length") == str(len(request.body))
    head = f"Content-Type: {request.header('Content-Type')}\r\n\r\n".encode()
    whole = email.message_from_bytes(head + bytes(request.body), policy=email.policy.HTTP)
    parts = []
    for part in whole.iter_parts():
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        name = part.get_param("name", header="Content-Disposition")
        parts.append((str(name), part.get_filename(), part.get("Content-Type", ""), payload))
    return parts


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("field", ["file", "file{index}", "files[{index:1}]"])
def test_the_part_with_the_file_is_repeated_for_each(
    stage: Stage, server: ScriptedServer, kind: str, field: str
) -> None:
    lines = f'body = "{kind}"\n[multipart]\nfile_field = "{field}"\nfiles_per_request = 9'
    fields = '[multipart.fields]\nfirst = "{filename}"'
    files = [content(number, size) for number, size in enumerate((LARGE, 0, 5, 2 * READ_SIZE))]
    sources = [MemorySource(file, f"{number}.bin") for number, file in enumerate(files)]
    receipts = stage.send_all(to(f"{server.url}/up", lines, fields), *sources)
    names = [field.replace("{index}", str(n)).replace("{index:1}", str(n + 1)) for n in range(4)]
    assert form_of(server.request()) == [
        ("first", None, "", b"0.bin"),
        *(
            (name, f"{n}.bin", "application/x-test", file)
            for n, (name, file) in enumerate(zip(names, files, strict=True))
        ),
    ]
    assert [each.sha256 for each in receipts] == [hashlib.sha256(file).hexdigest() for file in files]
    assert [each.size for each in receipts] == [len(file) for file in files]
    assert stage.heard.counts[-1] == sum(map(len, files))
    assert stage.heard.counts == sorted(stage.heard.counts)
    assert stage.heard.commit_points == 1


@pytest.mark.parametrize("kind", KINDS)
def test_parts_that_are_written_out_stand_in_their_order(
    stage: Stage, server: ScriptedServer, kind: str
) -> None:
    sources = [Reopened(content(0, 10), "a.txt"), Reopened(content(1), "b.txt")]
    receipts = stage.send_all(to(f"{server.url}/up", PARTS.format(kind=kind)), *sources)
    assert form_of(server.request()) == [
        ("title", None, "", b"a.txt and more"),
        ("one-0", "a.txt", "application/x-test", content(0, 10)),
        ("middle", None, "text/x-middle", b"m"),
        ("two-2", "1-b.txt", "image/x-1", content(1)),
        ("last", None, "", b"l"),
    ]
    body = bytes(server.request().body)
    assert b"\r\nX-Of: a.txt\r\n" in body
    assert f"\r\nX-Sum: {receipts[1].sha256}\r\n".encode() in body


@pytest.mark.parametrize("kind", KINDS)
def test_fewer_files_than_parts_leave_the_rest_of_the_parts_out(
    stage: Stage, server: ScriptedServer, kind: str
) -> None:
    (receipt,) = stage.send_all(to(f"{server.url}/up", PARTS.format(kind=kind)), Reopened(b"x", "a.txt"))
    assert [part[0] for part in form_of(server.request())] == ["title", "one-0", "middle", "last"]
    assert receipt.size == 1


def fixed(path: Path, kind: str, *, first: bool) -> str:
    parts = [f"name = 'licence'\nfile = '{path}'", "name = 'file'\nupload = true"]
    tables = [f"[[multipart.part]]\n{part}" for part in (parts if first else reversed(parts))]
    return "\n".join([f'body = "{kind}"', *tables])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("first", [True, False])
def test_a_file_that_is_always_the_same_goes_along_and_is_not_counted(
    stage: Stage, server: ScriptedServer, tmp_path: Path, kind: str, *, first: bool
) -> None:
    path = tmp_path / 'licence "2".pdf'
    path.write_bytes(content(7))
    (receipt,) = stage.send_all(
        to(f"{server.url}/up", fixed(path, kind, first=first)), MemorySource(content(1))
    )
    found = {part[0]: part[1:] for part in form_of(server.request())}
    assert found == {
        "licence": ("licence %222%22.pdf", "application/pdf", content(7)),
        "file": ("file.bin", "application/x-test", content(1)),
    }
    assert (receipt.size, receipt.sha256) == (LARGE, hashlib.sha256(content(1)).hexdigest())
    assert stage.heard.counts[-1] == LARGE
    assert max(stage.heard.counts) == LARGE


class Held(Heard):
    """An ear that lets nothing become complete before its gate is open."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.held = threading.Event()

    def before_commit_point(self) -> None:
        super().before_commit_point()
        self.held.set()
        self.gate.wait(10)


def held_while_sending(stage: Stage, destination: Destination, sources: tuple[MemorySource, ...]) -> Held:
    heard = Held()
    job = replace(stage.job(destination), sources=sources)
    sending = threading.Thread(target=stage.sender.send, args=(job, stage.control, heard), name="sending")
    sending.start()
    assert heard.held.wait(10)
    return heard


def finish(heard: Held) -> None:
    heard.gate.set()
    for thread in threading.enumerate():
        if thread.name == "sending":
            thread.join(10)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", ["several", "fixed first", "fixed last"])
def test_the_last_byte_of_the_first_file_waits_for_the_mark(
    stage: Stage, server: ScriptedServer, tmp_path: Path, kind: str, case: str
) -> None:
    path = tmp_path / "fixed.bin"
    path.write_bytes(content(7))
    own = content(1)
    if case == "several":
        lines = f'body = "{kind}"\n[multipart]\nfiles_per_request = 3'
        sources = tuple(MemorySource(each) for each in (own, content(2), content(3, 0)))
        if kind == "multipart":
            sources = sources[:2]
    else:
        lines = fixed(path, kind, first=case == "fixed first")
        sources = (MemorySource(own),)
    first = content(7) if case == "fixed first" else own
    heard = held_while_sending(stage, to(f"{server.url}/up", lines), sources)
    body = server.request().body
    wait_until(lambda: first[: LARGE - READ_SIZE - 1000] in bytes(body))
    assert first not in bytes(body)
    assert first[-1000:] not in bytes(body)
    finish(heard)
    assert first in bytes(server.request().body)
    assert heard.commit_points == 1


def test_a_fixed_file_that_is_gone_is_nobody_s_fault(
    stage: Stage, server: ScriptedServer, tmp_path: Path
) -> None:
    with pytest.raises(SourceError) as caught:
        stage.send_all(
            to(f"{server.url}/up", fixed(tmp_path / "gone", "multipart", first=False)), MemorySource()
        )
    assert (caught.value.problem.code, caught.value.index) == (ErrorCode.SOURCE_MISSING, None)
    assert server.connections == 0
