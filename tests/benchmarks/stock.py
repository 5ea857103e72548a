# SPDX-License-Identifier: MIT
"""The upload as requests-toolbelt's documentation shows it: what this stack does with nothing added.

`python stock.py URL WORKERS FILE…` posts each file as a form and prints the seconds that took.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests
from requests_toolbelt import MultipartEncoder, MultipartEncoderMonitor


def post(session: requests.Session, url: str, path: Path) -> None:
    """Post one file."""
    with path.open("rb") as file:
        encoder = MultipartEncoder({"file": (path.name, file, "application/octet-stream")})
        monitor = MultipartEncoderMonitor(encoder, lambda _: None)
        session.post(url, data=monitor, headers={"Content-Type": monitor.content_type}).raise_for_status()


def main(url: str, workers: int, paths: list[Path]) -> None:
    """Post all, each worker with a session of its own."""
    started = time.perf_counter()

    def share(number: int) -> None:
        with requests.Session() as session:
            for path in paths[number::workers]:
                post(session, url, path)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(share, range(workers)))
    sys.stdout.write(f"{time.perf_counter() - started}\n")


if __name__ == "__main__":
    given = [Path(word) for word in sys.argv[3:]]
    files = [path for each in given for path in (sorted(each.iterdir()) if each.is_dir() else [each])]
    main(sys.argv[1], int(sys.argv[2]), files)
