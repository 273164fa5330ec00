"""Version of a piece of code: a hash over its module and every module of this project that it imports.

A build step whose code did not change keeps its result; a change anywhere below it makes the step run again.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
from functools import cache
from pathlib import Path
from typing import Final

_PACKAGES: Final = frozenset({"geodata", "layers", "explorer"})


def code_version(*modules: str) -> str:
    """Hash of the source of these modules and of all project modules that they import, at any depth."""
    seen: set[str] = set()
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        if module not in seen:
            seen.add(module)
            waiting.extend(_imports(module))
    digest = hashlib.sha256()
    for module in sorted(seen):
        digest.update(module.encode() + b"\0" + _source(module))
    return digest.hexdigest()[:16]


@cache
def _file(module: str) -> Path | None:
    root = Path(__file__).resolve().parent.parent
    base = root.joinpath(*module.split("."))
    for candidate in (base.with_suffix(".py"), base / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


@cache
def _source(module: str) -> bytes:
    file = _file(module)
    return file.read_bytes() if file else b""


@cache
def _imports(module: str) -> frozenset[str]:
    """Project modules that a module imports anywhere in its text, also inside functions."""
    source = _source(module)
    # Parsing is the slow part and most modules name few others: a file that names no project package has none.
    if not any(package.encode() in source for package in _PACKAGES):
        return frozenset()
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            base = (
                node.module if node.level == 0 else importlib.util.resolve_name("." * node.level + node.module, module)
            )
            names = [base, *(f"{base}.{alias.name}" for alias in node.names)]
        found.update(name for name in names if name.split(".")[0] in _PACKAGES and _file(name) is not None)
    return frozenset(found)
