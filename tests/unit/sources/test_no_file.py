# SPDX-License-Identifier: MIT
"""What stands for a request without a file has a name, and no bytes to give."""

import pytest

from guiuploader.sources.no_file import NoFile
from guiuploader.sources.source import Source
from guiuploader.values.errors import ErrorCode, SourceError
from guiuploader.values.explanations import explain


def as_source(source: Source) -> Source:
    """Return what keeps the protocol of all sources, as the type checker sees."""
    return source


def test_it_is_named_for_what_is_asked_and_has_no_bytes() -> None:
    source = as_source(NoFile("GET /status"))
    assert (source.name, source.relpath, source.location) == ("GET /status",) * 3
    assert (source.size, source.content_type) == (0, "")
    assert source.renewed() is source


def test_a_request_that_wants_bytes_is_told_that_there_are_none() -> None:
    with pytest.raises(SourceError) as caught:
        NoFile("GET /status").open()
    problem = caught.value.problem
    assert problem.code is ErrorCode.SOURCE_NOT_A_FILE
    assert "GET /status" in str(explain(problem))
