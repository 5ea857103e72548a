# SPDX-License-Identifier: MIT
"""A secret in every place that takes one, a server that repeats them, and every output searched for them."""

import base64
import html
import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from tests.helpers.program import Ran, run
from tests.helpers.proxies import ConnectProxy
from tests.helpers.scripted_server import (
    Answer,
    Ending,
    Request,
    ScriptedServer,
    StartServer,
    answer,
    server_context,
)
from tests.helpers.upload_server import free_port
from tests.unit.network.raw_server import RawServer

CORE = "pl4nted-"
PLACES = (
    "path",
    "query",
    "header",
    "field",
    "part-header",
    "username",
    "password",
    "token",
    "access-key",
    "secret-key",
    "session-token",
    "proxy-user",
    "proxy-password",
    "key-password",
)
AWS_PLACES = ("access-key", "secret-key", "session-token")  # AWS's own are plain ASCII
SECRETS = {place: f'{CORE}{place}/"x" <y>&z\'+{"" if place in AWS_PLACES else "ü€"}==' for place in PLACES}

TOML = """\
format = 1
name = "Planted"
url = "{url}/{{secret:path}}/{{filename}}"
{body}
[query]
key = "{{secret:query}}"
other = "a {{secret:query}}"
[headers]
X-Api-Key = "{{secret:header}}"
X-Plain = "b{{secret:header}}"
{auth}
[reply]
link = "{{json:link}}"
error = "{{json:error}}"
[network]
{network}
"""
FORM = """
[multipart]
part_headers = { X-Part = "{secret:part-header}" }
[multipart.fields]
note = "{secret:field}"
"""
SIGN_INS = {
    "none": "",
    "basic": 'username = "u"\npassword = "{secret:password}"',
    "bearer": 'token = "{secret:token}"',
    "digest": 'username = "{secret:username}"\npassword = "{secret:password}"',
    "aws-sigv4": (
        'access_key = "{secret:access-key}"\nsecret_key = "{secret:secret-key}"\n'
        'session_token = "{secret:session-token}"\nregion = "r"\nservice = "s3"'
    ),
}
# What becomes of a file is told by its name; the last ones get no answer.
STATUSES = (200, 201, 302, 307, 400, 401, 403, 405, 413, 500, 503)
IN_TEXT = (201, 307, 401, 405, 500)
NAMES = (*map(str, STATUSES), "closed")


def in_base64(text: str) -> list[str]:
    """Return how a text looks in base64, whatever stands before and behind it."""
    data = text.encode()
    return [
        base64.b64encode(b"\0" * before + data).decode()[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]
        for before in range(3)
    ]


MARKS = (CORE, *in_base64(CORE))
"""All forms but base64 leave letters, digits and "-" as they are."""


def forms(secret: str) -> Iterator[str]:
    """Yield a secret as a server may write it."""
    yield secret
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(secret.encode()).decode()
        yield encode(secret.encode()).decode().rstrip("=")
    yield from (quote(secret), quote(secret, safe=""), quote_plus(secret))
    yield from (json.dumps(secret), json.dumps(secret, ensure_ascii=False))
    yield html.escape(secret)


def name_of(request: Request) -> str:
    return request.target.partition("?")[0].rpartition("/")[2]


class Parrot:
    """Answers as the file's name says, with all that was sent and the secrets that it heard of in every form.

    Half of its answers are JSON, in which everything is escaped once more, the others are plain text.
    """

    def __init__(self) -> None:
        self._secrets: list[str] = []
        self._forms: list[str] = []

    def hear(self, destination: Path) -> None:
        """Learn the secrets of a destination, those for its proxy and its key as well."""
        names = dict.fromkeys(re.findall(r"{secret:([a-z-]+)}", destination.read_text("utf-8")))
        self._secrets = [SECRETS[name] for name in names]
        self._forms = [form for secret in self._secrets for form in forms(secret)]

    def __call__(self, request: Request) -> Answer:
        if request.header("Authorization") is None and request.header("X-Sign-In") == "digest":
            return answer(401, WWW_Authenticate='Digest realm="r", nonce="n", qop="auth"')
        if name_of(request) == "closed":
            return Answer(silent=True, ending=Ending.CLOSE)
        headers = {name: value.encode("latin-1").decode() for name, value in request.headers}
        authorization = headers.get("Authorization", "")
        plain = [form for form in self._forms if json.dumps(form) == f'"{form}"']
        said = {
            "link": f"https://files.example{request.target}",
            "error": f"{authorization} {request.target} {' '.join([*self._secrets, *plain])}",
            "headers": headers,
            "forms": [*self._secrets, *plain],
            "form": request.body.decode(),
        }
        again = [
            ("Location", f"https://else.example{request.target}"),
            ("X-Echo", authorization),
            ("X-Key", headers.get("X-Api-Key", "")),
            ("Allow", headers.get("X-Plain", "")),
            ("Set-Cookie", f"key={quote(SECRETS['header'], safe='')}"),
        ]
        sent_back = tuple((name, value.encode().decode("latin-1")) for name, value in again)
        status = int(name_of(request))
        text = "\n".join([authorization, request.target, *self._forms]).encode() + bytes(request.body)
        return Answer(
            status=status, headers=sent_back, body=text if status in IN_TEXT else json.dumps(said).encode()
        )


def variable(place: str) -> str:
    """Return the environment variable that holds a place's secret."""
    return f"GUIUPLOADER_SECRET_{place.upper().replace('-', '_')}"


@pytest.fixture(autouse=True)
def planted(monkeypatch: pytest.MonkeyPatch) -> None:
    for place, text in SECRETS.items():
        monkeypatch.setenv(variable(place), text)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in NAMES:
        (folder / name).write_bytes(b"content")
    return [folder / name for name in NAMES]


@pytest.fixture
def proofs(authority: trustme.CA, tmp_path: Path) -> str:
    """Return the lines for a server that is trusted and gets to see a certificate whose key is locked."""
    ours = authority.issue_cert("client.example")
    key = load_pem_private_key(ours.private_key_pem.bytes(), None)
    lock = BestAvailableEncryption(SECRETS["key-password"].encode())
    (tmp_path / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock))
    ours.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return (
        f"ca_file = '{tmp_path / 'ca.pem'}'\nclient_certificate = '{tmp_path / 'cert.pem'}'\n"
        f"client_key = '{tmp_path / 'key.pem'}'\nclient_key_password = \"{{secret:key-password}}\"\n"
    )


def by(proxy: str) -> str:
    return (
        f"proxy = '{proxy}'\nproxy_username = \"{{secret:proxy-user}}\"\n"
        'proxy_password = "{secret:proxy-password}"\n'
    )


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a destination with a secret in every place there is."""

    def written(url: str, *, sign_in: str = "none", network: str = "", body: str = "multipart") -> Path:
        tables = f'[auth]\nkind = "{sign_in}"\n{SIGN_INS[sign_in]}' + (FORM if body == "multipart" else "")
        if sign_in == "digest":
            tables = 'X-Sign-In = "digest"\n' + tables
        text = TOML.format(url=url, body=f'body = "{body}"', auth=tables, network=network)
        path = tmp_path / "planted.toml"
        path.write_text(text, "utf-8")
        return path

    return written


def leaks(home: Path, *ran: Ran) -> list[str]:
    """Return the lines with a secret in them that were said, or written in the home."""
    texts = [text for each in ran for text in (each.out, each.err)]
    texts += [path.read_bytes().decode("utf-8", "replace") for path in home.rglob("*") if path.is_file()]
    return [line for text in texts for line in text.splitlines() if any(mark in line for mark in MARKS)]


def test_the_marks_are_found_in_every_form() -> None:
    """Otherwise the search below would prove nothing."""
    for secret in SECRETS.values():
        for before in ("", "u:", "ab:"):
            for form in forms(before + secret):
                assert any(mark in form for mark in MARKS)


@pytest.mark.parametrize("sign_in", SIGN_INS)
def test_a_server_that_repeats_every_secret_is_blanked_in_every_output(
    home: Path, files: list[Path], authority: trustme.CA, proofs: str, write: Write, sign_in: str
) -> None:
    context = server_context(authority)
    context.verify_mode = context.verify_mode.CERT_REQUIRED
    authority.configure_trust(context)
    parrot = Parrot()
    with closing(ScriptedServer(parrot, tls=context)) as server, ConnectProxy() as proxy:
        words = ("--to", write(server.url, sign_in=sign_in, network=by(proxy.url) + proofs))
        parrot.hear(words[1])
        plain = run(home, "send", *files, *words)
        told = run(home, "send", *files, *words, "--json", "--again")
        shown = run(home, "preview", files[0], *words)
    assert (plain.code, told.code, shown.code) == (1, 1, 0)
    assert leaks(home, plain, told, shown) == []
    assert_all_was_at_stake(server, proxy, sign_in)
    ended = {event["status"] for event in told.named("finished")}
    assert ended == {*STATUSES, None}
    for event in told.named("finished"):
        if event["error"] and event["status"] == 403:
            assert "***" in event["error"]["detail"]
        if event["reply"]:
            assert "***" in event["reply"]["body"]
    assert "***" in shown.out


def assert_all_was_at_stake(server: ScriptedServer, proxy: ConnectProxy, sign_in: str) -> None:
    """Assert that every secret of the destination went out, or proved that we know it."""
    request = server.requests[-1]
    target, body = request.target, bytes(request.body)
    for place in ("path", "query"):
        assert quote(SECRETS[place], safe="") in target
    for place in ("field", "part-header"):
        assert SECRETS[place].encode() in body
    assert (request.header("X-Api-Key") or "").encode("latin-1").decode() == SECRETS["header"]
    assert (request.header("Authorization") is None) == (sign_in == "none")
    who = f"{SECRETS['proxy-user']}:{SECRETS['proxy-password']}".encode()
    assert f"Proxy-Authorization: Basic {base64.b64encode(who).decode()}\r\n" in proxy.heads[0]


@pytest.mark.parametrize("where", ["proxy gone", "proxy refuses", "not trusted", "no server"])
def test_what_fails_before_an_answer_tells_none(
    home: Path, files: list[Path], scripted_server: StartServer, write: Write, where: str
) -> None:
    server = scripted_server(answer(201), tls=True)
    with ConnectProxy(407) as proxy:
        url, network = {
            "proxy gone": (server.url, by(f"http://127.0.0.1:{free_port()}")),
            "proxy refuses": (server.url, by(proxy.url)),
            "not trusted": (server.url, ""),
            "no server": (f"http://127.0.0.1:{free_port()}", ""),
        }[where]
        words = ("send", files[0], "--to", write(url, sign_in="basic", network=network))
        plain, told = run(home, *words), run(home, *words, "--json")
    assert (plain.code, told.code) == (1, 1)
    assert server.requests == []
    assert leaks(home, plain, told) == []


def test_a_password_that_does_not_open_the_key_is_not_told(
    home: Path,
    files: list[Path],
    scripted_server: StartServer,
    write: Write,
    proofs: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(variable("key-password"), f"{CORE}wrong")
    server = scripted_server(answer(201), tls=True)
    words = ("send", files[0], "--to", write(server.url, network=proofs))
    plain, told = run(home, *words), run(home, *words, "--json")
    assert "client_key_password" in plain.err
    assert leaks(home, plain, told) == []


@pytest.mark.parametrize("status", [201, 403])
@pytest.mark.parametrize("encode", [quote, lambda text: base64.b64encode(text.encode()).decode()])
def test_a_reason_phrase_that_repeats_a_secret_is_blanked(
    home: Path, files: list[Path], write: Write, status: int, encode: Callable[[str], str]
) -> None:
    said = f"HTTP/1.1 {status} {encode(SECRETS['header'])}\r\nContent-Length: 0\r\n\r\n".encode()
    with RawServer(said) as server:
        ran = run(home, "send", files[0], "--to", write(server.url), "--json")
    assert ran.named("finished")[0]["status"] == status
    assert leaks(home, ran) == []


@pytest.mark.parametrize("body", ["raw", "chunked"])
def test_a_body_that_is_the_file_alone_tells_none_either(
    home: Path, files: list[Path], scripted_server: StartServer, write: Write, body: str
) -> None:
    parrot = Parrot()
    words = ("--to", write(scripted_server(parrot).url, sign_in="basic", body=body))
    parrot.hear(words[1])
    told = run(home, "send", *files, *words, "--json")
    shown = run(home, "preview", files[0], *words)
    assert leaks(home, told, shown) == []


def test_a_secret_that_is_missing_is_named_and_the_others_are_not_told(
    home: Path,
    files: list[Path],
    scripted_server: StartServer,
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(variable("header"))
    server = scripted_server(answer(201))
    ran = run(home, "send", files[0], "--to", write(server.url))
    assert (ran.code, server.connections) == (2, 0)
    assert variable("header") in ran.err
    assert leaks(home, ran) == []
