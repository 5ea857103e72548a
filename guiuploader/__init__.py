# SPDX-License-Identifier: MIT
"""guiuploader: files queued in a window stream to any HTTP server or REST API.

A source is streamed over the network to a destination by a transfer, one of many uploads, shown in the
window. Each noun of that sentence is a package, and each stands only on the ones named before it.
"""

__version__ = "0.1.0"
