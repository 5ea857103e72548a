# SPDX-License-Identifier: MIT
"""Settings survive a restart, a broken file, and two writers."""

import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from guiuploader.values import settings
from guiuploader.values.errors import ErrorCode, UploaderError
from guiuploader.values.settings import Appearance, Settings


def test_a_fresh_home_has_the_defaults(tmp_path: Path) -> None:
    assert settings.load(tmp_path / "none") == Settings(chosen="", unproven=(), parallel=3)


def test_what_is_saved_is_loaded_again(tmp_path: Path) -> None:
    wanted = Settings(chosen="ACME “files”", unproven=("A", "B\\C"), parallel=5, appearance=Appearance.DARK)
    wanted = replace(wanted, bytes_per_second=2_000_000)
    settings.save(tmp_path / "config", wanted)
    assert settings.load(tmp_path / "config") == wanted


def test_saving_leaves_one_file_and_writes_no_defaults(tmp_path: Path) -> None:
    settings.save(tmp_path, Settings(chosen="Demo"))
    assert [path.name for path in tmp_path.iterdir()] == ["settings.toml"]
    assert (tmp_path / "settings.toml").read_text() == 'chosen = "Demo"\n'


@pytest.mark.expected_log("put aside")
@pytest.mark.parametrize(
    "text",
    [
        "parallel = ",
        "parallel = 0",
        'parallel = "many"',
        "unproven = 7",
        "bytes_per_second = -1",
        "bytes_per_second = 0.5",
    ],
)
def test_a_broken_file_is_put_aside_and_said(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.toml").write_text(text)
    assert settings.load(tmp_path) == Settings()
    assert not (tmp_path / "settings.toml").exists()
    assert (tmp_path / "settings.broken.toml").read_text() == text


def test_a_key_of_a_newer_version_does_not_hurt(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('chosen = "A"\nshiny = true\n')
    assert settings.load(tmp_path).chosen == "A"


def test_an_update_keeps_what_another_process_wrote(tmp_path: Path) -> None:
    settings.update(tmp_path, lambda now: now.with_unproven("Imported"))
    after = settings.update(tmp_path, lambda now: Settings(chosen="Imported", unproven=now.unproven))
    assert after == Settings(chosen="Imported", unproven=("Imported",)) == settings.load(tmp_path)


def test_an_update_that_changes_nothing_writes_nothing(tmp_path: Path) -> None:
    settings.update(tmp_path, lambda now: now)
    assert not list(tmp_path.iterdir())


def test_a_name_is_unproven_once_in_any_case() -> None:
    twice = Settings().with_unproven("Acme").with_unproven("ACME")
    assert twice.unproven == ("ACME",)
    assert twice.with_proven("acme").unproven == ()


@pytest.mark.skipif(
    sys.platform == "win32", reason="a file in the way of a folder fails alike everywhere else"
)
def test_a_folder_that_cannot_be_made_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("in the way")
    with pytest.raises(UploaderError) as caught:
        settings.save(tmp_path / "config", Settings())
    assert caught.value.problem.code is ErrorCode.FOLDER_NOT_WRITABLE
