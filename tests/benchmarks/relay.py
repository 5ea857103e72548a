# SPDX-License-Identifier: MIT
"""From a store straight into a server, both no faster than a line of 100 MB/s."""

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.measuring import Bench, Row, paired
from tests.benchmarks.programs import MIB, Cost, guiuploader, serving

_RATE = 100_000_000  # bytes per second
_SIZE = 512 * MIB
_STORE = Path(__file__).parents[1] / "helpers" / "scripted_store.py"


def relay(bench: Bench) -> Iterator[Row]:
    """Compare the relay with the slower of its legs: the store alone, and the server alone."""
    file = bench.large(_SIZE)
    with serving(_STORE, str(_SIZE), str(_RATE)) as store, serving("sink.py", str(_RATE)) as sink:
        path = bench.home / "config" / "connections" / "s3.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f'format = 1\nkind = "s3"\nendpoint = "http://127.0.0.1:{store}"\nanonymous = true\n', "utf-8"
        )

        def legs() -> Cost:
            reading = bench.curl(f"http://127.0.0.1:{store}/bucket/big.bin")
            sending = bench.curl(f"http://127.0.0.1:{sink}/", "-T", str(file))
            return max(reading, sending, key=lambda cost: cost.seconds)

        def ours() -> Cost:
            address = f"http://127.0.0.1:{sink}/"
            return bench.run(guiuploader(address, "s3://bucket/big.bin", home=bench.home, digest="sha256"))

        yield paired(
            bench,
            ours,
            legs,
            what="512 MiB from S3 into a form with SHA-256, both at 100 MB/s, against the slower leg",
            floor=0.9,
        )
