# SPDX-License-Identifier: MIT
"""What the command line does with the recipes that come with the program."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from guiuploader import commands
from guiuploader.destinations.library import read_file
from guiuploader.destinations.recipes import Recipe, recipe, recipes
from guiuploader.exit_codes import ALL_DONE
from guiuploader.paths import Folders, recipe_folder
from guiuploader.sending import values_given
from guiuploader.uploads.asking import secret_keys


def add_options(parser: argparse.ArgumentParser, *, path: Callable[[str], Path]) -> None:
    """Let `destinations add` take a file, by its `path`, or a recipe in its place."""
    parser.add_argument("file", nargs="?", type=path, metavar="FILE")
    parser.add_argument("--recipe", metavar="RECIPE", help="fill in this one of “destinations recipes”")
    parser.add_argument("--address", default="", metavar="URL", help="where the recipe's server is")
    parser.add_argument("--name", default="", metavar="TITLE", help="what to call it; else as the recipe")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="the usual value of what it asks for"
    )


def listed() -> int:
    """Print each recipe's name and what it is for."""
    known = recipes(recipe_folder())
    width = max(len(each.name) for each in known)
    for each in known:
        sys.stdout.write(f"{each.name:{width}}  {each.about}\n")
    return ALL_DONE


def add(parser: argparse.ArgumentParser, given: argparse.Namespace, folders: Folders) -> int:
    """Save what a file says, or a recipe with its address. Raises DestinationError."""
    if (given.file is None) is (given.recipe is None):
        parser.error("name a FILE or a --recipe")
    if given.file is not None:
        if given.address or given.name or given.set:
            parser.error("--address, --name and --set go with --recipe")
        return commands.save_destination(folders, read_file(given.file))
    found = recipe(recipe_folder(), given.recipe)
    if found is None:
        known = ", ".join(each.name for each in recipes(recipe_folder()))
        parser.error(f"there is no recipe “{given.recipe}”; there are: {known}")
    return _fill_in(parser, found, given, folders)


def _fill_in(
    parser: argparse.ArgumentParser, found: Recipe, given: argparse.Namespace, folders: Folders
) -> int:
    if found.wants_address and not given.address:
        parser.error(f"“{found.name}” needs --address, such as {found.example}")
    if given.address and not found.wants_address:
        parser.error(f"“{found.name}” has its address already: {found.example}")
    values = values_given(found.destination, given.set)
    made = found.filled(given.name or found.destination.name, given.address, values)
    code = commands.save_destination(folders, made)
    for key in secret_keys(made):
        label = made.secrets[key.name].label
        sys.stderr.write(f"It asks for: {label}. A variable may give it: {key.variable}\n")
    return code
