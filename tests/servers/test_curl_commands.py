# SPDX-License-Identifier: MIT
"""Commands of curl sent by the real curl and by `send --curl`: one server records the same request twice.

Alike are method, target, headers and body, a form part by part; but for the User-Agent, a boundary, what curl
accepts and asks beforehand, and what proves who sends where that differs from one request to the next.
"""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from guiuploader import cli
from tests.helpers.scripted_server import ScriptedServer, StartServer
from tests.helpers.upload_server import program
from tests.servers.recorded import FILES, answering, seen

CURL = program("curl", package="curl")

COMMANDS = [
    "curl URL/",
    "curl URL",
    "curl 'URL/a?b=c&d=%20e'",
    "curl URL/a/../b/./c",
    "curl --path-as-is URL/a/../b/./c",
    "curl -g 'URL/a?b[]=1'",
    "curl 'URL/a#part'",
    "curl -I URL/head",
    "curl -X DELETE URL/item/7",
    "curl -sSXPATCH URL/item",
    "curl --user-a me --request OPTIONS URL/item",
    "curl --url URL/there --silent --no-progress-meter -f",
    "curl -o out.txt -w '%{http_code}' URL/",
    "curl -H 'X-One: 1' -H 'X-Empty;' -H 'Accept:' -H 'User-Agent:' URL/",
    "curl -H 'X-Brace: {a|b}' -H 'X-Slash: a\\b' URL/",
    "curl -A 'my agent/1' -e http://from.example/ -b 'a=1; b=2' URL/",
    "curl -b a=1 -b b=2 URL/",
    "curl --compressed URL/",
    "curl -u me:secret URL/",
    "curl -u me: URL/",
    "curl URL_WITH_LOGIN/",
    "curl --basic -u 'me:wörd' -d x=1 URL/",
    "curl --oauth2-bearer abc.def URL/",
    "curl -H 'Authorization: Bearer abc' URL/",
    "curl -H 'Authorization: token abc' -u me:other URL/",
    "curl -H 'X-Api-Key: k3y' -H 'Cookie: session=abc' URL/",
    "curl 'URL/hook?token=abc&x=1'",
    "curl --digest -u me:secret -d x=1 URL/digest",
    "curl --digest -u me:secret -T c.png URL/digest/",
    "curl --aws-sigv4 aws:amz:us-east-1:execute-api -u KEY:secret -d x=1 URL/signed",
    "curl -d a=1 URL/",
    "curl -d a=1 -d 'b=two words' URL/",
    "curl -d '' URL/",
    "curl -d @a.txt URL/",
    "curl -d x=1 -d @pairs -d z=3 URL/",
    "curl --data-ascii @pairs -X PUT URL/",
    "curl --data-binary @c.png URL/",
    "curl --data-binary @c.png -H 'Content-Type: image/png' URL/",
    "curl --data-binary @c.png -H 'Content-Type:' URL/",
    "curl --data-binary @c.png -H 'Transfer-Encoding: chunked' URL/",
    "curl --data-binary 'a\nb' URL/",
    "curl --data-binary x=1 --data-binary @c.png URL/",
    "curl --data-binary @empty URL/",
    "curl --data-raw @not-a-file URL/",
    "curl --data-urlencode 'a b&c' URL/",
    "curl --data-urlencode '=a=b' --data-urlencode 'näme=wört +' URL/",
    "curl --data-urlencode text@a.txt --data-urlencode @pairs URL/",
    "curl -d password=pa%20ss -d user=me URL/",
    "curl -d 'a={secret:x}\\' URL/",
    "curl -G -d a=1 --data-urlencode 'b=c d' URL/search",
    "curl -G -d a=1 'URL/search?z=0'",
    "curl -G -d @pairs -g URL/search",
    'curl --json \'{"a": "b"}\' URL/',
    "curl --json '{\"a\":' --json '1}' URL/",
    "curl --json @b.json URL/",
    "curl --json '{\"token\": \"abc\"}' -H 'Content-Type: application/x+json' URL/",
    "curl -H 'Content-Type: application/json' -d $'{\"a\": \"\\u00e4\\x41\\n\"}' URL/",
    "curl -H 'Content-Type: application/json' URL/",
    "curl -H 'Content-Type:' -d a=1 URL/",
    "curl -F a=1 URL/",
    "curl -F a=1 -F a=2 -F 'b= two words ' URL/",
    "curl -F 'file=@a.txt' URL/",
    "curl -F 'file=@b.json' -F 'token=abc' URL/",
    "curl -F 'file=@c.png;type=image/x-own;filename=other.png' URL/",
    'curl -F \'file=@c.png;filename="a;b\\"c\\\\d.png"\' URL/',
    "curl -F 'file=@größe.bin' URL/",
    'curl -F \'file=@"quo\\"te.xml"\' URL/',
    'curl --form-escape -F \'file=@"quo\\"te.xml"\' URL/',
    "curl -F 'a=<a.txt' -F 'b=<b.json;type=application/json' -F 'c=<quo\"te.xml' URL/",
    "curl -F 'meta={\"a\": 1};type=application/json' -F file=@c.png URL/",
    "curl -F 'a=\"x;y\"' -F 'b=x;y' URL/",
    "curl -F 'a=1;filename=a.json' -F 'b=2;filename=b.txt' URL/",
    "curl --form-string 'a=@b;type=c/d' -F 'b=1' URL/",
    "curl -F 'file=@c.png;encoder=base64' URL/",
    "curl -F 'file=@c.png;headers=\"X-Part: a; b\";type=text/plain; charset=utf-8' URL/",
    "curl -F one=@a.txt -F two=@b.json -F three=@c.png URL/",
    "curl -X PUT -F file=@empty URL/",
    "curl -F file=@big.bin -H 'Expect:' URL/",
    "curl -H 'Content-Type: multipart/form-data' -F file=@a.txt URL/",
    "curl -T a.txt URL/",
    "curl -T a.txt URL/folder/",
    "curl -T größe.bin 'URL/folder/?x=1'",
    "curl -T a.txt URL/folder/name.txt",
    "curl -T c.png -X POST -H 'Content-Type: image/png' URL/raw",
    "curl -T c.png -H 'Transfer-Encoding: chunked' URL/chunked",
    "curl --upload-file big.bin --limit-rate 40M --max-time 100 --connect-timeout 5.5 --retry 2 URL/big",
    "curl -LkSsT a.txt URL/",
    "curl -H 'X-A: 1' \\\n  -H \"X-B: \\\"q\\\"\" \\\n  -d 'it'\\''s' \\\n  URL/",
    'curl.exe -H "X-A: \\"q\\"" ^\n  -d "a&b" ^\n  --url URL/',
    'curl ^"URL/^?a^=1^" ^\n  -H ^"X-A: b c^" ^\n  --data-raw ^"^{^\\^"a^\\^": 1^}^"',
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that all commands run in, with files."""
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def server(scripted_server: StartServer) -> ScriptedServer:
    """Return a server that says yes, to some only once they sign in."""
    return scripted_server(answering)


def test_there_are_enough_commands() -> None:
    assert len(set(COMMANDS)) >= 50


@pytest.mark.parametrize("command", COMMANDS)
def test_the_request_is_the_one_that_curl_sends(
    command: str, folder: Path, home: Path, server: ScriptedServer
) -> None:
    line = command.replace("URL_WITH_LOGIN", server.url.replace("://", "://me:pa%20ss@")).replace(
        "URL", server.url
    )
    words = windows(line) if "^" in line else posix(line)
    done = subprocess.run([CURL, "-q", *words], cwd=folder, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    curls = list(seen(server))
    assert cli.main(["--home", str(home), "send", "--no-retry", "--curl", line]) == 0
    ours = list(seen(server))[len(curls) :]
    assert ours == curls


def posix(line: str) -> list[str]:
    """Return what a shell would give curl."""
    text = subprocess.run(
        ["bash", "-c", line.replace("curl", "printf '%s\\0'", 1)], capture_output=True, check=True
    ).stdout.decode()
    return text.removesuffix("\0").split("\0")


def windows(line: str) -> list[str]:
    """Return what cmd would give curl; its quotes and backslashes mean the same to Python here."""
    joined = line.replace("^\n", "")
    bare = re.sub(r"\^(.)", r"\1", joined) if '^"' in joined else joined
    return shlex.split(bare)[1:]
