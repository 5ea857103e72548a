# SPDX-License-Identifier: MIT
"""A list as CSV: the header is checked at once, bad rows are refused by line, and the rest goes on."""

import os
from pathlib import Path

import pytest

from guiuploader.sources.path_list import ListedPlace, PathList
from guiuploader.values.errors import ErrorCode, Problem, UsageError


def rows(path: Path, text: bytes, **values: str | None) -> list[ListedPlace | Problem]:
    path.write_bytes(text)
    return list(PathList(path, values).rows())


def lines(found: list[ListedPlace | Problem]) -> list[object]:
    return [each.facts["line"] if isinstance(each, Problem) else str(each.place) for each in found]


def test_quotes_a_byte_order_mark_and_empty_lines_are_understood(tmp_path: Path) -> None:
    text = '\ufeffpath,id\r\n"a, b ""c"".txt",7\r\n\r\nd.txt,"two\r\nlines"\r\n'.encode()
    assert rows(tmp_path / "list.csv", text, id=None) == [
        ListedPlace(Path('a, b "c".txt'), {"id": "7"}),
        ListedPlace(Path("d.txt"), {"id": "two\r\nlines"}),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_header_says_what_separates_cells_and_in_which_order_they_stand(
    tmp_path: Path, separator: str
) -> None:
    text = f"id{separator}path\n1{separator}a\n".encode()
    assert rows(tmp_path / "list.csv", text, id=None) == [ListedPlace(Path("a"), {"id": "1"})]


def test_an_empty_cell_takes_what_is_usual(tmp_path: Path) -> None:
    found = rows(tmp_path / "list.csv", b"path,id\na,\nb,2\n", id="9", more="x")
    assert [each.values for each in found if isinstance(each, ListedPlace)] == [
        {"id": "9", "more": "x"},
        {"id": "2", "more": "x"},
    ]


def test_bad_rows_are_refused_by_their_lines_and_the_rest_goes_on(tmp_path: Path) -> None:
    text = b'path,id\na,1\nb\nc,1,2\n,4\n"d"x,5\ne,\nf,\xff\ng,8\n'
    found = rows(tmp_path / "list.csv", text, id=None)
    assert lines(found) == ["a", 3, 4, 5, 6, 7, 8, "g"]
    problems = [each for each in found if isinstance(each, Problem)]
    assert {each.code for each in problems} == {ErrorCode.LIST_ROW}
    assert [each.facts["reason"] for each in problems] == [
        "it has 1 cells, and the header has 2",
        "it has 3 cells, and the header has 2",
        "its path is empty",
        "',' expected after '\"'",
        "it has no value for “id”, which has no default",
        "its value for “id” is not UTF-8",
    ]


def test_a_quote_that_never_ends_is_refused_where_it_begins(tmp_path: Path) -> None:
    assert lines(rows(tmp_path / "list.csv", b'path\na\n"b\nc\n')) == ["a", 3]


def test_a_row_may_name_what_is_in_a_store(tmp_path: Path) -> None:
    text = b"path,id\ns3://minio@bucket/a b,1\ngs://bucket/in/,2\ns3:/x,3\ns3:///x,4\n"
    found = rows(tmp_path / "list.csv", text, id=None)
    assert lines(found) == ["s3://minio@bucket/a b", "gs://bucket/in/", "s3:/x", 5]
    assert isinstance(found[3], Problem)
    assert found[3].facts["reason"] == (
        "“s3:///x” is no address: its bucket must be named with letters, digits, “-”, “_” and “.”"
    )
    listed = PathList(tmp_path / "list.csv", {"id": None})
    assert list(map(str, listed.addresses())) == ["s3://minio@bucket/", "gs://bucket/"]


def test_a_name_need_not_be_text(tmp_path: Path) -> None:
    (found,) = rows(tmp_path / "list.csv", b"path\ncaf\xe9\n")
    assert isinstance(found, ListedPlace)
    assert isinstance(found.place, Path)
    assert os.fsencode(found.place) == b"caf\xe9"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"file,id\na,1\n", "has a column “file”; the destination knows: path, id"),
        (b"id\n1\n", "needs a header with the column “path”; there may be: path, id"),
        (b"path,id,id\n", "has two columns “id”"),
        (b"", "needs a header"),
    ],
)
def test_a_header_that_does_not_fit_is_said_before_anything_starts(
    tmp_path: Path, text: bytes, said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        rows(tmp_path / "list.csv", text, id=None)
    assert said in str(caught.value.problem.facts["reason"])


def test_what_is_no_file_is_no_list(tmp_path: Path) -> None:
    for path, said in ((tmp_path, "is no regular file"), (tmp_path / "gone", "cannot be read: No such file")):
        with pytest.raises(UsageError) as caught:
            PathList(path, {})
        assert said in str(caught.value.problem.facts["reason"])
