# SPDX-License-Identifier: MIT
"""Write the man page and the shells' completions anew: `python packaging/manual.py [FOLDER]`.

They come from the program's own parsers; a test fails when they are not what this writes.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))  # the program need not be installed

from completions import completions  # noqa: E402 - see above
from man_page import man_page  # noqa: E402 - the same


def main(folder: Path) -> None:
    """Write everything below `folder`."""
    texts = {f"completions/{name}": text for name, text in completions().items()}
    for name, text in {"man/guiuploader.1": man_page(), **texts}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.rstrip() + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else HERE)
