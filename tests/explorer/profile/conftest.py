"""Workspaces that the tests of profiles only read, opened once: pooling a region takes seconds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from explorer.regions import Opened


@pytest.fixture(scope="session")
def tiny(tiny_workspace: Path) -> Opened:
    import explorer

    return explorer.open(tiny_workspace)


@pytest.fixture(scope="session")
def sample(sample_workspace: Path) -> Opened:
    import explorer

    return explorer.open(sample_workspace)
