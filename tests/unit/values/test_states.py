# SPDX-License-Identifier: MIT
"""Each state has its words and its legal steps."""

import pytest

from guiuploader.values.states import ACTIVE, ENDED, LEGAL_STEPS, WAITING, State
from guiuploader.values.words import STATE_WORDS, Action


@pytest.mark.parametrize("state", State)
def test_every_state_has_words_and_steps(state: State) -> None:
    words = STATE_WORDS[state]
    assert words.label
    assert words.spoken
    assert words.actions
    assert state not in LEGAL_STEPS[state]


def test_each_state_is_of_one_kind() -> None:
    assert sorted([*ENDED, *ACTIVE, *WAITING]) == sorted(State)


def test_what_may_be_tried_again_can_be_queued_again_and_nothing_else_ended_can() -> None:
    again = {state for state in (*ENDED, State.RETRYING) if State.QUEUED in LEGAL_STEPS[state]}
    assert again == {state for state in State if Action.RETRY in STATE_WORDS[state].actions}


def test_every_running_or_waiting_upload_can_be_stopped() -> None:
    assert all(State.CANCELLED in LEGAL_STEPS[state] for state in ACTIVE | WAITING)
