# SPDX-License-Identifier: MIT
"""What the cloud browser says about its rows."""

from PySide6.QtCore import QCoreApplication, QLocale

from guiuploader.values.explanations import explain
from guiuploader.values.quantities import size_text
from guiuploader.values.redact import printable
from guiuploader.window.store_node import Kind, Node, Stage
from guiuploader.window.wording import words

translate = QCoreApplication.translate


def name_text(node: Node) -> str:
    """Return a row's name, or what a note says."""
    if node.kind is Kind.NOTE:
        return _note_text(node.parent) if node.parent else ""
    if node.kind is Kind.FOLDER:
        return f"{printable(node.name)}/"
    return printable(node.name)


def size_cell(node: Node) -> str:
    """Return an object's size."""
    return size_text(node.size, words) if node.kind is Kind.OBJECT else ""


def date_cell(node: Node) -> str:
    """Return when an object was written, in this computer's time."""
    if node.modified is None:
        return ""
    return node.modified.astimezone().strftime("%Y-%m-%d %H:%M")


def spoken(node: Node) -> str:
    """Return a whole row as a sentence."""
    if node.kind is Kind.NOTE:
        return name_text(node)
    what = {
        Kind.CONNECTION: translate("store_words", "Connection {name}"),
        Kind.BUCKET: translate("store_words", "Bucket {name}"),
        Kind.FOLDER: translate("store_words", "Folder {name}"),
        Kind.OBJECT: translate("store_words", "{name}, {size}, of {date}"),
    }[node.kind]
    return what.format(name=printable(node.name), size=size_cell(node), date=date_cell(node))


def place_text(node: Node) -> str:
    """Name a place from its connection on."""
    if node.kind is Kind.CONNECTION or node.named is None:
        return printable(node.name)
    return printable(f"{node.bucket}/{node.key}")


def summary(nodes: list[Node], to: str) -> str:
    """Say what is selected, and where it goes."""
    if not nodes:
        return translate("store_words", "Nothing is selected")
    if not to:
        return _count_text(nodes)
    return translate("store_words", "{what} · to {place}").format(what=_count_text(nodes), place=to)


def _count_text(nodes: list[Node]) -> str:
    objects = [node for node in nodes if node.kind is Kind.OBJECT]
    folders = len(nodes) - len(objects)
    parts = []
    if objects:
        size = size_text(sum(node.size for node in objects), words)
        one, many = (
            translate("store_words", "1 object, {size}"),
            translate("store_words", "{count} objects, {size}"),
        )
        parts.append((one if len(objects) == 1 else many).format(count=_number(len(objects)), size=size))
    if folders:
        one, many = (
            translate("store_words", "1 folder with all that is in it"),
            translate("store_words", "{count} folders with all that is in them"),
        )
        parts.append((one if folders == 1 else many).format(count=_number(folders)))
    return translate("store_words", " and ").join(parts)


def _note_text(place: Node) -> str:
    if place.stage is Stage.FAILED and place.problem is not None:
        title = explain(place.problem, words).title
        return translate("store_words", "{title} · try again").format(title=title)
    if place.stage is Stage.WHOLE and place.wanted:
        return translate("store_words", "Nothing here begins with “{text}”").format(text=place.wanted)
    if place.stage is Stage.WHOLE and place.kind is Kind.ROOT:
        return translate("store_words", "No connections yet")
    return {
        Stage.LOADING: translate("store_words", "Loading…"),
        Stage.MORE: translate("store_words", "More…"),
        Stage.STOPPED: translate("store_words", "Stopped · go on"),
        Stage.UNLISTED: translate("store_words", "Its buckets cannot be listed · name one above"),
    }.get(place.stage, translate("store_words", "Nothing is here"))


def _number(count: int) -> str:
    return QLocale(QLocale.Language.English).toString(count)
