# SPDX-License-Identifier: MIT
"""Start `send` on a computer whose network can be plugged in and out: a network namespace of its own.

To be run inside of it, with a folder for the program: prints what it sees as one JSON object.
"""

import json
import subprocess
import sys
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tests.helpers.program import COMMAND, environment

OUTSIDE = "198.51.100.7"
"""An address for documentation (RFC 5737)."""

LONG = 3.0  # seconds to the next try, so that one that comes at once is told from one that came at its time


def plugged_in() -> None:
    """Give this computer a network with a server in it."""
    for words in (f"addr add {OUTSIDE}/32 dev lo", "route add default dev lo"):
        subprocess.run(["ip", *words.split()], check=True)


class Server(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(HTTPStatus.CREATED)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main(folder: Path) -> None:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    server = ThreadingHTTPServer(("", 0), Server)
    Thread(target=server.serve_forever, daemon=True).start()
    for name in ("near", "far"):
        (folder / name).write_bytes(b"x")
    port = server.server_port
    send: tuple[str | Path, ...] = (*COMMAND, "send", "--json")
    near = (*send, folder / "near", "--to", f"http://127.0.0.1:{port}/")
    loopback = subprocess.run(near, env=environment(folder / "1"), check=False).returncode
    far = (*send, folder / "far", "--to", f"http://{OUTSIDE}:{port}/")
    codes: set[str] = set()
    finished: dict[str, object] = {}
    took = planned = 0.0
    with subprocess.Popen(far, env=environment(folder / "2"), stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            event = json.loads(line)
            if event.get("state") == "retrying":
                codes.add(event["error"]["code"])
                if not planned and event["retry_in"] > LONG:
                    planned = event["retry_in"]
                    plugged_in()
                    took = -time.monotonic()
            elif event["event"] == "finished":
                took += time.monotonic()
                finished = event
    server.shutdown()
    told = {"loopback": loopback, "codes": sorted(codes), "planned": planned, "took": took}
    Path(folder / "told.json").write_text(json.dumps({**told, "finished": finished}), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
