# SPDX-License-Identifier: MIT
"""What shells complete, from the command line's parsers: options, commands, files and saved destinations."""

import argparse
from collections.abc import Mapping

import shtab

from parsers import actions, commands, parser_of

# Each line of the list is a name, blanks, a method and an address without blanks.
_NAMES = "guiuploader destinations list 2>/dev/null | sed -E 's/ +[A-Z]+ [^ ]+$//'"
# The same with a connection's name, which has no blanks.
_CONNECTIONS = "guiuploader connections list 2>/dev/null | sed 's/ .*//'"
_BASH = f"""\
# The function's name ends so that names with blanks are quoted like those of files.
_guiuploader_destination_files() {{
  local name word="${{1//\\\\/}}"
  while IFS= read -r name; do
    [[ "$name" == "$word"* ]] && printf '%s\\n' "$name"
  done < <({_NAMES})
  compgen -f -X '!*.toml' -- "$word"
}}
_guiuploader_connections() {{
  compgen -W "$({_CONNECTIONS})" -- "$1"
}}
# Where a command may stand, so may a file.
_shtab_guiuploader_pos_0_COMPGEN=_shtab_compgen_files
"""
_ZSH = f"""\
_guiuploader_destinations() {{
  local -a names=("${{(@f)$({_NAMES})}}")
  compadd -a names
  _files -g '*.toml'
}}
_guiuploader_connections() {{
  local -a names=("${{(@f)$({_CONNECTIONS})}}")
  compadd -a names
}}
"""
_PREAMBLES = {"bash": _BASH, "zsh": _ZSH, "fish": ""}
_DESTINATION = {
    "bash": "_guiuploader_destination_files",
    "zsh": "_guiuploader_destinations",
    "fish": f"({_NAMES.replace('$', chr(92) + '$')})",  # it stands in double quotes there
}
_CONNECTION = {
    "bash": "_guiuploader_connections",
    "zsh": "_guiuploader_connections",
    "fish": f"({_CONNECTIONS})",
}
_FISH_FILES = """
# Where a command may stand, so may a file.
complete -c guiuploader -n _shtab_guiuploader_using -ka "(__fish_complete_path (commandline -ct))"
"""
_ZSH_FIRST = "': :_shtab_guiuploader_commands'"
_ZSH_FIRST_OR_FILES = (
    '\': :{_alternative "commands:command:_shtab_guiuploader_commands" "files:file:_files"}\''
)


def completions() -> Mapping[str, str]:
    """Return the script of each shell, by the name that the shell looks for."""
    scripts = {shell: shtab.complete(_whole(), shell, preamble=_PREAMBLES[shell]) for shell in _PREAMBLES}
    return {
        "guiuploader.bash": scripts["bash"],
        "_guiuploader": scripts["zsh"].replace(_ZSH_FIRST, _ZSH_FIRST_OR_FILES),
        "guiuploader.fish": scripts["fish"].rstrip() + _FISH_FILES,
    }


def _whole() -> argparse.ArgumentParser:
    """Return one parser for the whole command line; the window's paths may stand where a command would."""
    whole = argparse.ArgumentParser(prog="guiuploader")
    for action in actions(parser_of()):
        if action.option_strings:
            whole._add_action(_completed(action))  # noqa: SLF001 - argparse has no public way to copy one
    names = whole.add_subparsers(dest="command")
    for name, parser in commands().items():
        part = names.add_parser(
            name, description=parser.description, help=parser.description, parents=[parser], add_help=False
        )
        for action in actions(part):
            _completed(action, _CONNECTION if name == "connections" else _DESTINATION)
    return whole


def _completed(action: argparse.Action, names: Mapping[str, object] = _DESTINATION) -> argparse.Action:
    """Tell an argument what its values are completed from; `names` are those that the command is about."""
    if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - argparse names it nowhere else
        for part in action.choices.values():
            for each in actions(part):
                _completed(each, names)
    elif action.metavar == "DEST":
        _complete(action, _DESTINATION)
    elif action.metavar == "NAME":
        _complete(action, names)
    elif action.metavar == "DIR":
        _complete(action, shtab.DIRECTORY)
    elif action.metavar in {"PATH", "FILE"}:
        _complete(action, shtab.FILE)
    return action


def _complete(action: argparse.Action, how: Mapping[str, object]) -> None:
    action.complete = how  # type: ignore[attr-defined]  # where shtab looks
