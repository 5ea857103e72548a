# SPDX-License-Identifier: MIT
"""What a server's answer means, in states and in words."""

import gzip
import json
import sys
import zlib

import pytest

from guiuploader.transfer.receipt import Receipt
from guiuploader.transfer.reply import REPLY_LIMIT
from guiuploader.values.errors import ErrorCode
from guiuploader.values.explanations import explain
from tests.helpers.scripted_server import Answer, Ending, ScriptedServer, StartServer, answer
from tests.unit.transfer.stage import MemorySource, Stage, to

PLAIN = {"Content_Type": "text/plain"}

REFUSALS = [
    (400, ErrorCode.SERVER_REFUSED),
    (401, ErrorCode.UNAUTHORIZED),
    (402, ErrorCode.SERVER_REFUSED),
    (403, ErrorCode.FORBIDDEN),
    (404, ErrorCode.NOT_FOUND),
    (405, ErrorCode.METHOD_NOT_ALLOWED),
    (407, ErrorCode.UNAUTHORIZED),
    (410, ErrorCode.NOT_FOUND),
    (408, ErrorCode.REQUEST_TIMEOUT),
    (409, ErrorCode.CONFLICT),
    (411, ErrorCode.LENGTH_REQUIRED),
    (413, ErrorCode.TOO_LARGE),
    (415, ErrorCode.UNSUPPORTED_TYPE),
    (425, ErrorCode.TOO_EARLY),
    (429, ErrorCode.RATE_LIMITED),
    (500, ErrorCode.SERVER_FAILED),
    (501, ErrorCode.NOT_IMPLEMENTED),
    (502, ErrorCode.GATEWAY_FAILED),
    (503, ErrorCode.SERVER_BUSY),
    (504, ErrorCode.GATEWAY_TIMEOUT),
    (507, ErrorCode.STORAGE_FULL),
    (304, ErrorCode.SERVER_REFUSED),
]


@pytest.mark.parametrize(("status", "code"), REFUSALS)
@pytest.mark.parametrize("kind", ["raw", "multipart"])
def test_a_no_is_said_with_its_status_and_its_words(
    stage: Stage, scripted_server: StartServer, kind: str, status: int, code: ErrorCode
) -> None:
    body = b"" if status == 304 else b"Because   I\nsay so"
    server = scripted_server(answer(status, body, Allow="PUT, PATCH", **PLAIN))
    problem = stage.fails(to(f"{server.url}/up", f'body = "{kind}"'))
    assert (problem.code, problem.status) == (code, status)
    said = str(explain(problem))
    assert f"({status})." in said
    assert ("It says: “Because I say so”." if body else "It says: “Not Modified”.") in said
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [status for status, _ in REFUSALS])
def test_the_sentences_read_well(stage: Stage, scripted_server: StartServer, status: int) -> None:
    server = scripted_server(answer(status, Allow="PUT, PATCH"))
    words = explain(stage.fails(to(f"{server.url}/up")))
    for said in (words.title, words.detail, words.advice):
        assert said[0].isupper() or said[0].isdigit()
        assert said[-1] in ".”"
        assert not any(wrong in said for wrong in ("..", "  ", "{", "}", " ."))
    assert ("PUT, PATCH" in words.advice) == (status == 405)
    assert ("7 bytes" in words.detail) == (status == 413)


@pytest.mark.parametrize(
    ("status", "body", "challenge"),
    [
        (403, "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>", ""),
        (403, "<Error><Code>SignatureDoesNotMatch</Code></Error>", ""),
        (400, "<Error><Code>ExpiredToken</Code></Error>", ""),
        (403, "<Error><Code>AuthenticationFailed</Code></Error>", ""),
        (403, "", 'Bearer realm="x", error="invalid_token"'),
    ],
)
def test_a_no_that_names_the_sign_in_is_about_the_sign_in(
    stage: Stage, scripted_server: StartServer, status: int, body: str, challenge: str
) -> None:
    server = scripted_server(answer(status, body.encode(), WWW_Authenticate=challenge))
    problem = stage.fails(to(f"{server.url}/up"))
    assert (problem.code, problem.status) == (ErrorCode.UNAUTHORIZED, status)


def test_a_plain_access_denied_is_not(stage: Stage, scripted_server: StartServer) -> None:
    body = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
    server = scripted_server(answer(403, body))
    assert stage.fails(to(f"{server.url}/up")).code is ErrorCode.FORBIDDEN


MESSAGES = [
    (
        b"<html><title>413 Request &amp; Entity\nToo Large</title><body>x",
        "text/html",
        "413 Request & Entity Too Large",
    ),
    (b"<html><body>no title", "text/html; charset=utf-8", "Forbidden"),
    (b'{"error": {"message": "quota"}}', "application/json", "quota"),
    (b'{"error": {"message": ""}}', "application/json", '{"error": {"message": ""}}'),
    (b"x" * 1000, "text/plain", "x" * 300),
    (b"bell\x07\x1b[31m", "text/plain", "bell\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}[31m"),
    (b"", "text/plain", "Forbidden"),
    ("grün".encode("latin-1"), "text/plain; charset=ISO-8859-1", "grün"),
    ("grün".encode(), "text/plain", "grün"),
    ("\ufeffgrün".encode(), "text/plain", "grün"),
    (b"gr\xfcn", "text/plain", "gr\N{REPLACEMENT CHARACTER}n"),
    (b"odd", 'text/plain; charset="no-such-charset"', "odd"),
    (b"odd", "text/plain; charset=hex", "odd"),
    (b"odd", "text/plain; charset=idna", "odd"),
    (b"odd", "text/plain; charset=undefined", "odd"),
    (b"Mnchen-3ya", "text/plain; charset=punycode", "Mnchen-3ya"),
    (b"xn--mnchen-3ya", "text/plain; charset=idna", "xn--mnchen-3ya"),
    (b"+AOQ-", "text/plain; charset=utf-7", "+AOQ-"),
    (b"\\x41", "text/plain; charset=unicode_escape", "\\x41"),
    *(
        ("Привет".encode(charset), f"text/plain; charset={charset}", "Привет")
        for charset in ("UTF-8", "utf-16", "utf-16le", "windows-1251", "KOI8-R", "iso-8859-5", "IBM866")
    ),
    *(
        ("日本".encode(charset), f"text/plain; charset={charset}", "日本")
        for charset in ("Shift_JIS", "EUC-JP", "iso-2022-jp", "gb2312", "GBK", "gb18030", "Big5")
    ),
    ("한국".encode("euc-kr"), "text/plain; charset=EUC-KR", "한국"),
]


@pytest.mark.parametrize(("body", "content_type", "message"), MESSAGES)
def test_what_the_server_said_is_told_in_one_line(
    stage: Stage, scripted_server: StartServer, body: bytes, content_type: str, message: str
) -> None:
    server = scripted_server(answer(403, body, Content_Type=content_type))
    problem = stage.fails(to(f"{server.url}/up", '[reply]\nerror = "{json:error.message}"'))
    assert problem.facts["message"] == f"It says: “{message}”."


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_told_and_not_followed(stage: Stage, scripted_server: StartServer, status: int) -> None:
    elsewhere = scripted_server(answer(200))
    server = scripted_server(answer(status, b"x" * 3_000_000, Location=f"{elsewhere.url}/new?token=abc&a=b"))
    problem = stage.fails(to(f"{server.url}/up"))
    assert (problem.code, problem.status) == (ErrorCode.REDIRECTED, status)
    assert problem.facts["location"] == f"{elsewhere.url}/new?token=***&a=b"
    assert (len(server.requests), elsewhere.connections) == (1, 0)
    assert elsewhere.url in str(explain(problem))


LOCATIONS = [
    ("/elsewhere", "{url}/elsewhere"),
    ("else where", "{url}/dir/else where"),
    ("//other.example/x", "http://other.example/x"),
    ("http://u:p@other.example/", "http://other.example/"),
    ("http://[broken", "***"),
    ("javascript:alert(1)", "javascript:alert(1)"),
]


@pytest.mark.parametrize(("location", "shown"), LOCATIONS)
def test_a_redirect_s_address_is_whole_and_fit_for_showing(
    stage: Stage, scripted_server: StartServer, location: str, shown: str
) -> None:
    server = scripted_server(answer(302, Location=location))
    problem = stage.fails(to(f"{server.url}/dir/up?sig=s3cret"))
    assert problem.facts["location"] == shown.format(url=server.url)


def test_a_redirect_that_names_no_address_says_so(stage: Stage, scripted_server: StartServer) -> None:
    problem = stage.fails(to(f"{scripted_server(answer(302)).url}/up"))
    assert (problem.code, problem.facts["location"]) == (ErrorCode.REDIRECTED, "not named")


def got(stage: Stage, server: ScriptedServer, *tables: str) -> Receipt:
    return stage.send(to(f"{server.url}/dir/up?x=1", *tables), MemorySource(name="ä.txt"))


@pytest.mark.parametrize("status", [200, 201, 202, 204])
@pytest.mark.parametrize("body", [b"", b"stored"])
def test_every_2xx_is_a_yes(stage: Stage, scripted_server: StartServer, status: int, body: bytes) -> None:
    body = b"" if status == 204 else body
    receipt = got(stage, scripted_server(answer(status, body)))
    assert (receipt.reply.status, receipt.reply.body, receipt.reply.truncated) == (
        status,
        body.decode(),
        False,
    )
    assert (receipt.link, receipt.notes) == (None, ())
    assert stage.timings.connect is not None
    assert stage.timings.tls is None
    assert receipt.seconds >= stage.timings.send + stage.timings.wait - 0.001


LINKS = [
    ("https://files.example/1", "https://files.example/1"),
    (" HTTP://files.example/1\n", "http://files.example/1"),
    ("/files/1?a=b#c", "{url}/files/1?a=b#c"),
    ("1", "{url}/dir/1"),
    ("//files.example/1", "http://files.example/1"),
    ("#a", "{url}/dir/up#a"),
    ("javascript:alert(1)", None),
    ("data:text/html,x", None),
    ("ftp://files.example/1", None),
    ("http://[broken", None),
    ("http:///nowhere", "{url}/nowhere"),
    ("https://a.example/\u202egnp.exe", None),
    ("", None),
]


@pytest.mark.parametrize(("told", "link"), LINKS)
def test_a_link_is_whole_and_leads_to_the_web_or_is_none(
    stage: Stage, scripted_server: StartServer, told: str, link: str | None
) -> None:
    server = scripted_server(answer(201, json.dumps({"data": {"link": told}}).encode()))
    receipt = got(stage, server, '[reply]\nlink = "{json:data.link}"')
    assert receipt.link == (link and link.format(url=server.url))
    assert [str(note) for note in receipt.notes] == ([] if link else ["no-link"])


@pytest.mark.parametrize("body", [b"Stored. Thank you!", b"[]", b'{"data": 1}', b"{", b"\xff\xfe\x00"])
def test_an_answer_without_the_link_is_done_all_the_same(
    stage: Stage, scripted_server: StartServer, body: bytes
) -> None:
    receipt = got(stage, scripted_server(answer(200, body)), '[reply]\nlink = "{json:data.link}"')
    assert (receipt.link, [str(note) for note in receipt.notes]) == (None, ["no-link"])


def test_a_link_may_stand_in_a_header_or_be_the_answer(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(answer(201, b"http://a.example/1\n", Location="/ü".encode().decode("latin-1")))
    assert got(stage, server, '[reply]\nlink = "{header:location}"').link == f"{server.url}/ü"
    assert got(stage, server, '[reply]\nlink = "{response}"').link == "http://a.example/1"


@pytest.mark.parametrize("body", [b'{"ok": ""}', b'{"ok": null}', b"{}", b"an error page"])
def test_a_200_without_the_sign_of_success_is_a_no(
    stage: Stage, scripted_server: StartServer, body: bytes
) -> None:
    server = scripted_server(answer(200, body))
    problem = stage.fails(to(f"{server.url}/up", '[reply]\nsuccess = "{json:ok}"'))
    assert (problem.code, problem.status) == (ErrorCode.NOT_ACCEPTED, 200)
    assert str(explain(problem)).startswith("The server answered 200, but without the sign of success")


def test_the_sign_of_success_lets_it_pass(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(answer(200, b'{"ok": true}'))
    assert got(stage, server, '[reply]\nsuccess = "{json:ok}"').reply.status == 200


def test_a_compressed_answer_is_read(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(answer(201, gzip.compress(b'{"a": "b"}'), Content_Encoding="gzip"))
    assert got(stage, server).reply.body == '{"a": "b"}'


BROKEN = [
    (gzip.compress(b"x" * 1000)[:-20], "gzip"),
    (b"no gzip at all", "gzip"),
    (zlib.compress(b"x" * 1000)[:-3], "deflate"),
    (b"\x78\x9c\xff\xff\xff", "deflate"),
    (b"x", "gzip, gzip, gzip, gzip, gzip, gzip, gzip"),
]


@pytest.mark.parametrize(("body", "encoding"), BROKEN)
def test_an_answer_that_cannot_be_unpacked_is_a_yes_all_the_same(
    stage: Stage, scripted_server: StartServer, body: bytes, encoding: str
) -> None:
    server = scripted_server(answer(201, body, Content_Encoding=encoding))
    assert got(stage, server).reply.status == 201
    assert got(stage, server).reply.status == 201


def chunks(*pieces: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)


@pytest.mark.parametrize("size", [REPLY_LIMIT + 1, 5 * 1024 * 1024])
@pytest.mark.parametrize("packing", ["length", "chunked", "gzip"])
def test_a_long_answer_is_cut_and_a_connection_with_unread_bytes_not_used_again(
    stage: Stage, scripted_server: StartServer, packing: str, size: int
) -> None:
    text = b"y" * size
    body, headers = {
        "length": (text, ()),
        "chunked": (chunks(text) + b"0\r\n\r\n", (("Transfer-Encoding", "chunked"),)),
        "gzip": (gzip.compress(text), (("Content-Encoding", "gzip"),)),
    }[packing]
    # The server may still be writing when we hang up.
    long = Answer(status=201, headers=headers, body=body, framed=packing == "chunked")
    server = scripted_server(lambda request: long if request.connection == 0 else answer(201))
    receipt = got(stage, server)
    assert receipt.reply.truncated
    assert receipt.reply.body == "y" * REPLY_LIMIT
    assert got(stage, server).reply.status == 201
    all_was_read = packing == "gzip" or (packing == "length" and size == REPLY_LIMIT + 1)
    assert server.connections == 2 - all_was_read


def test_an_answer_of_just_the_limit_is_whole(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(answer(201, b"y" * REPLY_LIMIT))
    assert [got(stage, server).reply.truncated for _ in range(2)] == [False, False]
    assert server.connections == 1


CUT = [
    ((("Content-Length", "100"),), b"half"),
    ((("Transfer-Encoding", "chunked"),), chunks(b"half")),
    ((("Transfer-Encoding", "chunked"),), chunks(b"half") + b"zz\r\n"),
]


@pytest.mark.parametrize(("headers", "body"), CUT)
def test_an_answer_that_breaks_off_is_taken_as_far_as_it_came(
    stage: Stage, scripted_server: StartServer, headers: tuple[tuple[str, str], ...], body: bytes
) -> None:
    cut = Answer(status=201, headers=headers, body=body, framed=True, ending=Ending.CLOSE)
    server = scripted_server([cut, answer(201)])
    receipt = got(stage, server)
    assert (receipt.reply.status, receipt.reply.body, receipt.reply.truncated) == (201, "half", True)
    assert got(stage, server).reply.status == 201
    assert server.connections == 2


def test_headers_are_kept_in_order_and_joined_when_asked_for(
    stage: Stage, scripted_server: StartServer
) -> None:
    headers = (("X-A", "1"), ("x-b", "2"), ("X-A", "3"))
    reply = got(stage, scripted_server(Answer(status=201, headers=headers))).reply
    assert reply.headers == (("X-A", "1"), ("X-A", "3"), ("x-b", "2"), ("Content-Length", "0"))
    assert reply.lower_headers()["x-a"] == "1, 3"


def test_interim_answers_are_passed_over(stage: Stage, scripted_server: StartServer) -> None:
    server = scripted_server(Answer(status=201, body=b"final", interim=(100, 102, 103, 103)))
    assert [got(stage, server).reply.body for _ in range(2)] == ["final", "final"]
    assert server.connections == 1


@pytest.mark.skipif(sys.platform != "linux", reason="others drop an answer that a reset follows")
@pytest.mark.parametrize("ending", [Ending.CLOSE, Ending.RESET])
def test_a_yes_to_half_a_file_is_no_yes(stage: Stage, scripted_server: StartServer, ending: Ending) -> None:
    server = scripted_server(Answer(status=200, body=b"thanks", read=1000, ending=ending))
    problem = stage.fails(to(f"{server.url}/up"), MemorySource(b"\0" * 64 * 1024 * 1024))
    assert (problem.code, problem.status, problem.retryable) == (ErrorCode.REPLY_EARLY, 200, False)
    assert problem.unconfirmed
