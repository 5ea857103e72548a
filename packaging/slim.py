# SPDX-License-Identifier: MIT
"""What of Python, Qt and the builder's libraries goes into the frozen program, and what stays out."""

from pathlib import PurePosixPath

EXCLUDED_MODULES = (
    # Found through optional imports of libraries; nothing of ours reaches them.
    *("PySide6.QtNetwork", "PySide6.QtDBus", "PySide6.QtOpenGL", "PySide6.QtQml", "PySide6.QtTest"),
    *("tkinter", "curses", "_curses", "readline", "dbm", "unittest", "doctest", "pdb", "pydoc", "pydoc_data"),
    *("lib2to3", "distutils", "ensurepip", "setuptools", "pkg_resources", "xmlrpc"),
)
_QT_LIBRARIES = frozenset(
    f"libQt6{part}.so.6"
    for part in ("Core", "DBus", "Gui", "Svg", "Widgets", "XcbQpa", "WaylandClient", "WlShellIntegration")
)
_QT_PLUGINS = frozenset(
    {
        "iconengines/libqsvgicon.so",
        "imageformats/libqsvg.so",
        "platforms/libqoffscreen.so",
        "platforms/libqwayland.so",
        "platforms/libqxcb.so",
        "platforminputcontexts/libcomposeplatforminputcontextplugin.so",
        "platforminputcontexts/libibusplatforminputcontextplugin.so",
        # The file dialogs and the dark look of the desktop; the GTK one crashes beside another GTK.
        "platformthemes/libqxdgdesktopportal.so",
        "wayland-decoration-client/libadwaita.so",
        "wayland-decoration-client/libbradient.so",
        "wayland-shell-integration/libxdg-shell.so",
    }
)
_SYSTEM_LIBRARIES = (
    # Python's own needs, whose versions differ between distributions.
    *("libpython3", "libcrypto.so", "libssl.so", "libsqlite3.so", "libffi.so", "libbz2.so", "liblzma.so"),
    # Small ones that Qt needs on X11 and that many desktops have not installed.
    *("libxcb-cursor.so", "libxcb-icccm.so", "libxcb-image.so", "libxcb-keysyms.so"),
    *("libxcb-render-util.so", "libxcb-util.so"),
)


def is_wanted(name: str) -> bool:
    """Tell whether the file at `name` in the bundle is needed there.

    Of the libraries that the building system has, only those named here are taken. The others have to match
    the system that the program runs on (C++ and the drivers that load it, X11, fonts) or are on every one.
    """
    path = PurePosixPath(name)
    if path.parts[:3] == ("PySide6", "Qt", "plugins"):
        return "/".join(path.parts[3:]) in _QT_PLUGINS
    if path.parts[:2] == ("PySide6", "Qt") and path.parts[2] in {"translations", "qml", "resources"}:
        return False
    if path.parts[0].endswith(".dist-info"):
        # All that is ever asked of it; the rest has the paths of the building environment.
        return path.name in {"METADATA", "entry_points.txt"}
    if path.name.startswith("libQt6"):
        return path.name in _QT_LIBRARIES
    is_system_library = len(path.parts) == 1 and path.name.startswith("lib") and ".so" in path.name
    is_part_of_qt = path.name.startswith(("libpyside6", "libshiboken6", "libicu"))
    return not is_system_library or is_part_of_qt or path.name.startswith(_SYSTEM_LIBRARIES)
