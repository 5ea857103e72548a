# SPDX-License-Identifier: MIT
"""What `--help` says besides the arguments."""

WINDOW_HELP = """\
commands, each with its own --help:
  guiuploader send PATH… --to DEST          upload without a window
  guiuploader send --curl "curl …"          do what this curl command does
  guiuploader send --resume                 carry on with what earlier runs left
  guiuploader history                       what was sent, when, where to, with which link
  guiuploader preview PATH --to DEST        show what would be sent, and send nothing
  guiuploader destinations | connections    each: list | show | add | remove; destinations import | recipes
  guiuploader receive                       run the built-in demo server
  guiuploader desktop install | remove      this user's menu entry, icons and file types

DEST is a saved destination's name, a .toml file, or an address (http://… or https://…).
Where a window is open already, it takes the files; no second one opens.
"""
SEND_HELP = """\
Where a window is open, it does the work, with its own --parallel, --limit and secrets; this command tells of
it to the end, and Ctrl-C stops it there. Beside a window, secrets given in the environment or the address,
and beside another “guiuploader send” all, are sent from here and not kept on the disk; so are lists.

Exit codes: 0 all there (done, or skipped as sent before), 1 some not, 2 bad usage or configuration,
130 stopped by Ctrl-C, SIGTERM or SIGHUP.
"""
