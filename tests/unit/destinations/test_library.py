# SPDX-License-Identifier: MIT
"""The folder of destinations: names, files beside which others are broken, and writing as a whole."""

import sys
from pathlib import Path

import msgspec
import pytest

from guiuploader.destinations.destination import Destination
from guiuploader.destinations.library import Library, from_url, given_secrets, read_file
from guiuploader.values.errors import DestinationError, ErrorCode
from tests.helpers.unprivileged import folder_of_nobody, run_unprivileged


def named(name: str, url: str = "https://a.example/up") -> Destination:
    return Destination(format=1, name=name, url=url)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "destinations")


@pytest.fixture
def folder(tmp_path: Path, library: Library) -> Path:
    """Return the library's folder, in which "Good" is saved."""
    library.add(named("Good"))
    return tmp_path / "destinations"


def code(error: pytest.ExceptionInfo[DestinationError]) -> ErrorCode:
    return error.value.problem.code


def test_a_library_without_a_folder_is_empty(library: Library) -> None:
    assert library.listing().destinations == ()
    with pytest.raises(DestinationError) as caught:
        library.get("A")
    assert code(caught) is ErrorCode.DESTINATION_UNKNOWN
    assert caught.value.problem.facts["known"] == "none yet"


def test_what_is_added_is_found_in_any_case_and_listed_by_name(library: Library) -> None:
    for name in ("beta", "Alpha", "Größe 日本 🎉"):
        library.add(named(name))
    assert [found.name for found in library.listing().destinations] == ["Alpha", "beta", "Größe 日本 🎉"]
    assert library.get("GRÖSSE 日本 🎉") == named("Größe 日本 🎉")


def test_an_unknown_name_is_told_the_known_ones(library: Library, folder: Path) -> None:
    assert folder.is_dir()
    library.add(named("Other"))
    with pytest.raises(DestinationError) as caught:
        library.remove("Gone")
    assert caught.value.problem.facts == {"destination": "Gone", "known": "Good, Other"}


def test_a_name_is_taken_in_any_case(library: Library, folder: Path) -> None:
    with pytest.raises(DestinationError) as caught:
        library.add(named("GOOD"))
    assert code(caught) is ErrorCode.DESTINATION_EXISTS
    assert len(list(folder.iterdir())) == 1


def test_names_that_make_the_same_file_name_get_files_of_their_own(library: Library, folder: Path) -> None:
    names = ["A b", "a-b", "A/B", "日本", "中国", "../..", "con", "x" * 1000]
    for name in names:
        library.add(named(name))
    files = {path.name for path in folder.iterdir()}
    wanted = {"good.toml", "a-b.toml", "a-b-2.toml", "a-b-3.toml", "con-destination.toml"}
    assert files == wanted | {
        "destination.toml",
        "destination-2.toml",
        "destination-3.toml",
        "x" * 60 + ".toml",
    }
    assert [library.get(name).name for name in names] == names


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"format = ", "is not TOML: invalid value (at end of document)"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (None, "Is a directory" if sys.platform != "win32" else "Permission denied"),
    ],
)
def test_a_broken_file_is_said_beside_good_ones_and_removed_by_its_own_name(
    library: Library, folder: Path, content: bytes | None, reason: str
) -> None:
    path = folder / "broken.toml"
    path.mkdir() if content is None else path.write_bytes(content)
    listing = library.listing()
    assert [found.name for found in listing.destinations] == ["Good"]
    facts = {"destination": "broken.toml", "key": "the file", "reason": reason}
    assert [problem.facts for problem in listing.problems] == [facts]
    with pytest.raises(DestinationError) as caught:
        library.get("Broken")
    assert code(caught) is ErrorCode.DESTINATION_INVALID
    if content is not None:
        library.remove("broken")
        assert library.listing().problems == ()


def test_a_broken_file_of_the_same_name_does_not_hide_a_good_one(library: Library, folder: Path) -> None:
    (folder / "good.toml").rename(folder / "z.toml")
    (folder / "good.toml").write_text("broken")
    assert library.get("good") == named("Good")


def test_a_name_in_two_files_is_said(library: Library, folder: Path) -> None:
    (folder / "twin.toml").write_text('format = 1\nname = "GOOD"\nurl = "https://b.example"\n')
    listing = library.listing()
    assert listing.destinations == (named("Good"),)
    assert [problem.facts["destination"] for problem in listing.problems] == ["twin.toml"]


def test_what_editors_leave_behind_is_no_destination(library: Library, folder: Path) -> None:
    for name in (".#good.toml", "._good.toml", "good.toml~", "tmpabc.tmp"):
        (folder / name).write_text("x")
    assert (len(library.listing().destinations), library.listing().problems) == (1, ())


def test_an_edit_by_hand_counts_at_once_also_with_a_mark_from_windows(library: Library, folder: Path) -> None:
    (folder / "good.toml").write_bytes(
        b'\xef\xbb\xbfformat = 1\r\nname = "Good"\r\nurl = "http://b.example"\r\n'
    )
    assert library.get("Good").url == "http://b.example"


def test_an_edited_destination_stays_in_its_file(library: Library, folder: Path) -> None:
    library.replace("good", named("Better", "https://b.example"))
    assert [path.name for path in folder.iterdir()] == ["good.toml"]
    assert library.listing().destinations == (named("Better", "https://b.example"),)
    library.replace("Better", named("BETTER"))
    assert library.get("better").name == "BETTER"


def test_an_edit_cannot_take_another_s_name_nor_edit_what_is_not_there(
    library: Library, folder: Path
) -> None:
    assert folder.is_dir()
    library.add(named("Other"))
    with pytest.raises(DestinationError) as caught:
        library.replace("Good", named("OTHER"))
    assert code(caught) is ErrorCode.DESTINATION_EXISTS
    with pytest.raises(DestinationError) as caught:
        library.replace("Gone", named("Gone"))
    assert code(caught) is ErrorCode.DESTINATION_UNKNOWN


def test_what_breaks_a_rule_is_not_saved(library: Library, folder: Path) -> None:
    before = (folder / "good.toml").read_bytes()
    bad = msgspec.structs.replace(named("Good"), url="ftp://a.example")
    with pytest.raises(DestinationError) as caught:
        library.replace("Good", bad)
    assert code(caught) is ErrorCode.DESTINATION_INVALID
    with pytest.raises(DestinationError) as caught:
        library.add(named(" "))
    assert code(caught) is ErrorCode.DESTINATION_INVALID
    assert [path.read_bytes() for path in folder.iterdir()] == [before]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_in_a_folder_that_is_read_only_everything_stays_as_it_was() -> None:
    with folder_of_nobody() as folder:
        Library(folder).add(named("Good"))
        file = folder / "good.toml"
        file.chmod(0o444)
        folder.chmod(0o555)
        before = file.read_bytes()
        printed = run_unprivileged(
            "from guiuploader.destinations.destination import Destination\n"
            "from guiuploader.destinations.library import Library\n"
            "from guiuploader.values.errors import DestinationError",
            """
library = Library(Path(sys.argv[1]))
new = Destination(format=1, name="New", url="http://a.example")
for act in (lambda: library.add(new), lambda: library.replace("Good", new), lambda: library.remove("Good")):
    try:
        act()
    except DestinationError as error:
        print(error.problem.code, error.problem.facts["reason"])
""",
            folder,
        )
        assert printed == "folder-not-writable Permission denied\n" * 3
        assert [path.read_bytes() for path in folder.iterdir()] == [before]


def test_an_address_alone_is_a_destination() -> None:
    destination = from_url("https://a.example:8443/up?a={b}")
    assert destination == named("a.example:8443", r"https://a.example:8443/up?a=\{b}")


@pytest.mark.parametrize("url", ["http://", "http://[", "nonsense", "http://x\udce9.example", "http://a b/"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(DestinationError) as caught:
        from_url(url)
    assert code(caught) is ErrorCode.DESTINATION_INVALID


def test_a_secret_in_a_wrong_address_is_not_repeated() -> None:
    for url in ("https://me:s3cret@a.example:0/", "https://a.example/?sig=s3cret#x", "http://[me:s3cret@x"):
        with pytest.raises(DestinationError) as caught:
            given_secrets(url)
        assert "s3cret" not in str(caught.value.problem)


@pytest.mark.parametrize("name", ["gone.toml", "nu\0ll.toml"])
def test_a_file_that_is_not_there_is_said_by_its_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(DestinationError) as caught:
        read_file(tmp_path / name)
    assert caught.value.problem.facts["destination"] == name.replace("\0", "�")


@pytest.mark.skipif(sys.platform == "win32", reason="making links needs a right there")
def test_a_link_that_leads_nowhere_is_neither_followed_nor_overwritten(
    library: Library, folder: Path
) -> None:
    (folder / "new.toml").symlink_to(folder.parent / "elsewhere.toml")
    library.add(named("New!"))
    assert sorted(path.name for path in folder.iterdir()) == ["good.toml", "new-2.toml", "new.toml"]
    assert not (folder.parent / "elsewhere.toml").exists()
