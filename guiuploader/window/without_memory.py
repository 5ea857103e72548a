# SPDX-License-Identifier: MIT
"""Asks what to do where the queue cannot be kept on the disk."""

from collections.abc import Callable

from guiuploader.values.errors import Problem
from guiuploader.values.explanations import explain
from guiuploader.window import wording
from guiuploader.window.main_window import MainWindow
from guiuploader.window.question import Question, QuestionBox
from guiuploader.window.wording import translate


def ask(problem: Problem, window: MainWindow, go_on: Callable[[], None]) -> None:
    """Tell why, then go on for this session or close the window, as the person chooses."""
    box = QuestionBox(
        Question(
            title=translate("without_memory", "Nothing can be kept"),
            text=str(explain(problem, wording.words)),
            detail=translate(
                "without_memory",
                "Then what has not arrived when the window is closed must be added again.",
            ),
            yes=translate("without_memory", "&Go on without memory"),
            no=translate("without_memory", "&Quit"),
        ),
        window,
    )
    box.agreed.connect(go_on)
    box.declined.connect(window.close_for_good)
    box.open()
