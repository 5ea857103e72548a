# SPDX-License-Identifier: MIT
"""Real servers that say no before they have read the file: their answer is shown, not a broken line."""

import pytest

from guiuploader.values.errors import ErrorCode
from guiuploader.values.explanations import explain
from tests.helpers.upload_server import UploadServer
from tests.unit.transfer.stage import MemorySource, staged, to

SIZE = 30 * 1024 * 1024


@pytest.mark.parametrize("kind", ["raw", "chunked"])
@pytest.mark.parametrize("put_server", ["nginx"], indirect=True)
def test_a_file_above_the_limit_of_nginx_is_too_large(put_server: UploadServer, kind: str) -> None:
    """A length is refused by the headers alone, chunks only once the limit of one MiB is passed."""
    method = f'method = "PUT"\nbody = "{kind}"'
    destination = to(f"{put_server.url}/limited/{{filename}}", method, put_server.network)
    with staged() as stage:
        problem = stage.fails(destination, MemorySource(bytes(SIZE), "large.bin"))
    assert (problem.code, problem.status) == (ErrorCode.TOO_LARGE, 413)
    assert explain(problem).title == "Too large for this server (413)."
    assert not put_server.stored("large.bin").exists()


@pytest.mark.parametrize("kind", ["raw", "chunked"])
@pytest.mark.parametrize("put_server", ["flask"], indirect=True)
def test_a_stranger_is_told_to_sign_in_by_gunicorn(put_server: UploadServer, kind: str) -> None:
    """The app answers from the headers alone; gunicorn then hangs up on the rest of the body."""
    method = f'method = "PUT"\nbody = "{kind}"'
    destination = to(f"{put_server.url}/private/{{filename}}", method, put_server.network)
    with staged() as stage:
        problem = stage.fails(destination, MemorySource(bytes(SIZE), "secret.bin"))
    assert (problem.code, problem.status) == (ErrorCode.UNAUTHORIZED, 401)
    assert explain(problem).title == "The server wants you to sign in (401)."
    assert "Sign in to store secret.bin" in explain(problem).detail
    assert max(stage.heard.counts, default=0) < SIZE
