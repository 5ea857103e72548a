# SPDX-License-Identifier: MIT
"""What holds for every test: its own home, nothing left behind, no unexpected warning, no skip in CI."""

import logging
import os
import re
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path

import hypothesis
import pytest
import trustme

from tests.helpers.scripted_server import Script, ScriptedServer, StartServer, server_context
from tests.helpers.waiting import holds_within

GRACE = 3.0  # seconds that a thread or process may take to end after its test
FOREIGN_VARIABLES = re.compile(
    r"GUIUPLOADER_.*|(https?|all|ftp|no)_proxy|SSL_CERT_(FILE|DIR)|(REQUESTS_CA|CURL_CA)_BUNDLE|DBUS_\w+",
    re.IGNORECASE,
)

# Qt would abort Python where there is no screen; tests that need one start their own.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A loaded machine is no failure: how long one example takes says nothing here.
hypothesis.settings.register_profile("guiuploader", deadline=None)
# For what reads strangers' texts; by hand and at length: `pytest --hypothesis-profile=importers-at-length`.
hypothesis.settings.register_profile("importers", deadline=None, max_examples=2_000)
hypothesis.settings.register_profile("importers-at-length", deadline=None, max_examples=20_000)
hypothesis.settings.load_profile("guiuploader")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "expected_log(pattern): a warning that this test must cause in the log"
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if not hasattr(report, "wasxfail"):
        fail_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    fail_skip(report)
    return report


def fail_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure in CI, where everything a test needs is installed."""
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"


def running_threads() -> set[int]:
    """Return the ids of the threads that are inside Python code, a QThread's `run` included."""
    return set(sys._current_frames())


def child_processes() -> set[int]:
    """Return the ids of this process's children; none are seen where there is no Linux /proc."""
    children: set[int] = set()
    for each in Path("/proc/self/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that ended meanwhile
            children.update(map(int, each.read_text().split()))
    return children


def described(threads: set[int], processes: set[int]) -> str:
    """Name what is left behind, as well as can be known."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    commands = {child: Path(f"/proc/{child}/cmdline") for child in processes}
    shown = [f"thread {names.get(ident, ident)}" for ident in threads]
    shown += [f"process {child}: {path.read_bytes()!r}" for child, path in commands.items() if path.exists()]
    return ", ".join(shown)


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail a test whose threads or child processes outlive it; those of session fixtures start before."""
    threads, processes = running_threads(), child_processes()
    yield
    clean = holds_within(lambda: running_threads() <= threads and child_processes() <= processes, GRACE)
    if not clean:
        left = described(running_threads() - threads, child_processes() - processes)
        pytest.fail(f"left behind: {left}")


class Warnings(logging.Handler):
    """Collects what is logged as a warning or worse."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def no_unexpected_warning(request: pytest.FixtureRequest, nothing_left_behind: None) -> Iterator[None]:
    """Fail on a logged warning that no `expected_log` mark names, and on a mark that names nothing logged."""
    del nothing_left_behind  # asked for so that late threads may still log
    expected = [str(mark.args[0]) for mark in request.node.iter_markers("expected_log")]
    warnings = Warnings()
    logging.getLogger().addHandler(warnings)
    yield
    logging.getLogger().removeHandler(warnings)
    surprises = [text for text in warnings.messages if not any(re.search(each, text) for each in expected)]
    silent = [each for each in expected if not any(re.search(each, text) for text in warnings.messages)]
    assert not surprises, "unexpected in the log"
    assert not silent, "expected in the log, but not there"


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return this test's own empty home; the person's own files, proxies and keychain are out of reach."""
    folder = tmp_path_factory.mktemp("home")
    for name in filter(FOREIGN_VARIABLES.fullmatch, list(os.environ)):
        monkeypatch.delenv(name)
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(folder))
    for kind in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(folder / kind.lower()))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    return folder


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Return a certificate authority that only tests trust; `authority.cert_pem` is its certificate."""
    return trustme.CA()


@pytest.fixture
def scripted_server(authority: trustme.CA) -> Iterator[StartServer]:
    """Return a function that starts a server: `scripted_server(answer(201), tls=True)`."""
    servers: list[ScriptedServer] = []

    def start(script: Script, *, tls: bool = False) -> ScriptedServer:
        servers.append(ScriptedServer(script, tls=server_context(authority) if tls else None))
        return servers[-1]

    yield start
    for server in servers:
        server.close()
