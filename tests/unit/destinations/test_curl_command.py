# SPDX-License-Identifier: MIT
"""A curl command becomes a destination without a secret in it; what cannot is refused by its name."""

import pytest

from guiuploader.destinations.curl_command import Imported, imported
from guiuploader.destinations.destination import BodyKind
from guiuploader.destinations.toml_file import render
from guiuploader.values.errors import DestinationError

REFUSED = {
    "curl": "--url: is missing",
    "wget http://h/": "the command: must begin with “curl”",
    "curl http://h/ http://i/": "--url: several addresses",
    "curl ftp://h/": "--url: ftp:// is not spoken here",
    "curl http://h/{a,b}": "--url: “{” is a pattern",
    "curl 'http://h/[1-3]'": "--url: “[” is a pattern",
    "curl -T '{a,b}' http://h/": "--upload-file: “{” is a pattern",
    "curl http://h/ --next http://i/": "--next: several requests",
    "curl http://h/ -: http://i/": "--next: several requests",
    "curl -K options http://h/": "--config: a file of options",
    "curl --ntlm -u a:b http://h/": "--ntlm: this way to sign in",
    "curl --resolve h:80:127.0.0.1 http://h/": "--resolve: names are looked up",
    "curl --no-such http://h/": "--no-such: is not supported here",
    "curl -sj http://h/": "-j: is not supported here",
    "curl --dat x http://h/": "--dat: may be any of --data, --data-ascii",
    "curl http://h/ -d": "--data: lacks its value",
    "curl -F a http://h/": "--form: “a” lacks its “=”",
    "curl -F a=1 -d b=2 http://h/": "the command: sends a form, data or a file alone",
    "curl -F 'a=@x,y' http://h/": "--form: several files in one field",
    "curl -F 'a=(;type=multipart/mixed' http://h/": "--form: a form inside of a form",
    "curl -F 'a=@x;type=png' http://h/": "--form: “type=” needs a media type",
    "curl -F 'a=@x;headers=@file' http://h/": "--form: headers are not read from a file",
    "curl -F 'a=@x;encoder=quoted-printable' http://h/": "multipart.part[1].headers",
    "curl -F a=@x -H 'Transfer-Encoding: chunked' http://h/": "--header: Transfer-Encoding: chunked",
    "curl -H @file http://h/": "--header: headers are not read from a file",
    "curl -H 'Host: i' http://h/": "--header: a Host other than",
    "curl -b cookies.txt http://h/": "--cookie: cookies are not read from a file",
    "curl -T a -T b http://h/": "--upload-file: one file",
    "curl -I -d a=1 http://h/": "--head: is for a request without a body",
    "curl -G -d @- http://h/": "--data: would read standard input",
    "curl --limit-rate fast http://h/": "--limit-rate: must be",
    "curl --retry x http://h/": "--retry: must be a number",
    "curl -m soon http://h/": "--max-time: must be seconds",
    "curl -x https://p:1 http://h/": "--proxy: must be a host and a port",
    "curl --noproxy h http://h/": "--noproxy: only “*”",
    "curl --cert-type DER --cert a http://h/": "--cert-type: only PEM",
    "curl --aws-sigv4 osc:x -u a:b http://h/": "--aws-sigv4: of the signatures",
}


def read(command: str, *, foreign: bool = False) -> Imported:
    return imported(command, read=lambda _: b"its text", foreign=foreign)


@pytest.mark.parametrize("command", REFUSED)
def test_what_would_be_another_request_is_refused_by_its_name(command: str) -> None:
    with pytest.raises(DestinationError) as caught:
        read(command)
    facts = caught.value.problem.facts
    assert REFUSED[command] in f"{facts['key']}: {facts['reason']}"


SECRET = "s3cr3t-v4lue"
WITH_SECRETS = [
    f"curl -u me:{SECRET} http://h/",
    f"curl http://me:{SECRET}@h/",
    f"curl --digest -u me:{SECRET} http://h/",
    f"curl --aws-sigv4 aws:amz:r:s -u KEY:{SECRET} http://h/",
    f"curl -H 'Authorization: Bearer {SECRET}' http://h/",
    f"curl -H 'X-Api-Key: {SECRET}' -b 'session={SECRET}' http://h/",
    f"curl 'http://h/?token={SECRET}'",
    f"curl -G -d token={SECRET} http://h/",
    f"curl -F token={SECRET} -F f=@x http://h/",
    f"curl -d 'a=b&password={SECRET}' http://h/",
    f'curl --json \'{{"a": {{"api_key" : "{SECRET}"}}}}\' http://h/',
    f"curl -x http://me:{SECRET}@p:1 http://h/",
    f"curl --cert c.pem:{SECRET} https://h/",
    f"curl --data-urlencode f@x -d token={SECRET} http://h/",
]


@pytest.mark.parametrize("command", WITH_SECRETS)
def test_no_secret_stays_in_the_destination(command: str) -> None:
    found = read(command)
    assert SECRET not in render(found.destination)
    assert any(SECRET in value for value in found.secrets.values())
    assert not any(SECRET in note for note in found.notes)


def test_other_secrets_make_another_destination() -> None:
    one, two = (read(f"curl -u me:{word} http://h/").destination for word in ("a", "b"))
    assert one.name != two.name


def test_a_password_that_is_not_given_is_asked() -> None:
    found = read("curl -u me -T x http://h/")
    assert found.destination.auth.password == "{secret:password}"
    assert not found.secrets


def test_what_documentation_writes_for_a_token_is_asked() -> None:
    command = "curl -H 'Authorization: Bearer <your-token>' http://h/"
    assert not read(command, foreign=True).secrets
    assert list(read(command).secrets.values()) == ["<your-token>"]


def test_standard_input_is_said_and_leaves_the_file_to_be_named() -> None:
    for command in ("curl -T - http://h/x", "curl -d @- http://h/", "curl -F a=@- http://h/"):
        found = read(command)
        assert found.destination.takes_file
        assert not found.files
        assert any(note.startswith("Standard input") for note in found.notes)


def test_a_form_without_a_file_takes_none() -> None:
    found = read("curl -F a=1 http://h/").destination
    assert found.body is BodyKind.MULTIPART
    assert not found.takes_file


def test_what_behaves_otherwise_is_noted_by_its_option() -> None:
    found = read("curl -L -m 10 --http2 --retry-delay 3 -X put -T x http://h/")
    assert [note.partition(":")[0] for note in found.notes] == [
        "--http2",
        "--retry-delay",
        "--max-time",
        "--request",
        "--location",
    ]


def test_the_way_to_the_server_is_kept_and_to_be_confirmed() -> None:
    found = read("curl -kx socks5h://p:9 --cacert /ca.pem -E /c.pem --key /k.pem --limit-rate 2k https://h/")
    network = found.destination.network
    assert (network.proxy, network.verify, network.ca_file) == ("socks5h://p:9", False, "/ca.pem")
    assert (network.client_certificate, network.client_key) == ("/c.pem", "/k.pem")
    assert found.destination.limits.bytes_per_second == 2048
    assert len(found.confirm) == 5
