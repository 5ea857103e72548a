# SPDX-License-Identifier: MIT
"""What servers that others wrote read in a file's name, by the way its quotes are written."""

import json
from collections.abc import Mapping

import pytest

from tests.helpers.upload_server import UploadServer
from tests.unit.transfer.stage import MemorySource, Stage, to

QUOTES, BACKSLASH, UMLAUTS = 'say "hi".bin', "back\\slash.bin", "größe ½ 🎉.bin"
BOTH, PERCENT, AT_END = 'both\\".bin', "100%22.bin", "end\\"

# For each way: the name, what most servers read, and what others do.
# Flask and multer take %22 for a quote, as browsers mean it. Django, multer, busboy and PHP drop what stands
# before a backslash, as old browsers sent whole paths. Flask takes “\s” for a quoted “s”.
# A backslash at the end would quote the closing quote for all but FastAPI, and most would see no file name at
# all: it goes as %5C.
READ: Mapping[str, list[tuple[str, str, Mapping[str, str]]]] = {
    "browser": [
        (QUOTES, "say %22hi%22.bin", {"flask": QUOTES, "multer": QUOTES}),
        (BACKSLASH, "slash.bin", {"flask": "backslash.bin", "fastapi": BACKSLASH}),
        (UMLAUTS, UMLAUTS, {}),
        (BOTH, "%22.bin", {"flask": 'both".bin', "multer": '".bin', "fastapi": "both\\%22.bin"}),
        (PERCENT, PERCENT, {"flask": '100".bin', "multer": '100".bin'}),
        (AT_END, "end%5C", {}),
    ],
    "backslash": [
        (QUOTES, QUOTES, {}),
        (BACKSLASH, "slash.bin", {"flask": BACKSLASH, "fastapi": BACKSLASH}),
        (UMLAUTS, UMLAUTS, {}),
        (BOTH, '".bin', {"flask": BOTH, "fastapi": BOTH}),
        (PERCENT, PERCENT, {"flask": '100".bin', "multer": '100".bin'}),
    ],
    "ascii": [
        (QUOTES, "say _hi_.bin", {}),
        (BACKSLASH, "back_slash.bin", {}),
        (UMLAUTS, "gro_e 1_2 _.bin", {}),
        (BOTH, "both__.bin", {}),
        (PERCENT, PERCENT, {"flask": '100".bin', "multer": '100".bin'}),
        (AT_END, "end_", {}),
    ],
}
ROWS = [(escaping, name) for escaping, rows in READ.items() for name, _, _ in rows]


@pytest.mark.parametrize("scheme", ["http"], indirect=True)
@pytest.mark.parametrize(("escaping", "name"), ROWS)
def test_a_file_name_is_read_back(stage: Stage, form_server: UploadServer, escaping: str, name: str) -> None:
    usual, others = next((usual, others) for given, usual, others in READ[escaping] if given == name)
    table = f'[multipart]\nfilename_escaping = "{escaping}"'
    receipt = stage.send(to(f"{form_server.url}/upload", table), MemorySource(b"x", name))
    rows = json.loads(receipt.reply.body)["files"]
    read = others.get(form_server.name, usual)
    assert [row["filename"] for row in rows] == [read]
    assert form_server.stored(read).read_bytes() == b"x"
