# SPDX-License-Identifier: MIT

import logging
from pathlib import Path

from guiuploader import logs
from guiuploader.values.secrets import SecretKey, SecretStore, no_keychain

KEY = SecretKey("A", "https://a.example:443", "token")


def test_the_log_holds_what_went_wrong_and_no_secret_even_in_a_traceback(tmp_path: Path) -> None:
    store = SecretStore(no_keychain)
    store.keep(KEY, "pl4nted", save=False)
    handler = logs.configure(tmp_path / "logs", store.blanked)
    logger = logging.getLogger("guiuploader.test")
    try:
        int("pl4nted")
    except ValueError:
        # Below a warning, which would fail the test, but written like one.
        logger.info("it broke with %s", "pl4nted", exc_info=True)
    logs.release(handler)
    text = (tmp_path / "logs" / "guiuploader.log").read_text("utf-8")
    assert "it broke with ***" in text
    assert "invalid literal for int() with base 10: '***'" in text
    assert "pl4nted" not in text


def test_other_libraries_stay_out_of_the_log(tmp_path: Path) -> None:
    handler = logs.configure(tmp_path, str)
    logging.getLogger("urllib3.connectionpool").info("GET /?signature=abc")
    logs.release(handler)
    assert (tmp_path / "guiuploader.log").read_text("utf-8") == ""


def test_a_folder_that_cannot_be_written_means_no_log_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    handler = logs.configure(tmp_path / "file" / "logs", str)
    logging.getLogger("guiuploader.test").info("nobody hears this")
    logs.release(handler)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
