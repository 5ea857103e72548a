# SPDX-License-Identifier: MIT
"""Start guiuploader with `python -m guiuploader`."""

import sys

from guiuploader.cli import main

sys.exit(main())
