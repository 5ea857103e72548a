# SPDX-License-Identifier: MIT
"""Run, test and check guiuploader on any machine, with nothing but Python.

python3 dev.py run                 open the window with the demo receiver; without a display: in the terminal
python3 dev.py test [ARGUMENT...]  run all tests, or those that pytest's arguments choose
python3 dev.py test --fast [...]   only those that need nothing but pip: about a minute
python3 dev.py check [--fix]       format, lint, types, import rules, dead code, spelling
python3 dev.py bench [ROW...]      measure speed and memory beside curl and stock requests-toolbelt
python3 dev.py package WHAT...     make installers: frozen, deb, rpm, tar, appdir, wheel, or all
python3 dev.py package check       test what was made: packaging/README.md tells how
python3 dev.py shots               take the screenshots anew, into artefacts/shots/
python3 dev.py lock [--upgrade]    pin the dependencies of pyproject.toml anew
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

if sys.version_info < (3, 11):  # noqa: UP036  an older Python must be told so in words
    sys.exit(f"guiuploader needs Python 3.11 or newer; this is {platform.python_version()}.")

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
BIN = VENV / SCRIPTS
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
PACKAGING_VENV = ROOT / "build" / "venv"  # holds what the packages are made of and nothing else
RUNTIME_LOCK = ROOT / "requirements.lock"
TESTS_LOCK = ROOT / "tests" / "requirements.lock"
PACKAGING_LOCK = ROOT / "packaging" / "requirements.lock"
SHOTS = ROOT / "artefacts" / "shots"  # where tests leave the pictures they take
QT_LIBRARIES = (
    *(
        "libglib2.0-0",
        "libegl1",
        "libgl1",
        "libdbus-1-3",
        "libgssapi-krb5-2",
        "libfontconfig1",
        "libxkbcommon0",
        "libxcb-cursor0",
    ),
    *("libxcb-icccm4", "libxcb-keysyms1", "libxcb-shape0", "libxcb-xkb1", "libxkbcommon-x11-0"),
    "fonts-dejavu-core",
)
TEST_PROGRAMS = (
    *("xvfb", "xauth", "xdotool", "openbox", "imagemagick", "x11-apps"),
    *("php-cli", "nginx", "apache2-bin", "docker-registry", "dbus", "gnome-keyring", "iproute2"),
    *("desktop-file-utils", "appstream", "shared-mime-info", "libglib2.0-bin", "man-db", "zsh", "fish"),
)
PACKAGING_PROGRAMS = ("binutils", "cpio", "debootstrap", "desktop-file-utils", "appstream", "lintian", "rpm")
# The end-to-end tests that start the program from outside, so that it may be the frozen one; without the
# campaign of kills, which takes many minutes and looks at our code's marks on the disk, not at the bundle.
FROZEN_TESTS = tuple(
    f"tests/end2end/test_{name}.py"
    for name in (
        *("article", "bad_input", "commands", "history", "oauth", "one_instance", "recipes", "secrets"),
        *("send_bodies", "send_servers", "sharex_import", "unattended"),
    )
)
NODE_SERVERS = ROOT / "tests" / "servers" / "apps" / "node"
APPLICATIONS_LOCK = ROOT / "tests" / "servers" / "apps" / "requirements.lock"
APPLICATIONS_VENV = ROOT / "build" / "applications"  # their own needs are no business of ours
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
# What the tests may see of the caller's environment; all else would make them depend on the machine.
TEST_VARIABLES = (
    *("PATH", "CI", "TERM", "COLUMNS", "TMPDIR", "TEMP", "TMP"),
    *("SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "WINDIR", "PROGRAMDATA"),
)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Print `name` and, once its block is done, the seconds it took."""
    print(name, end=" ... ", flush=True)
    start = time.monotonic()
    yield
    print(f"{time.monotonic() - start:.1f} s", flush=True)


def captured(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `command` to its end, its output and errors kept in order."""
    pipe, joined = subprocess.PIPE, subprocess.STDOUT
    return subprocess.run(command, cwd=ROOT, stdout=pipe, stderr=joined, text=True, check=False)


def quietly(*command: str | Path) -> None:
    """Run `command`; if it fails, show what it printed and end the program."""
    done = captured(*command)
    if done.returncode:
        words = shlex.join(map(str, command))
        sys.exit(f"\n{done.stdout}\nExit code {done.returncode} from: {words}")


def foreground(*command: str | Path, env: dict[str, str] | None = None) -> int:
    """Run `command` on this terminal; Ctrl-C reaches it directly, so its own clean end is waited for."""
    with subprocess.Popen(command, cwd=ROOT, env=env) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue


def environment(lock: Path, venv: Path = VENV) -> None:
    """Make `venv` hold what `lock` pins, unless a stamp says that it does."""
    stamp = venv / f"{lock.parent.name if lock.parent != ROOT else 'runtime'}.stamp"
    wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    python = venv / SCRIPTS / PYTHON.name
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    config = venv / "pyvenv.cfg"
    same_python = config.exists() and f"version = {platform.python_version()}\n" in config.read_text()
    # In `.venv` two locks come together; any other holds one alone, and nothing of that lock's past.
    if venv != VENV or not same_python or shutil.which("pip", path=venv / SCRIPTS) is None:
        if importlib.util.find_spec("ensurepip") is None:
            sys.exit("This Python cannot make a virtual environment; type: apt-get install python3-venv")
        with stage("Virtual environment"):
            quietly(sys.executable, "-m", "venv", "--clear", venv)
    with stage("Python packages"):
        quietly(python, "-m", "pip", "install", "--require-hashes", "--requirement", lock)
    stamp.write_text(wanted)


def node_packages() -> None:
    """Make the Node servers' node_modules hold what their lock pins, unless a stamp says that they do."""
    npm = shutil.which("npm")
    if npm is None:
        return  # the tests that need Node say so
    stamp = NODE_SERVERS / "node_modules" / "lock.stamp"
    wanted = hashlib.sha256((NODE_SERVERS / "package-lock.json").read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        if SYSTEM_CERTIFICATES.exists():
            # Node has its own list and knows no authority that this computer's owner added.
            os.environ.setdefault("NODE_EXTRA_CA_CERTS", str(SYSTEM_CERTIFICATES))
        with stage("Node packages"):
            quietly(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", NODE_SERVERS)
        stamp.write_text(wanted)


def system_packages(names: tuple[str, ...]) -> None:
    """On Debian and its kin, install what is missing of `names` when root; else print the command to type."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-query")):
        return
    # Newer releases renamed some libraries: "t64" follows the old name.
    query = ("dpkg-query", "--show", "--showformat", "${db:Status-Status} ${Package}\n")
    answer = captured(*query, *names, *(f"{name}t64" for name in names)).stdout.splitlines()
    present = {line.split()[1].removesuffix("t64") for line in answer if line.startswith("installed ")}
    missing = [name for name in names if name not in present]
    if not missing:
        return
    root = os.geteuid() == 0
    with stage(f"Missing system packages: {' '.join(missing)}"):
        if root:
            quietly("apt-get", "update")
        spelled = [
            name + "t64" * (not captured("apt-cache", "show", f"{name}t64").returncode) for name in missing
        ]
        install = ("apt-get", "install", "--yes", "--no-install-recommends", *spelled)
        if root:
            # Runlevel 1 keeps a new daemon from being started, except by systemd.
            quietly("env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", *install)
            if "nginx" in missing:
                captured("service", "nginx", "stop")
    if not root:
        print("Type this once:", shlex.join(("sudo", *install)), flush=True)


def run(arguments: list[str]) -> int:
    """Open the window with the demo receiver; without a display, run the same demo in the terminal."""
    environment(RUNTIME_LOCK)
    system_packages(QT_LIBRARIES)
    display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if display or sys.platform in {"darwin", "win32"}:
        return foreground(PYTHON, "-m", "guiuploader", "--demo", *arguments)
    print("There is no display here, so the demo runs in the terminal.", flush=True)
    with tempfile.TemporaryDirectory(prefix="guiuploader-demo-") as scratch:
        return terminal_demo(Path(scratch))


def terminal_demo(scratch: Path) -> int:
    """Send a sample file to the demo receiver and compare what it stored; return 0 if they are equal."""
    sample, received = scratch / "sample.bin", scratch / "received"
    sample.write_bytes(os.urandom(64 << 20))
    received.mkdir()
    program = (PYTHON, "-m", "guiuploader")
    receive = (*program, "receive", "--port", "0", "--dir", received, "--until-stdin-closes")
    pipe = subprocess.PIPE
    with subprocess.Popen(receive, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as receiver:
        url = receiver.stdout.readline().strip() if receiver.stdout else ""
        print(f"Sending {sample.name} to the demo receiver at {url}", flush=True)
        code = foreground(*program, "send", sample, "--to", url, "--home", scratch / "home") if url else 1
    stored = [path for path in received.rglob("*") if path.is_file()]
    sent_hash, *stored_hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (sample, *stored)]
    equal = stored_hashes == [sent_hash]
    print("SHA-256 of the file:  ", sent_hash)
    print("SHA-256 of the stored:", *stored_hashes, "- the same." if equal else "- NOT the same.")
    return code if equal else 1


def test(arguments: list[str], **more: str) -> int:
    """Run pytest with `arguments` in a bare environment, to which `more` is added.

    --fast leaves out what needs more than pip.
    """
    fast = "--fast" in arguments
    environment(TESTS_LOCK)
    node = () if shutil.which("npm") else ("nodejs", "npm")  # a Node from elsewhere may bring npm with it
    system_packages(QT_LIBRARIES if fast else (*QT_LIBRARIES, *TEST_PROGRAMS, *node))
    if not fast:
        node_packages()
        environment(APPLICATIONS_LOCK, APPLICATIONS_VENV)
    selection = ["-m", "not full"] if fast else []
    selection += [argument for argument in arguments if argument != "--fast"]
    variables = {name: os.environ[name] for name in TEST_VARIABLES if name in os.environ}
    variables |= {
        "QT_QPA_PLATFORM": "offscreen",
        "LC_ALL": "C.UTF-8",
        "GUIUPLOADER_SHOTS": str(SHOTS),
        **more,
    }
    return foreground(PYTHON, "-m", "pytest", *selection, env=variables)


def package(arguments: list[str]) -> int:
    """Make the packages that `arguments` name, or `check` those that lie in dist/."""
    system_packages(PACKAGING_PROGRAMS)
    if arguments[:1] == ["check"]:
        dist = ROOT / "dist"
        program = dist / "guiuploader" / "guiuploader"
        if not program.exists():
            sys.exit("Nothing is made yet; type: python3 dev.py package all")
        chosen = ["tests/packages", *FROZEN_TESTS, *arguments[1:]]
        return test(chosen, GUIUPLOADER_DIST=str(dist), GUIUPLOADER_PROGRAM=str(program))
    environment(PACKAGING_LOCK, PACKAGING_VENV)
    return foreground(PACKAGING_VENV / SCRIPTS / PYTHON.name, ROOT / "packaging" / "build.py", *arguments)


def shots(arguments: list[str]) -> int:
    """Take the screenshots anew, by the tests that look at them."""
    return test(["tests/gui/test_screenshots.py", "tests/end2end/test_window_drop.py", *arguments])


def check(arguments: list[str]) -> int:
    """Run every static check, show in full what failed, and return 1 if any did; --fix repairs by machine."""
    fix = "--fix" in arguments
    environment(TESTS_LOCK)
    failed = 0
    for name, *options in (
        ("ruff", "format", *([] if fix else ["--check"])),
        ("ruff", "check", *(["--fix"] if fix else [])),
        ("mypy",),
        ("lint-imports",),
        ("vulture",),
        ("codespell", *(["--write-changes"] if fix else [])),
    ):
        start = time.monotonic()
        done = captured(shutil.which(name, path=BIN) or name, *options)
        failed += bool(done.returncode)
        verdict = f"FAILED\n{done.stdout}" if done.returncode else "ok"
        print(f"{' '.join((name, *options))}: {time.monotonic() - start:.1f} s, {verdict}", flush=True)
    return 1 if failed else 0


def bench(arguments: list[str]) -> int:
    """Measure; return 1 if a floor was missed."""
    environment(TESTS_LOCK)
    return foreground(PYTHON, "-m", "tests.benchmarks.bench", *arguments)


def lock(arguments: list[str]) -> int:
    """Pin pyproject.toml's dependencies anew; `arguments` go to uv, --upgrade among them."""
    environment(TESTS_LOCK)
    with stage("Locks"):
        quietly(PYTHON, "-m", "pip", "install", "uv")
        compiler = (PYTHON, "-m", "uv", "pip", "compile", "--no-config", "--universal")
        options = ("--python-version=3.11", "--fork-strategy=fewest", "--generate-hashes", "--no-header")
        ours = ("pyproject.toml",)
        with_ours = (*ours, f"--constraint={RUNTIME_LOCK.name}")
        for file, extra in (
            (RUNTIME_LOCK, ours),
            (TESTS_LOCK, (*with_ours, "--group=dev", "--all-extras")),
            (PACKAGING_LOCK, (*with_ours, "--group=packaging")),
            (APPLICATIONS_LOCK, ("--group=applications",)),
        ):
            output = f"--output-file={file.relative_to(ROOT).as_posix()}"
            quietly(*compiler, *options, "--no-emit-index-url", *extra, output, *arguments)
            note = "# Remade by: python3 dev.py lock [--upgrade]\n"
            file.write_text(note + file.read_text(encoding="utf-8"), encoding="utf-8", newline="\n")
    return 0


def main(arguments: list[str]) -> int:
    """Do what the command line asks and return the exit code."""
    commands = {"run": run, "test": test, "check": check, "bench": bench, "package": package}
    commands |= {"shots": shots, "lock": lock}
    command, *options = arguments or ["--help"]
    wrong = command not in commands or (command == "check" and options not in ([], ["--fix"]))
    if wrong or ({"-h", "--help"} & {*arguments} and command != "bench"):
        print(__doc__)
        return 2 if wrong and command not in {"-h", "--help"} else 0
    return commands[command](options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
