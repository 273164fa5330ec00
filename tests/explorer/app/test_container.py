"""The container file and the notes for administrators name only what is there."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from explorer.cli import cli

ROOT = Path(__file__).parents[3]
GUIDE = ROOT / "explorer" / "guide"
LANGUAGES = ("ja", "en")


def instructions() -> list[tuple[str, str]]:
    """Name and arguments of each instruction of the container file."""
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in text.splitlines() if line.strip()]


def of(name: str) -> list[str]:
    return [rest for each, rest in instructions() if each == name]


def options_of(command: str) -> set[str]:
    return {option for each in get_command(cli).commands[command].params for option in each.opts}  # type: ignore[attr-defined]


def test_everything_that_is_copied_is_there_and_what_is_needed_is_copied():
    sources = {source for rest in of("COPY") for source in rest.split()[:-1]}
    assert all((ROOT / source).exists() for source in sources)
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = {name.split(".")[0].rstrip("*") for name in project["tool"]["setuptools"]["packages"]["find"]["include"]}
    assert packages <= sources
    assert {project["project"]["readme"], *project["project"]["license-files"], "pyproject.toml", "app.py"} <= sources
    # Nothing is fetched while it is installed: what builds it is among the locked libraries.
    locked = (ROOT / "requirements" / "app.txt").read_text(encoding="utf-8")
    assert all(f"{re.split('[<>=]', each)[0]}==" in locked for each in project["build-system"]["requires"])
    compiled = next(rest for rest in of("RUN") if "compileall" in rest).split("compileall -q ")[1].split(" && ")[0]
    assert all((ROOT / each).exists() for each in compiled.split())


def test_an_installation_that_is_no_link_to_this_folder_holds_all_files_that_the_app_reads():
    import tomllib

    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"]
    taken = {
        file
        for package, patterns in listed.items()
        for each in patterns
        for file in (ROOT / package.replace(".", "/")).glob(each)
    }
    read = {"*.toml", "guide/*.md", "guide/pictures/*", "documents/templates/*", "maps/assets/**/*"}
    wanted = {file for each in read for file in (ROOT / "explorer").glob(each) if file.is_file()}
    assert wanted <= taken


def test_it_runs_as_an_ordinary_user_and_asks_itself_whether_it_is_well():
    names = [name for name, _ in instructions()]
    assert names.index("USER") < names.index("CMD")
    user = of("USER")[0]
    assert user != "root"
    assert any(
        f"useradd --uid 10001 --home-dir /data --no-create-home {user}" in " ".join(each.split()) for each in of("RUN")
    )
    port = of("EXPOSE")[0]
    check = json.loads(of("HEALTHCHECK")[0].split("CMD ")[1])
    assert f":{port}/_stcore/health" in check[-1]
    compile(check[-1], "HEALTHCHECK", "exec")
    command = json.loads(of("CMD")[0])
    assert command[:2] == ["explorer", "app"]
    assert {each for each in command if each.startswith("--")} <= options_of("app")
    assert command[command.index("--address") + 1] == "0.0.0.0"  # or nothing outside the container would reach it
    default = next(each.default for each in get_command(cli).commands["app"].params if each.name == "port")  # type: ignore[attr-defined]
    assert str(default) == port


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_and_files_of_the_notes_exist(language: str):
    text = (GUIDE / f"running_{language}.md").read_text(encoding="utf-8")
    asked = [
        shlex.split(line, comments=True, posix="\\" not in line)
        for line in re.findall(r"^.*explorer (?:app|build|download) .*$", text, flags=re.MULTILINE)
        if not line.startswith(("-", "|", "*"))
    ]
    assert len(asked) >= 6
    for words in asked:
        at = next(i for i, each in enumerate(words) if each in {"app", "build", "download"})
        assert {each for each in words[at:] if each.startswith("--")} <= options_of(words[at]), words
    for file in re.findall(r"requirements[\\/]\w+\.txt", text):
        assert (ROOT / file.replace("\\", "/")).is_file()
    for option in re.findall(r"^\| `(--[a-z-]+)", text, flags=re.MULTILINE):
        assert option in options_of("app")


def test_both_languages_show_the_same_commands():
    blocks = [
        [re.sub(r"\s*#.*", "", block) for block in re.findall(r"```\w*\n(.*?)```", text, flags=re.DOTALL)]
        for text in ((GUIDE / f"running_{language}.md").read_text(encoding="utf-8") for language in LANGUAGES)
    ]
    spoken = re.compile(r"\"[^\"]*\"")  # what stands for a secret is in the language of the notes
    assert [spoken.sub("", each) for each in blocks[0]] == [spoken.sub("", each) for each in blocks[1]]
    assert all(
        (GUIDE / f"running_{language}.md").name in (ROOT / "README.md").read_text(encoding="utf-8")
        for language in LANGUAGES
    )
