# SPDX-License-Identifier: MIT
"""Give programs that we start the environment that we were started with: runs first in a frozen program.

PyInstaller's starter points LD_LIBRARY_PATH at our folder and notes in variables of its own that it has. The
loader has read the path by now, so nothing in this process needs either. A browser opened with the first
would load our libraries instead of its own; our own program opened with the second would find none.
"""

import os

_BEFORE = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
if _BEFORE is None:
    os.environ.pop("LD_LIBRARY_PATH", None)
else:
    os.environ["LD_LIBRARY_PATH"] = _BEFORE
for _name in [name for name in os.environ if name.startswith("_PYI_")]:
    del os.environ[_name]
