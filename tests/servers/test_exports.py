# SPDX-License-Identifier: MIT
"""What `preview --format curl` and `python` print, run for real: the request is the one that `send` makes."""

import subprocess
import sys
from pathlib import Path

import pytest

from guiuploader import cli
from tests.helpers.scripted_server import ScriptedServer, StartServer
from tests.servers.recorded import FILES, answering, seen

PARTS = """
[[multipart.part]]
name = "fie\\"ld"
value = "two words; \\"quoted\\" \\\\ {filename}"
[[multipart.part]]
name = "meta"
value = '\\{"name": "{filename}"}'
content_type = "application/json"
[[multipart.part]]
name = "file"
upload = true
filename = "a;b {filename}"
[multipart.part.headers]
X-Part = "a; \\"b\\""
"""
IN_JSON = """
body = "template"
[content]
text = '\\{"name": "its {filename}", "data": "{file:KIND}"}'
content_type = "application/json"
"""

DESTINATIONS = {
    "form": "",
    "buffered": 'body = "buffered"\n[multipart.fields]\na = ["1", "2"]',
    "form-put": 'method = "PUT"\n[headers]\nX-Empty = ""\nX-Name = "a \'b\'"',
    "parts": PARTS,
    "backslash": f'[multipart]\nfilename_escaping = "backslash"\n{PARTS}'.replace('e\\"l', "el"),
    "base64-part": '[multipart]\npart_headers = { Content-Transfer-Encoding = "base64" }',
    "raw": 'method = "PUT"\nbody = "raw"',
    "raw-to-folder": 'method = "POST"\nbody = "raw"\n[raw]\ncontent_type = ""',
    "chunked": 'method = "PUT"\nbody = "chunked"',
    "in-json": IN_JSON.replace("KIND", "base64"),
    "as-text": 'body = "template"\n[content]\ntext = "x=1&y={file:text}"\nescape = "unbroken"',
    "omitting": 'omit_headers = ["Accept-Encoding", "Connection", "User-Agent", "Accept"]',
    "content": 'body = "content"\n[content]\ntext = "@one\\ntwo \'three\'"\ncontent_type = "text/x-own"',
    "form-pairs": 'body = "form"\n[form.fields]\na = "1 2"\nb = ["x", "y"]',
    "nothing": 'method = "POST"\nbody = "none"\n[query]\nq = "a b"',
    "get": 'method = "GET"\nbody = "none"',
    "head": 'method = "HEAD"\nbody = "none"',
    "delete": 'method = "DELETE"\nbody = "none"',
}
WITHOUT_FILE = {"content", "form-pairs", "nothing", "get", "head", "delete"}
ONE_FILE = {"as-text"}
NAMES = ["a.txt", "c.png", 'quo"te.xml', "größe.bin"]


@pytest.fixture
def server(scripted_server: StartServer) -> ScriptedServer:
    """Return a server that says yes."""
    return scripted_server(answering)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that all commands run in, with files."""
    for name in NAMES:
        (tmp_path / name).write_bytes(FILES[name])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def exported(form: str, words: list[str], home: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Return what `preview` prints."""
    capsys.readouterr()
    assert cli.main(["--home", str(home), "preview", *words, "--format", form]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("form", ["curl", "python"])
@pytest.mark.parametrize("kind", DESTINATIONS)
def test_an_export_sends_the_same(
    form: str,
    kind: str,
    folder: Path,
    home: Path,
    server: ScriptedServer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = "folder/" if kind == "raw-to-folder" else "{ext}/x?a=%20"
    path = "x" if kind in WITHOUT_FILE else path
    Path("to.toml").write_text(
        f'format = 1\nname = "there"\nurl = "{server.url}/{path}"\n{DESTINATIONS[kind]}', "utf-8"
    )
    names = [""] if kind in WITHOUT_FILE else NAMES[:1] if kind in ONE_FILE else NAMES
    if (form, kind) == ("python", "backslash"):
        names = ["a.txt", "c.png"]
    for name in names:
        words = [*filter(None, [name]), "--to", "to.toml"]
        before = len(server.requests)
        assert cli.main(["--home", str(home), "send", "--no-retry", *words]) == 0
        script = exported(form, words, home, capsys)
        command = ["bash", "-c", f"set -e\n{script}"] if form == "curl" else [sys.executable, "-c", script]
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, (script, done.stderr)
        sent, again = list(seen(server))[before:]
        assert again == sent, script


@pytest.mark.usefixtures("folder")
def test_secrets_are_masked_and_who_signs_in_is_said(
    home: Path, server: ScriptedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_ins = {
        "basic": 'kind = "basic"\nusername = "me"\npassword = "{secret:password}"',
        "digest": 'kind = "digest"\nusername = "me"\npassword = "{secret:password}"',
        "bearer": 'kind = "bearer"\ntoken = "{secret:token}"',
    }
    said = {
        "basic": ("--user 'me:***'", "auth=('me', '***')"),
        "digest": ("--digest", "HTTPDigestAuth('me', '***')"),
        "bearer": ("'Authorization: Bearer ***'", "'Authorization': 'Bearer ***'"),
    }
    for kind, table in sign_ins.items():
        Path("to.toml").write_text(f'format = 1\nname = "x"\nurl = "{server.url}/"\n[auth]\n{table}')
        for form, expected in zip(("curl", "python"), said[kind], strict=True):
            assert expected in exported(form, ["a.txt", "--to", "to.toml"], home, capsys)
    assert not server.requests


@pytest.mark.usefixtures("folder")
def test_what_cannot_be_written_is_refused_in_words(
    home: Path, server: ScriptedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    table = IN_JSON.replace("KIND", "text")
    Path("to.toml").write_text(f'format = 1\nname = "x"\nurl = "{server.url}/"\n{table}')
    assert cli.main(["--home", str(home), "preview", "a.txt", "--to", "to.toml", "--format", "curl"]) == 2
    assert "escaped for json cannot be written for curl" in capsys.readouterr().err
