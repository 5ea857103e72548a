# SPDX-License-Identifier: MIT
"""Give programs that we start, a browser for one, their own libraries: runs first in a frozen program.

PyInstaller's starter points LD_LIBRARY_PATH at our folder. The loader has read it by now, so nothing in this
process needs it any more, and a browser opened with it would load our libraries instead of its own.
"""

import os

_BEFORE = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
if _BEFORE is None:
    os.environ.pop("LD_LIBRARY_PATH", None)
else:
    os.environ["LD_LIBRARY_PATH"] = _BEFORE
