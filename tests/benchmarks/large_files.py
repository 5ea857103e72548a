# SPDX-License-Identifier: MIT
"""One large file at a time, beside curl, HTTPie and stock requests-toolbelt."""

import sys
from collections.abc import Iterator
from functools import partial

from tests.benchmarks.httpie import httpie
from tests.benchmarks.measuring import Bench, Row, paired
from tests.benchmarks.programs import GIB, MIB, Cost, curl, guiuploader, spend


def throughput(bench: Bench) -> Iterator[Row]:
    """How fast a form and a bare file go, and the form with its hash."""
    file = bench.large(bench.gib * GIB)
    for scheme, url, floors, aims in (
        ("HTTP", bench.http, (1.0, 1.2), (1.2, None)),
        ("HTTPS", bench.https, (0.95, 1.0), (1.1, None)),
    ):
        form = partial(bench.curl, url, "-F", f"file=@{file}")
        size = f"{scheme} {bench.gib} GiB"
        yield paired(
            bench,
            partial(bench.ours, url, file),
            form,
            what=f"multipart {size}, no hash, against curl -F",
            floor=floors[0],
            aim=aims[0],
        )
        yield paired(
            bench,
            partial(bench.ours, url, file, digest="sha256"),
            partial(bench.after, form, f"openssl dgst -sha256 {file}"),
            what=f"multipart {size} with SHA-256, against curl -F, then openssl dgst",
            floor=floors[1],
            aim=aims[1],
        )
        yield paired(
            bench,
            partial(bench.ours, url, file, body="raw"),
            partial(bench.curl, url, "-T", str(file)),
            what=f"raw {size}, no hash, against curl -T",
            floor=None,
        )


def tus(bench: Bench) -> Iterator[Row]:
    """An upload that can be resumed, beside the same file in one request; each as if it were the first."""
    file = bench.large(GIB)

    def ours(body: str) -> Cost:
        return bench.run([*guiuploader(bench.http, file, home=bench.home, body=body), "--no-memory"])

    yield paired(
        bench,
        partial(ours, "tus"),
        partial(ours, "raw"),
        what="tus HTTP 1 GiB, no hash, against our raw",
        floor=0.9,
    )


def cpu(bench: Bench) -> Iterator[Row]:
    """CPU seconds for each GiB, what a program spends on an almost empty file taken off."""
    file, tiny = bench.large(bench.gib * GIB), bench.large(1)

    def each_gib(whole: list[str], start: list[str]) -> Cost:
        most, least = bench.run(whole), bench.run(start)
        seconds = (most.cpu - least.cpu) / bench.gib
        return Cost(seconds, seconds, most.memory)

    forms = [curl(bench.http, "-F", f"file=@{each}", home=bench.home) for each in (file, tiny)]
    uploads = [guiuploader(bench.http, each, home=bench.home) for each in (file, tiny)]
    yield paired(
        bench,
        partial(each_gib, *uploads),
        partial(each_gib, *forms),
        what="CPU for each GiB, multipart HTTP, against curl -F",
        floor=1 / 1.15,
        aim=1.0,
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
    program = httpie()
    peer = f"{program} --ignore-stdin --form POST {bench.http} file@{file}"
    ours = partial(bench.ours, bench.http, file)
    yield paired(
        bench,
        ours,
        lambda: spend(stock, read_seconds="last", home=bench.home),
        what="multipart HTTP 1 GiB, against stock requests-toolbelt",
        floor=None,
    )
    yield paired(
        bench,
        ours,
        partial(bench.timed, peer),
        what="multipart HTTP 1 GiB, against HTTPie (http --form POST)",
        floor=None,
    )


def limit(bench: Bench) -> Iterator[Row]:
    """Ten seconds at 5 MB/s; the ratio is 1 when the speed is met to the byte."""
    rate, seconds = 5_000_000, 10
    command = guiuploader(bench.http, bench.large(rate * seconds), home=bench.home)
    took = bench.run([*command, "--limit", "5M"]).seconds
    near = min(took, seconds) / max(took, seconds)
    yield Row("5 MB/s as asked for, over 10 s", near, 0.95, f"{took:.2f} s against {seconds} s")
