# SPDX-License-Identifier: MIT
"""Whatever a server says, a transfer ends in a receipt or in an error of ours."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from guiuploader.values.errors import UploaderError
from guiuploader.values.explanations import explain
from tests.unit.network.raw_server import RawServer
from tests.unit.transfer.stage import Stage, staged, to

TABLES = '[reply]\nlink = "{json:a.b}"\nsuccess = "{response}{header:x}"\nerror = "{header:x}"'

HEAD_BYTES = st.binary(max_size=30)
LINES = st.lists(
    st.one_of(
        HEAD_BYTES,
        st.sampled_from(
            [
                b"Content-Length: 3",
                b"Content-Length: -1",
                b"Content-Length: 99999999999999999999",
                b"Transfer-Encoding: chunked",
                b"Transfer-Encoding: gzip, chunked",
                b"Content-Encoding: gzip",
                b"Content-Encoding: deflate",
                b"Content-Encoding: br, zstd, gzip",
                b"Content-Type: text/html; charset=utf-7",
                b"Content-Type: multipart/mixed; boundary=x",
                b"Location: \xff\xfehttp://[",
                b"Set-Cookie: a=b; expires=Thu, 99 Foo 9999",
                b"Connection: close",
                b" folded",
                b"X: \x00\x7f",
            ]
        ),
    ),
    max_size=6,
)
STATUS_LINES = st.one_of(
    st.integers(0, 1000).map(lambda status: b"HTTP/1.1 %d Said" % status),
    st.sampled_from([b"HTTP/1.0 201 Created", b"HTTP/1.1 201 \xff\xfe", b"HTTP/1.1 301", b"ICY 200 OK"]),
    HEAD_BYTES,
)
BODIES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [b"3\r\nabc\r\n0\r\n\r\n", b"ffffffffffffffffff\r\n", b"-1\r\n", b'{"a": {"b": "/x"}}', b"[[" * 9]
    ),
)


@pytest.fixture(scope="module")
def server() -> Iterator[RawServer]:
    with RawServer() as server:
        yield server


@pytest.fixture(scope="module")
def lasting() -> Iterator[Stage]:
    with staged(reply_timeout=5.0, stall_timeout=5.0) as stage:
        yield stage


@pytest.mark.filterwarnings("ignore:http.cookiejar bug!:UserWarning")
@pytest.mark.expected_log("Content-Length and Transfer-Encoding")
@example(
    status=b"HTTP/1.1 201 Created",
    lines=[b"Content-Length: 3", b"Transfer-Encoding: chunked"],
    body=b"3\r\nabc\r\n0\r\n\r\n",
    cut=0,
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(status=STATUS_LINES, lines=LINES, body=BODIES, cut=st.integers(0, 200))
def test_any_answer(
    server: RawServer, lasting: Stage, status: bytes, lines: list[bytes], body: bytes, cut: int
) -> None:
    said = b"\r\n".join([status, *lines, b"", body])
    server.said = said[:-cut] if cut < len(said) // 2 and cut else said
    problem = None
    try:
        receipt = lasting.send(to(f"{server.url}/up", TABLES))
    except UploaderError as error:
        problem = error.problem
    if problem:
        assert str(explain(problem))
    else:
        assert 200 <= receipt.reply.status < 300
        assert receipt.size == 7
