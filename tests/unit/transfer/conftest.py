# SPDX-License-Identifier: MIT
"""A sender that is closed again."""

from collections.abc import Iterator

import pytest

from tests.unit.transfer.stage import Stage, staged


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staged() as stage:
        yield stage
