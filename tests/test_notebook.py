"""The example notebook runs, shows what it says, and is stored without outputs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = ROOT / "notebooks" / "example.ipynb"


def read() -> Any:
    import nbformat

    return nbformat.read(NOTEBOOK, as_version=4)


def test_it_is_stored_without_outputs_and_names_no_machine() -> None:
    notebook = read()
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert not re.search(r"/(home|Users|root|tmp|work)/", NOTEBOOK.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def run(sample_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The notebook with its outputs, in a kernel of its own."""
    import os
    from unittest import mock

    from nbclient import NotebookClient

    folder = tmp_path_factory.mktemp("notebook")
    settings = {"EXPLORER_WORKSPACE": str(sample_workspace), "IPYTHONDIR": str(folder), "PYTHONPATH": str(ROOT)}
    with mock.patch.dict(os.environ, settings):
        return NotebookClient(read(), timeout=300, resources={"metadata": {"path": str(folder)}}).execute()


def output(run: Any, start: str) -> Any:
    """What the cell that begins so has shown."""
    cell = next(cell for cell in run.cells if cell.cell_type == "code" and cell.source.startswith(start))
    assert cell.outputs, f"shows nothing:\n{cell.source}"
    return cell.outputs[-1]["data"]


def test_everything_shows_itself(run: Any) -> None:
    assert "架空の見本県" in output(run, "import os")["text/html"]
    assert "<table" in output(run, "codes =")["text/html"]
    assert output(run, "opened.map")["image/svg+xml"].lstrip().startswith("<?xml")
    profile = output(run, "profile =")["text/html"]
    assert 'class="rce-document"' in profile
    assert "data:image/svg+xml" in profile
    assert "profile_en.docx" in output(run, "import tempfile")["text/plain"]
    assert "newly_beyond" in output(run, "from explorer.scenario_edits")["text/html"]


def test_no_cell_warns(run: Any) -> None:
    streams = [
        out for cell in run.cells if cell.cell_type == "code" for out in cell.outputs if out["output_type"] == "stream"
    ]
    assert not streams
