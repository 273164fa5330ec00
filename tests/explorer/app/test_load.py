"""Several users at once: each is told what is true for what that user chose. No times are asserted here."""

from __future__ import annotations

import threading
from pathlib import Path

from benchmarks.app import report
from benchmarks.app.client import User
from explorer.ui.study import Study
from explorer.words import value_text
from geodata.workspace import Workspace

from .test_server import port_of

USERS, ROUNDS = 6, 4
INDICATOR = "supermarket_within_800m"
MODES = ("straight", "walk")
MODE_LABEL = "測り方"


def labels_of(workspace: Path) -> dict[str, dict[str, str]]:
    study = Study(Workspace.open(workspace))
    found = {}
    for mode in MODES:
        rows = study.values(INDICATOR, mode, "total")
        found[mode] = {c: value_text(float(v), "%", "ja") for c, v in zip(rows["code"], rows["value"], strict=True)}
    return found


def test_no_user_is_told_what_another_asked(server: str, six_towns: Path):
    truth = labels_of(six_towns)
    codes = list(truth["walk"])
    wrong: list[str] = []
    together = threading.Barrier(USERS, timeout=120)

    def live(number: int) -> None:
        try:
            mode, code = MODES[number % 2], codes[number]
            user = User(port_of(server), "", f"indicator={INDICATOR}&mode={mode}&group=total&area={code}")
            together.wait()
            user.open()
            for turn in range(ROUNDS):
                told = user.map_arguments()
                if {each: told["labels"].get(each) for each in codes} != truth[mode]:
                    wrong.append(f"user {number}: labels of another mode than {mode}")
                if told["selected"] != code or code not in user.text():
                    wrong.append(f"user {number}: {told['selected']} instead of {code}")
                together.wait()  # all press at once
                if turn % 2:
                    mode = MODES[(MODES.index(mode) + 1) % 2]
                    user.choose(MODE_LABEL, option_of(user, mode))
                else:
                    code = codes[(codes.index(code) + 1 + number) % len(codes)]
                    user.click_map(code, turn + 1)
            wrong.extend(user.failures())
            user.close()
        except Exception as error:  # noqa: BLE001 - told by the assertion below
            wrong.append(f"user {number}: {error!r}")
            together.abort()

    threads = [threading.Thread(target=live, args=(number,)) for number in range(USERS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert wrong == []


def test_the_section_of_the_results_is_written_anew_and_nothing_else(tmp_path: Path):
    out = tmp_path / "RESULTS.md"
    out.write_text("# Another benchmark\n\n| a | b |\n", encoding="utf-8")
    waits = {"seconds": 0.31, "slowest": 0.5, "runs": 7}
    crowd = {
        "users": 20, "seconds": 60.0, "all": {"n": 9, "median": 0.5, "p95": 1.0}, "kinds": {}, "wrong": 1, "failed": 0,
        "processor_share": 1.0, "megabytes": 900.0,
    }  # fmt: skip
    one = {
        "title": "T", "municipalities": 35, "places": 9, "load": [0.1, 2.0], "crowd": crowd,
        "times": {"start": 2.0, "first": waits, "card": waits},
    }  # fmt: skip
    nation = {"title": "N", "municipalities": 1741, "places": 9, "load": [0.1], "times": {"start": 2.0, "card": waits}}
    found = {"about": {"date": "today"}, "workspaces": [one], "nation": nation}
    for _ in range(2):
        report.write(found, out)
    text = out.read_text(encoding="utf-8")
    assert text.startswith("# Another benchmark\n\n| a | b |\n")
    assert text.count(report.BEGIN) == text.count(report.END) == 1
    rows = {
        tuple(cell.strip() for cell in line.split("|")[1:4]): line for line in text.splitlines() if line.startswith("|")
    }
    card = report.BARS[5].says
    assert "**no**" in rows[card, "T", "0.3 s"]
    assert "| yes |" in rows[card, "N", "0.5 s"]
    assert "| 1, 0 | **no** |" in rows["– wrong answers, failed requests", "T", "0"]
    assert f"Missed: {card}, T: 0.31 s instead of 0.3 s" in text
    before, section, after = report.without_section(text)
    assert before.strip().endswith("| a | b |")
    assert section.endswith(report.END)
    assert not after.strip()


def option_of(user: User, mode: str) -> int:
    """Which option of the list is a mode."""
    from explorer.words import either
    from layers.catalogue import MODES as ALL

    return list(user.selectbox(MODE_LABEL)[1].options).index(either(ALL[mode], "ja"))
