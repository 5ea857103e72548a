# SPDX-License-Identifier: MIT
"""Recipes in the window: picked from the list, filled in, and then a destination like any other."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QListWidget, QWidget

from guiuploader.values.settings import Appearance
from guiuploader.values.states import State
from guiuploader.window.recipe_form import RecipeForm
from guiuploader.window.recipe_list import RecipeList
from guiuploader.window.theme import Theme
from tests.gui.conftest import Until, Whole, button
from tests.gui.scene import Keychain, Open, files, press, states
from tests.helpers.scripted_server import StartServer, answer

Kind = TypeVar("Kind", bound=QDialog)
Shoot = Callable[[QWidget, str], None]


def dialog(kind: type[Kind]) -> Kind:
    return next(
        each for each in QApplication.topLevelWidgets() if isinstance(each, kind) and each.isVisible()
    )


def labelled(top: QWidget, name: str) -> QLineEdit:
    return next(each for each in top.findChildren(QLineEdit) if each.accessibleName() == name)


def items_of(top: RecipeList) -> QListWidget:
    (found,) = top.findChildren(QListWidget)
    return found


def picked(top: RecipeList) -> str:
    row = items_of(top).currentRow()
    return items_of(top).item(row).text() if row >= 0 else ""


def opened(parts: Whole) -> RecipeList:
    parts.window.actions_.recipes.trigger()
    return dialog(RecipeList)


def filled(parts: Whole, name: str) -> RecipeForm:
    """Pick a recipe by its name, with the keyboard alone."""
    listed = opened(parts)
    field = labelled(listed, "Filter")
    QTest.keyClicks(field, name)
    QTest.keyClick(field, Qt.Key.Key_Return)
    return dialog(RecipeForm)


def test_the_first_page_offers_recipes_and_a_file_goes_to_what_comes_of_one(
    whole: Open, scripted_server: StartServer, until: Until, tmp_path: Path
) -> None:
    server = scripted_server(answer(200, b'{"files": [{"url": "https://zip.org/a"}]}'))
    keychain = Keychain()
    parts = whole(keychain=lambda: keychain)
    until(lambda: parts.desk.has_keychain)
    press(parts.window.drop_area, "Recipes…")
    listed = dialog(RecipeList)
    QTest.keyClicks(labelled(listed, "Filter"), "ZIPLINE")
    assert picked(listed) == "Zipline"
    press(listed, "Next")
    form = dialog(RecipeForm)
    assert not button(form, "Add destination").isEnabled()
    labelled(form, "Address").setText(server.url)
    labelled(form, "Token (the menu of your account, Copy token)").setText("abc")
    press(form, "Add destination")
    assert parts.shelf.chosen is not None
    assert (parts.shelf.chosen.name, parts.shelf.chosen.url) == ("Zipline", f"{server.url}/api/upload")
    parts.controller.add(files(tmp_path, 1))
    until(lambda: states(parts) == [State.DONE])
    assert server.request().header("Authorization") == "abc"
    assert "abc" in keychain.kept.values()
    assert "abc" not in "".join(each.read_text("utf-8") for each in tmp_path.rglob("*.toml"))


def test_letters_narrow_the_list_arrows_move_in_it_and_enter_takes(whole: Open) -> None:
    listed = opened(whole())
    field = labelled(listed, "Filter")
    first = picked(listed)
    QTest.keyClick(field, Qt.Key.Key_Down)
    second = picked(listed)
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert first == picked(listed) != second
    QTest.keyClicks(field, "package git")
    assert picked(listed) == "Gitea package"
    QTest.keyClick(field, Qt.Key.Key_PageDown)
    assert picked(listed) == "GitLab package"
    QTest.keyClicks(field, " nothing")
    assert not picked(listed)
    assert not button(listed, "Next").isEnabled()
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert listed.isVisible()
    QTest.keyClick(listed, Qt.Key.Key_Escape)
    assert not listed.isVisible()


def test_what_stands_in_the_list_is_spoken_with_what_it_is_for(whole: Open) -> None:
    listed = opened(whole())
    items = items_of(listed)
    spoken = [str(items.item(row).data(Qt.ItemDataRole.AccessibleTextRole)) for row in range(items.count())]
    assert "Zipline. Any file into Zipline; the link is copied from its answer." in spoken
    listed.reject()


def test_a_wrong_address_is_said_in_the_form_and_what_was_typed_stays(whole: Open) -> None:
    parts = whole()
    form = filled(parts, "zipline")
    labelled(form, "Address").setText("ftp://a.org")
    QTest.keyClick(labelled(form, "Address"), Qt.Key.Key_Return)
    assert form.isVisible()
    assert any("such as https://" in str(each.property("text")) for each in form.findChildren(QWidget))
    assert labelled(form, "Address").text() == "ftp://a.org"
    assert not parts.shelf.destinations
    form.reject()


def test_a_second_one_of_a_recipe_gets_a_name_of_its_own(whole: Open) -> None:
    parts = whole()
    for number in (1, 2):
        form = filled(parts, "zipline")
        labelled(form, "Address").setText(f"a{number}.org")
        press(form, "Add destination")
    assert [each.name for each in parts.shelf.destinations] == ["Zipline", "Zipline (2)"]


def test_a_public_server_is_not_asked_for_and_usual_values_are_kept(whole: Open) -> None:
    parts = whole()
    form = filled(parts, "github")
    assert "Address" not in [each.accessibleName() for each in form.findChildren(QLineEdit)]
    labelled(form, "Repository").setText("app")
    press(form, "Add destination")
    (made,) = parts.shelf.destinations
    assert made.variables["repository"].default == "app"
    assert made.variables["release"].default is None


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
def test_the_dialogs_are_worth_a_look(
    whole: Open, theme: Theme, shoot: Shoot, appearance: Appearance
) -> None:
    theme.choose(appearance)
    parts = whole()
    shoot(parts.window, f"recipes-first-page-{appearance}")
    listed = opened(parts)
    shoot(listed, f"recipes-list-{appearance}")
    listed.reject()
    form = filled(parts, "nextcloud")
    labelled(form, "Address").setText("ftp://a.org")
    press(form, "Add destination")
    shoot(form, f"recipes-form-{appearance}")
    form.reject()
