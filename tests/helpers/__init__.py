# SPDX-License-Identifier: MIT
"""What tests share besides fixtures: waiting for conditions, and servers that obey a script."""
