# SPDX-License-Identifier: MIT
"""The recipes that come with the program, and how they become somebody's own destination."""

from pathlib import Path

import pytest

from guiuploader.destinations.recipes import Recipe, recipe, recipes
from guiuploader.destinations.texts import secret_names
from guiuploader.destinations.toml_file import parse, render
from guiuploader.paths import recipe_folder
from guiuploader.values.errors import DestinationError

RECIPES = recipes(recipe_folder())


def named(name: str) -> Recipe:
    found = recipe(recipe_folder(), name)
    assert found is not None
    return found


@pytest.mark.parametrize("each", RECIPES, ids=[each.name for each in RECIPES])
def test_a_recipe_says_what_it_is_for_and_what_it_asks(each: Recipe) -> None:
    assert each.about.endswith(".")
    used = secret_names(each.destination)
    assert set(used) == set(each.destination.secrets)
    assert all(each.destination.secrets[name].label for name in used)
    assert all(variable.label for variable in each.destination.variables.values())


@pytest.mark.parametrize("each", RECIPES, ids=[each.name for each in RECIPES])
def test_nothing_is_left_of_the_server_in_whose_place_another_is_put(each: Recipe) -> None:
    assert each.wants_address == (".example" in render(each.destination))
    made = each.filled("Mine", "https://files.mine.org/sub/", {})
    assert ".example" not in render(made)
    assert parse(render(made), called="it") == made
    if each.wants_address:
        assert made.url == each.destination.url.replace(each.example, "https://files.mine.org/sub")


def test_there_are_the_five_that_are_tried_on_the_applications_and_ten_more() -> None:
    names = {each.name for each in RECIPES}
    assert {"docker-registry", "pypiserver", "jupyter-server", "copyparty", "webdav"} <= names
    assert len(names) >= 15


def test_a_recipe_is_found_by_its_file_or_by_its_name() -> None:
    assert named("Nexus RAW repository") == named("nexus-raw")
    assert recipe(recipe_folder(), "nothing") is None


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("files.mine.org", "https://files.mine.org/api/upload"),
        (" http://127.0.0.1:81/ ", "http://127.0.0.1:81/api/upload"),
        ("https://[::1]:8/a%20b", "https://[::1]:8/a%20b/api/upload"),
    ],
)
def test_an_address_is_taken_as_people_type_it(typed: str, url: str) -> None:
    assert named("zipline").filled("Mine", typed, {}).url == url


@pytest.mark.parametrize(
    "typed",
    [
        *("", "https://", "ftp://a.org", "https://a.org/?b", "https://a.org/#b", "https://u:p@a.org"),
        *(
            "a b.org",
            "https://a.org:x",
            "https://a.org:0",
            "https://{secret:token}.org",
            "https://a.org/\x01",
        ),
    ],
)
def test_what_is_no_address_is_refused_in_words(typed: str) -> None:
    with pytest.raises(DestinationError) as caught:
        named("zipline").filled("Mine", typed, {})
    assert caught.value.problem.facts["key"] == "url"


def test_the_usual_values_become_defaults_and_empty_ones_change_nothing() -> None:
    made = named("gitea-package").filled("Mine", "a.org", {"owner": " us ", "package": ""})
    assert {name: each.default for name, each in made.variables.items()} == {
        "owner": "us",
        "package": None,
        "version": None,
    }


def test_a_recipe_of_a_public_server_keeps_its_address() -> None:
    imgur = named("imgur")
    assert not imgur.wants_address
    assert imgur.filled("Pictures", "", {}).url == imgur.destination.url


def test_a_folder_without_recipes_has_none(tmp_path: Path) -> None:
    assert recipes(tmp_path / "nowhere") == ()
