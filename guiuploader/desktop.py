# SPDX-License-Identifier: MIT
"""The menu entry, the icons and the file types of this user's desktop, where no package brought them.

The entry starts the very program that wrote it, wherever it is installed: a virtual environment, pipx, uv or
an unpacked folder.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import platformdirs

from guiuploader.paths import APP_ID, resources
from guiuploader.values.errors import ErrorCode, UsageError

_NAME = "guiuploader"
_PROGRAM = "guiuploader desktop"
_LINE = re.compile(rf"^(Try)?Exec={_NAME}\b", re.MULTILINE)
_TOOLS = {
    "update-desktop-database": ("applications", "desktop-file-utils"),
    "update-mime-database": ("mime", "shared-mime-info"),
}
_TOOL_LIMIT = 60  # seconds


def install() -> None:
    """Write all of it, over what an earlier call left, and print what was done. Raises UsageError."""
    share = _share()
    program = _command()
    for target, source in _files(share).items():
        content = source.read_bytes()
        if target.suffix == ".desktop":
            content = _starting(program, content.decode()).encode("utf-8", "surrogateescape")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        except OSError as error:
            raise _unusable(target, error) from error
    _print(f"The menu entry, the icons and the file types .guiuploader and .sxcu are in {share}.")
    _print(f"The entry starts {program}")
    _refresh(share)


def remove() -> None:
    """Take all of it away, as far as it is there, and print what was done. Raises UsageError."""
    share = _share()
    present = [target for target in _files(share) if os.path.lexists(target)]
    for target in present:
        try:
            target.unlink()
        except OSError as error:
            raise _unusable(target, error) from error
    if not present:
        _print(f"There is nothing of guiuploader's in {share}.")
        return
    _print(f"The menu entry, the icons and the file types were removed from {share}.")
    _refresh(share)


def _share() -> Path:
    if not sys.platform.startswith("linux"):
        reason = "Menu entries are made on Linux only; on this system the installer makes them"
        raise UsageError(ErrorCode.USAGE, reason=f"{reason}.", program=_PROGRAM)
    return platformdirs.user_data_path()


def _files(share: Path) -> Mapping[Path, Path]:
    """Return each file that belongs below `share`, with the resource that it comes from."""
    texts, icons = resources() / "desktop", resources() / "icons" / "app"
    files = {
        share / "applications" / f"{APP_ID}.desktop": texts / f"{APP_ID}.desktop",
        share / "mime" / "packages" / f"{APP_ID}.xml": texts / f"{APP_ID}.mime.xml",
    }
    hicolor = share / "icons" / "hicolor"
    pictures = icons.glob(f"*/{APP_ID}*")
    return files | {hicolor / each.parent.name / "apps" / each.name: each for each in sorted(pictures)}


def _command() -> str:
    """Return the path that starts this program from anywhere. Raises UsageError."""
    if getattr(sys, "frozen", False):
        return os.environ.get("APPIMAGE") or sys.executable  # an AppImage's own path is gone when it ends
    # Not resolved: what pipx and uv put on the PATH is a link that outlives an upgrade.
    for script in (Path(sys.argv[0]).absolute(), Path(sys.executable).with_name(_NAME)):
        if script.name == _NAME and script.is_file() and os.access(script, os.X_OK):
            return str(script)
    reason = "There is no command “guiuploader” that a menu could start, only its sources; install it first"
    raise UsageError(ErrorCode.USAGE, reason=f"{reason}, with “pipx install .”.", program=_PROGRAM)


def _starting(program: str, entry: str) -> str:
    """Return the menu entry with this path in place of the program's bare name."""
    plain = program.replace("\\", "\\\\")
    return _LINE.sub(lambda found: f"TryExec={plain}" if found[1] else f"Exec={_quoted(program)}", entry)


def _quoted(word: str) -> str:
    """Return a word as the Exec key wants it: quoted, then escaped like any text of the file."""
    if re.search(r"[^\w./:@+,=-]", word):
        word = '"' + re.sub(r'(["`$\\])', r"\\\1", word) + '"'
    return word.replace("\\", "\\\\").replace("%", "%%")


def _refresh(share: Path) -> None:
    """Have the desktop's own programs take notice; each desktop reads what they write."""
    if (share / "icons" / "hicolor").is_dir():
        os.utime(share / "icons" / "hicolor")  # a cache that is older than the folder does not count
    for tool, (folder, package) in _TOOLS.items():
        path = shutil.which(tool)
        if path is None:
            _print(
                f"{tool} is not installed (package {package}): it may be noticed only after the next sign-in."
            )
            continue
        if trouble := _run(path, share / folder):
            _print(f"{tool} failed: {trouble}")


def _run(tool: str, folder: Path) -> str:
    """Run a program on a folder and return what went wrong, or nothing."""
    try:
        done = subprocess.run(  # noqa: S603 - found on the person's own PATH, given one folder
            [tool, folder],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TOOL_LIMIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return (done.stderr.strip() or f"exit code {done.returncode}") if done.returncode else ""


def _environment() -> Mapping[str, str]:
    """Return what foreign programs are to see: a frozen program has its own libraries in the way."""
    variables = dict(os.environ)
    original = variables.pop("LD_LIBRARY_PATH_ORIG", None)
    if getattr(sys, "frozen", False):
        variables.pop("LD_LIBRARY_PATH", None)
        if original is not None:
            variables["LD_LIBRARY_PATH"] = original
    return variables


def _unusable(path: Path, error: OSError) -> UsageError:
    reason = f"“{path}” cannot be changed: {error.strerror or 'unknown error'}."
    return UsageError(ErrorCode.USAGE, reason=reason, program=_PROGRAM)


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
