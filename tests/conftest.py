"""Fixtures that tests of every room share."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

# A run started in the background of a shell inherits that Ctrl+C is ignored; programs under test must not.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How long a case takes depends on who else uses the machine: speed is measured in benchmarks, never here.
# The same cases in every run, so that a commit that passed passes again; HYPOTHESIS_PROFILE=search looks at new ones.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the project; tests that need it are skipped where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no real data: {folder} does not exist")
    return folder


def _made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that all workers of a test run share; the first that comes makes it."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            half = folder.with_name(f"{name}.half")
            make(half)
            half.rename(folder)
    return folder


@pytest.fixture(scope="session")
def sample_raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Raw folder of the sample region, to be read only."""
    from geodata.sample import write_sample

    return _made_once(tmp_path_factory, "sample_raw", write_sample)


@pytest.fixture(scope="session")
def sample_workspace(tmp_path_factory: pytest.TempPathFactory, sample_raw: Path) -> Path:
    """Workspace built from the sample region, to be read only."""
    from explorer.build import build

    return _made_once(tmp_path_factory, "sample_workspace", lambda out: build([sample_raw], out))


@pytest.fixture(scope="session")
def gunma_workspace(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Path:
    """Workspace built from the real data of Gunma, to be read only."""
    from explorer.build import build

    folders = [shared_data / "gunma", shared_data / "japan"]
    return _made_once(tmp_path_factory, "gunma_workspace", lambda out: build(folders, out))


@pytest.fixture(scope="session")
def ryomo_workspace(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Path:
    """Workspace of 両毛, six towns of two prefectures and 5 km around, from real data, to be read only."""
    from explorer.build import Wanted, build

    folders = [shared_data / name for name in ("gunma", "tochigi", "japan")]
    wanted = Wanted(codes=("09202", "09204", "10203", "10205", "10207", "10212"), halo_km=5)
    return _made_once(tmp_path_factory, "ryomo_workspace", lambda out: build(folders, out, wanted))
