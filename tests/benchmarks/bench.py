# SPDX-License-Identifier: MIT
"""Our uploads beside curl's, HTTPie's and stock requests-toolbelt's, in pairs within one run.

`python3 dev.py bench [--pairs 7] [--gib 4] [ROW…]`: a row is chosen by the beginning of its name. Times on a
shared machine wander, so each figure is the median of ratios of runs made one right after the other.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import trustme

from tests.benchmarks.programs import MIB, Cost, curl, guiuploader, serving, sparse, spend

GIB = 1024 * MIB
SMALL_FILES = 10_000
SMALL_SIZE = 4096
ROUND_TRIP = 0.02  # seconds


@dataclass(frozen=True)
class Bench:
    """What the rows share: a scratch folder with the files, the sinks' addresses, how often to measure."""

    home: Path
    http: str
    https: str
    pairs: int
    gib: int

    def run(self, command: list[str]) -> Cost:
        """Run one of our commands or curl's."""
        ours = "guiuploader" in command
        return spend(command, read_seconds="json" if ours else "last", home=self.home)

    def ours(self, url: str, *files: Path, body: str = "multipart", digest: str = "none") -> float:
        """Return the seconds that we take."""
        return self.run(guiuploader(url, *files, home=self.home, body=body, digest=digest)).seconds

    def curl(self, url: str, *words: str) -> float:
        """Return the seconds that curl takes."""
        return self.run(curl(url, *words, home=self.home)).seconds

    def timed(self, command: str) -> float:
        """Return the seconds that a shell command takes as a whole process."""
        words = ["bash", "-c", f"TIMEFORMAT=%R; {{ time {command} >/dev/null 2>&1; }} 2>&1"]
        return spend(words, read_seconds="last", home=self.home).seconds

    def after(self, first: Callable[[], float], command: str) -> float:
        """Return the seconds of one thing and then another."""
        return first() + self.timed(command)

    def large(self, size: int) -> Path:
        """Return a file of this many bytes."""
        path = self.home / f"{size}.bin"
        return path if path.exists() else sparse(path, size)


@dataclass(frozen=True)
class Row:
    """One line of the table; a ratio of 1.2 says that we are better by a fifth."""

    what: str
    ratio: float
    floor: float | None
    figures: str

    def __str__(self) -> str:
        verdict = "" if self.floor is None else "met" if self.ratio >= self.floor else "MISSED"
        wanted = "" if self.floor is None else f"{self.floor:.2f}"
        return f"| {self.what} | {self.ratio:.2f} | {wanted} | {verdict} | {self.figures} |"


def paired(
    bench: Bench, ours: Callable[[], float], theirs: Callable[[], float], *, what: str, floor: float | None
) -> Row:
    """Measure both in turns, each first every other time; the ratio is the median of theirs over ours."""
    pairs: list[tuple[float, float]] = []
    for number in range(bench.pairs):
        if number % 2:
            theirs_first = theirs()
            pairs.append((ours(), theirs_first))
        else:
            pairs.append((ours(), theirs()))
    ratio = statistics.median(their / our for our, their in pairs)
    medians = (statistics.median(each) for each in zip(*pairs, strict=True))
    return Row(what, ratio, floor, " against ".join(f"{seconds:.2f} s" for seconds in medians))


def throughput(bench: Bench) -> Iterator[Row]:
    """Large files, one at a time."""
    file = bench.large(bench.gib * GIB)
    for scheme, url, floors in (("HTTP", bench.http, (1.0, 1.2)), ("HTTPS", bench.https, (0.95, 1.0))):
        form = partial(bench.curl, url, "-F", f"file=@{file}")
        size = f"{scheme} {bench.gib} GiB"
        yield paired(
            bench,
            partial(bench.ours, url, file),
            form,
            what=f"multipart {size}, no hash, against curl -F",
            floor=floors[0],
        )
        yield paired(
            bench,
            partial(bench.ours, url, file, digest="sha256"),
            partial(bench.after, form, f"openssl dgst -sha256 {file}"),
            what=f"multipart {size} with SHA-256, against curl -F, then openssl dgst",
            floor=floors[1],
        )
        yield paired(
            bench,
            partial(bench.ours, url, file, body="raw"),
            partial(bench.curl, url, "-T", str(file)),
            what=f"raw {size}, no hash, against curl -T",
            floor=None,
        )


def cpu(bench: Bench) -> Iterator[Row]:
    """CPU seconds for each GiB, what a program spends on an almost empty file taken off."""
    file, tiny = bench.large(bench.gib * GIB), bench.large(1)

    def ours() -> float:
        whole, start = (
            bench.run(guiuploader(bench.http, each, home=bench.home)).cpu for each in (file, tiny)
        )
        return (whole - start) / bench.gib

    def theirs() -> float:
        whole, start = (
            bench.run(curl(bench.http, "-F", f"file=@{each}", home=bench.home)).cpu for each in (file, tiny)
        )
        return (whole - start) / bench.gib

    yield paired(
        bench, ours, theirs, what="CPU for each GiB, multipart HTTP, against curl -F", floor=1 / 1.15
    )


def memory(bench: Bench) -> Iterator[Row]:
    """Peak memory for a file of 8 GiB over that for 64 MiB."""
    small, large = (
        bench.run(guiuploader(bench.http, bench.large(size), home=bench.home)).memory
        for size in (64 * MIB, 8 * GIB)
    )
    more = (large - small) / MIB
    figures = f"{large / MIB:.1f} MiB against {small / MIB:.1f} MiB: {more:+.1f}, at most +4"
    yield Row("memory, 64 MiB over 8 GiB file", (small + 4 * MIB) / large, 1.0, figures)


def peers(bench: Bench) -> Iterator[Row]:
    """What people use today, for comparison; fewer bytes, as they are slow."""
    file = bench.large(GIB)
    stock = [sys.executable, "-m", "tests.benchmarks.stock", bench.http, "1", str(file)]

    def theirs() -> float:
        return spend(stock, read_seconds="last", home=bench.home).seconds

    ours = partial(bench.ours, bench.http, file)
    yield paired(
        bench, ours, theirs, what="multipart HTTP 1 GiB, against stock requests-toolbelt", floor=None
    )
    if shutil.which("http"):
        httpie = partial(bench.timed, f"http --ignore-stdin --multipart POST {bench.http} file@{file}")
        yield paired(bench, ours, httpie, what="multipart HTTP 1 GiB, against HTTPie", floor=None)


def many(bench: Bench) -> Iterator[Row]:
    """Many small files, four at once."""
    folder = bench.home / "many"
    if not folder.exists():
        folder.mkdir()
        for number in range(SMALL_FILES):
            (folder / f"{number:05}.bin").write_bytes(number.to_bytes(4, "big") * (SMALL_SIZE // 4))
    listed = bench.home / "many.curl"
    stock = [sys.executable, "-m", "tests.benchmarks.stock"]

    def ours(url: str) -> float:
        return bench.run([*guiuploader(url, folder, home=bench.home), "--parallel", "4"]).seconds

    def curls(url: str) -> float:
        paths = sorted(folder.iterdir())
        blocks = (f'url = "{url}"\nform = "file=@{path}"\noutput = "/dev/null"' for path in paths)
        listed.write_text("\nnext\n".join(blocks), "utf-8")
        return bench.timed(f"curl -q -s -Z --parallel-max 4 -K {listed}")

    def stocks(url: str) -> float:
        return spend([*stock, url, "4", str(folder)], read_seconds="last", home=bench.home).seconds

    port = bench.http.rpartition(":")[2].strip("/")
    with serving("delaying_proxy.py", port, str(ROUND_TRIP)) as far:
        url = f"http://127.0.0.1:{far}/"
        yield paired(
            bench,
            partial(ours, url),
            partial(curls, url),
            what=f"{SMALL_FILES} files of 4 KiB, 20 ms away, 4 at once, against curl -Z",
            floor=0.95,
        )
    yield paired(
        bench,
        partial(ours, bench.http),
        partial(stocks, bench.http),
        what=f"{SMALL_FILES} files of 4 KiB, loopback, whole program, against 4 stock workers",
        floor=0.8,
    )


def limit(bench: Bench) -> Iterator[Row]:
    """Ten seconds at 5 MB/s; the ratio is 1 when the speed is met to the byte."""
    rate, seconds = 5_000_000, 10
    command = guiuploader(bench.http, bench.large(rate * seconds), home=bench.home)
    took = bench.run([*command, "--limit", "5M"]).seconds
    near = min(took, seconds) / max(took, seconds)
    yield Row("5 MB/s as asked for, over 10 s", near, 0.95, f"{took:.2f} s against {seconds} s")


ROWS: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "throughput": throughput,
    "cpu": cpu,
    "memory": memory,
    "peers": peers,
    "many": many,
    "limit": limit,
}


def main() -> int:
    """Measure the chosen rows, print a table, and return 1 if a floor was missed."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of: {', '.join(ROWS)}; none: all")
    parser.add_argument("--pairs", type=int, default=7, help="how often each pair is measured (7)")
    parser.add_argument("--gib", type=int, default=4, help="size of the large file (4)")
    given = parser.parse_args()
    missed = 0
    sys.stdout.write("| what | ratio | floor | | medians: ours against theirs |\n|---|---|---|---|---|\n")
    with tempfile.TemporaryDirectory(prefix="guiuploader-bench-") as scratch:
        home = Path(scratch)
        authority = trustme.CA()
        authority.cert_pem.write_to_path(home / "ca.pem")
        certificate = authority.issue_cert("127.0.0.1", "localhost")
        certificate.private_key_and_cert_chain_pem.write_to_path(home / "server.pem")
        with serving("sink.py") as plain, serving("sink.py", home / "server.pem") as tls:
            bench = Bench(
                home, f"http://127.0.0.1:{plain}/", f"https://127.0.0.1:{tls}/", given.pairs, given.gib
            )
            for name, rows in ROWS.items():
                if given.rows and not name.startswith(tuple(given.rows)):
                    continue
                for row in rows(bench):
                    sys.stdout.write(f"{row}\n")
                    sys.stdout.flush()
                    missed += row.floor is not None and row.ratio < row.floor
    version = subprocess.run(["curl", "--version"], capture_output=True, text=True, check=False).stdout
    sys.stdout.write(f"\n{version.partition(' (')[0]}, Python {sys.version.split()[0]}\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
