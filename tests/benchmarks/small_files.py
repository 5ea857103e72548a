# SPDX-License-Identifier: MIT
"""Many small files: what counts is what each costs besides its bytes, and that none waits for another."""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.benchmarks.measuring import Bench, Row, paired
from tests.benchmarks.programs import Cost, guiuploader, serving, spend

_SIZE = 4096  # bytes
_FAR_FILES = 400  # one at a time these take 20 s
_AT_ONCE = 4


def alone(bench: Bench) -> Iterator[Row]:
    """The transfers without queue and report: the same threads, the same files."""
    folder = bench.small(bench.files, _SIZE)
    yield paired(
        bench,
        partial(_python, bench, "tests.benchmarks.transfers", bench.http, folder),
        partial(_python, bench, "tests.benchmarks.stock", bench.http, folder),
        what=f"{bench.files} files of 4 KiB, loopback, transfer alone, against {_AT_ONCE} stock workers",
        floor=1.3,
        aim=2.6,
    )


def whole(bench: Bench) -> Iterator[Row]:
    """The whole program, from the first file found to the last reported."""
    folder = bench.small(bench.files, _SIZE)
    yield paired(
        bench,
        partial(_program, bench, bench.http, folder, workers=_AT_ONCE),
        partial(_python, bench, "tests.benchmarks.stock", bench.http, folder),
        what=f"{bench.files} files of 4 KiB, loopback, whole program, against {_AT_ONCE} stock workers",
        floor=0.8,
        aim=2.0,
    )


def distant(bench: Bench) -> Iterator[Row]:
    """A server 20 ms away: the wait for each answer is to be used by the others."""
    folder = bench.small(bench.files, _SIZE)
    with serving("delaying_proxy.py", _port(bench), "0.02") as far:
        url = f"http://127.0.0.1:{far}/"
        yield paired(
            bench,
            partial(_program, bench, url, folder, workers=_AT_ONCE),
            partial(_curls, bench, url, folder),
            what=f"{bench.files} files of 4 KiB, 20 ms away, {_AT_ONCE} at once, against curl -Z",
            floor=0.95,
        )


def workers(bench: Bench) -> Iterator[Row]:
    """Four workers against one of our own, 50 ms away."""
    folder = bench.small(_FAR_FILES, _SIZE)
    with serving("delaying_proxy.py", _port(bench), "0.05") as far:
        url = f"http://127.0.0.1:{far}/"
        yield paired(
            bench,
            partial(_program, bench, url, folder, workers=_AT_ONCE),
            partial(_program, bench, url, folder, workers=1),
            what=f"{_FAR_FILES} files of 4 KiB, 50 ms away, {_AT_ONCE} workers against 1",
            floor=3.0,
            aim=float(_AT_ONCE),
        )


def _program(bench: Bench, url: str, folder: Path, *, workers: int) -> Cost:
    return bench.run([*guiuploader(url, folder, home=bench.home), "--parallel", str(workers)])


def _python(bench: Bench, module: str, url: str, folder: Path) -> Cost:
    command = [sys.executable, "-m", module, url, str(_AT_ONCE), str(folder)]
    return spend(command, read_seconds="last", home=bench.home)


def _curls(bench: Bench, url: str, folder: Path) -> Cost:
    listed = bench.home / "many.curl"
    blocks = (
        f'url = "{url}"\nform = "file=@{path}"\noutput = "/dev/null"' for path in sorted(folder.iterdir())
    )
    listed.write_text("\nnext\n".join(blocks), "utf-8")
    return bench.timed(f"curl -q -s -Z --parallel-max {_AT_ONCE} -K {listed}")


def _port(bench: Bench) -> str:
    return bench.http.rpartition(":")[2].strip("/")
