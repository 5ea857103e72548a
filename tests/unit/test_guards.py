# SPDX-License-Identifier: MIT
"""The suite's own guards (tests/conftest.py), seen to fail a test that deserves it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLANTED = """
import logging
import os
import subprocess
import sys
import threading

import pytest
from PySide6.QtCore import QThread

running, release = threading.Event(), threading.Event()


class Worker(QThread):
    def run(self):
        running.set()
        release.wait()


@pytest.fixture(scope="module")
def leftovers():
    kept = []
    yield kept
    release.set()
    for each in kept:
        if isinstance(each, subprocess.Popen):
            each.communicate(b"\\n")
        else:
            each.wait()


def test_leaves_a_thread(leftovers):
    leftovers.append(Worker())
    leftovers[-1].start()
    running.wait()


def test_leaves_a_process(leftovers):
    leftovers.append(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))


def test_logs_a_warning():
    logging.getLogger("anything").warning("surprise")


@pytest.mark.expected_log("never said")
def test_expects_a_warning_that_never_comes():
    pass


@pytest.mark.expected_log("surprise")
def test_logs_an_expected_warning():
    logging.getLogger("anything").warning("surprise")


def test_skips():
    pytest.skip("no time")


@pytest.mark.xfail(raises=ZeroDivisionError)
def test_is_known_to_fail():
    1 / 0


def test_sees_nothing_of_the_person():
    assert "https_proxy" not in os.environ
    assert "GUIUPLOADER_HOME" not in os.environ
    assert os.environ["HOME"] != "/home/person"
"""


def test_the_guards_fail_what_deserves_it(tmp_path: Path) -> None:
    planted = tmp_path / "test_planted.py"
    planted.write_text(PLANTED)
    foreign = {"https_proxy": "x", "GUIUPLOADER_HOME": "x", "HOME": "/home/person", "CI": "true"}
    run = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "-p", "tests.conftest", str(planted)]
    report = ["-rA", "--tb=no", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*run, *report], cwd=ROOT, env=os.environ | foreign, capture_output=True, text=True, check=False
    )
    lines = [line.split(" - ")[0] for line in done.stdout.splitlines() if "::test_" in line]
    # A test that passes but fails in its guard has two lines; the last word counts.
    assert {line.rpartition("::")[2]: line.split()[0] for line in lines} == {
        "test_leaves_a_thread": "ERROR",
        "test_leaves_a_process": "ERROR",
        "test_logs_a_warning": "ERROR",
        "test_expects_a_warning_that_never_comes": "ERROR",
        "test_logs_an_expected_warning": "PASSED",
        "test_skips": "FAILED",
        "test_is_known_to_fail": "XFAIL",
        "test_sees_nothing_of_the_person": "PASSED",
    }
