# SPDX-License-Identifier: MIT
"""Put a distance between two programs on one computer.

`python delaying_proxy.py PORT SECONDS` listens on 127.0.0.1, prints its port, and passes every byte on to
127.0.0.1:PORT half of SECONDS later, in both directions: a round trip takes SECONDS. Opening a connection
costs nothing here, unlike on a real line. It ends when its standard input closes.
"""

import asyncio
import sys

_PIECE = 1 << 16


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
    """Pass bytes on, each piece `delay` seconds after it came."""
    loop = asyncio.get_running_loop()
    while piece := await reader.read(_PIECE):
        loop.call_later(delay, writer.write, piece)
    loop.call_later(delay, writer.close)


async def listen(port: int, delay: float) -> None:
    """Serve until standard input closes."""
    under_way: set[asyncio.Task[None]] = set()

    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        for one, other in ((reader, far_writer), (far_reader, writer)):
            task = asyncio.create_task(carry(one, other, delay))
            under_way.add(task)
            task.add_done_callback(under_way.discard)

    server = await asyncio.start_server(join, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(listen(int(sys.argv[1]), float(sys.argv[2]) / 2))
