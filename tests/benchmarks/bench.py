# SPDX-License-Identifier: MIT
"""Our uploads beside curl's, HTTPie's and stock requests-toolbelt's, in pairs within one run.

`python3 dev.py bench [--pairs 7] [--gib 4] [--files 10000] [ROW…]`: a row is chosen by the beginning of its
name. Times on a shared machine wander, so each figure is the median of ratios of runs made one right after
the other.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import trustme

from tests.benchmarks import large_files, relay, small_files, window
from tests.benchmarks.measuring import HEAD, Bench, Row
from tests.benchmarks.programs import serving

ROWS: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "throughput": large_files.throughput,
    "tus": large_files.tus,
    "cpu": large_files.cpu,
    "memory": large_files.memory,
    "peers": large_files.peers,
    "limit": large_files.limit,
    "small-alone": small_files.alone,
    "small-whole": small_files.whole,
    "small-distant": small_files.distant,
    "workers": small_files.workers,
    "relay": relay.relay,
    **window.ROWS,
}


def main() -> int:
    """Measure the chosen rows, print a table, and return 1 if a floor was missed."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of: {', '.join(ROWS)}; none: all")
    parser.add_argument("--pairs", type=int, default=7, help="how often each pair is measured (7)")
    parser.add_argument("--gib", type=int, default=4, help="size of the large file (4)")
    parser.add_argument("--files", type=int, default=10_000, help="number of small files (10000)")
    given = parser.parse_args()
    chosen = [name for name in ROWS if not given.rows or name.startswith(tuple(given.rows))]
    if not chosen:
        parser.error(f"no row is called so; there are: {', '.join(ROWS)}")
    missed = 0
    sys.stdout.write(HEAD)
    with tempfile.TemporaryDirectory(prefix="guiuploader-bench-") as scratch:
        home = Path(scratch)
        authority = trustme.CA()
        authority.cert_pem.write_to_path(home / "ca.pem")
        certificate = authority.issue_cert("127.0.0.1", "localhost")
        certificate.private_key_and_cert_chain_pem.write_to_path(home / "server.pem")
        with serving("sink.py") as plain, serving("sink.py", home / "server.pem") as tls:
            http, https = f"http://127.0.0.1:{plain}/", f"https://127.0.0.1:{tls}/"
            bench = Bench(home, http, https, given.pairs, given.gib, given.files)
            for name in chosen:
                for row in ROWS[name](bench):
                    sys.stdout.write(f"{row}\n")
                    sys.stdout.flush()
                    missed += row.is_missed
    version = subprocess.run(["curl", "--version"], capture_output=True, text=True, check=False).stdout
    sys.stdout.write(f"\n{version.partition(' (')[0]}, Python {sys.version.split()[0]}\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
