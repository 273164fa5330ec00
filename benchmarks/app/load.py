"""Twenty users at once: how long they wait, whether each is told what is true for them, how much memory each takes."""

from __future__ import annotations

import random
import statistics
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.app.client import User
from benchmarks.app.serving import serving
from explorer.ui.study import Study
from explorer.words import value_text
from geodata.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

THINKING_SECONDS = (0.5, 2.5)  # between an answer and the next action: brisk
MODE_LABEL = "測り方"


@dataclass
class Truth:
    """What the workspace holds, read without the app."""

    study: Study
    indicator: str
    modes: list[str]
    codes: list[str]

    @classmethod
    def of(cls, workspace: Path, indicators: list[str]) -> Truth:
        study = Study(Workspace.open(workspace))
        name = next(each for each in indicators if study.is_known(each))
        return cls(study, name, study.modes(name), study.municipalities["code"].astype(str).tolist())

    def labels(self, mode: str) -> dict[str, str]:
        """What the map must say of every municipality."""
        rows = self.study.values(self.indicator, mode, "total")
        unit = next(m.unit for f in self.study.families for m in f.members if m.id == self.indicator)
        return {str(c): value_text(float(v), unit, "ja") for c, v in zip(rows["code"], rows["value"], strict=True)}


@dataclass
class Result:
    """Seconds per kind of action, and answers that were not the ones of a user alone."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    answers: int = 0
    processor_share: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def took(self, kind: str, seconds: float) -> None:
        with self._lock:
            self.seconds.setdefault(kind, []).append(seconds)
            self.answers += 1

    def everything(self) -> list[float]:
        return [each for times in self.seconds.values() for each in times]

    def summary(self) -> dict[str, Any]:
        def of(times: list[float]) -> dict[str, Any]:
            ordered = sorted(times)
            return {
                "n": len(ordered),
                "median": statistics.median(ordered),
                "p95": ordered[int(0.95 * (len(ordered) - 1))],
            }

        return {
            "all": of(self.everything()),
            "kinds": {kind: of(times) for kind, times in sorted(self.seconds.items())},
            "wrong": len(self.wrong), "wrong_examples": self.wrong[:5], "errors": self.errors[:5],
            "failed": len(self.errors), "processor_share": self.processor_share,
        }  # fmt: skip


def links_of(truth: Truth) -> list[tuple[str, str]]:
    """Addresses that users send each other, on all pages that answer from the address alone."""
    codes = truth.codes
    found = [
        ("", f"indicator={truth.indicator}&mode={mode}&group=total&area={code}")
        for mode in truth.modes[:2]
        for code in codes[:3]
    ]
    found += [("compare", f"region={'.'.join(codes[i : i + 4])}&view=values") for i in (0, 2)]
    found += [("cooperate", f"region={'.'.join(codes[i : i + 3])}&view=cover") for i in (0, 1)]
    found += [("what-if", "shows=now"), ("future", ""), ("indicators", "")]
    return found


class Crowd:
    """Users who work on a server for a while.

    Parameters
    ----------
    thinks
        Whether users look at an answer before they go on.
    """

    def __init__(self, port: int, truth: Truth, *, thinks: bool = True) -> None:
        self.port, self.truth, self.thinks = port, truth, thinks
        self.result = Result()
        self.links = links_of(truth)
        self.alone: dict[tuple[str, str], str] = {}

    def ask_alone(self, settle: Callable[[], None]) -> None:
        """Ask everything once by one user; what that user is told again is what the others must be told, too.

        Parameters
        ----------
        settle
            Waits until the server is at rest: a page says as long as its engine is being prepared, which is no answer.
        """
        for page, query in self.links:
            user = User(self.port, page, query)
            user.open()
            user.close()
        settle()
        for page, query in self.links:
            user = User(self.port, page, query)
            user.open()
            if user.failures():
                raise RuntimeError(f"{page}?{query}: {user.failures()}")
            self.alone[page, query] = user.answer()
            user.close()

    def work(self, users: int, seconds: float) -> Result:
        """Let users work at once."""
        end = time.monotonic() + seconds
        threads = [threading.Thread(target=self._live, args=(number, end), daemon=True) for number in range(users)]
        for each in threads:
            each.start()
        for each in threads:
            each.join(seconds + 180)
        return self.result

    def _live(self, number: int, end: float) -> None:
        chance = random.Random(number)
        while time.monotonic() < end:
            try:
                self._visit(chance, end)
            except Exception as error:  # noqa: BLE001 - counted, and the user comes again
                self.result.errors.append(f"user {number}: {error!r}")

    def _visit(self, chance: random.Random, end: float) -> None:
        """Open a link, then look at some municipalities and modes on the map, then at another page."""
        page, query = chance.choice(self.links)
        user = User(self.port, page, query)
        try:
            self.result.took("link", user.open())
            if user.answer() != self.alone[page, query]:
                self.result.wrong.append(f"{page}?{query}: another answer than alone")
            self._think(chance)
            if page:
                self.result.took("page", user.go("", ""))
                self._think(chance)
            self._explore(chance, end)
            other = chance.choice([name for name, _ in self.links if name])
            if time.monotonic() < end:
                self.result.took("page", user.go(other))
                self.result.wrong += [f"{other}: {each}" for each in user.failures()]
        finally:
            user.close()

    def _explore(self, chance: random.Random, end: float) -> None:
        mine = User(self.port, "", f"indicator={self.truth.indicator}&mode={self.truth.modes[0]}&group=total")
        try:
            self.result.took("link", mine.open())
            for number in range(chance.randint(3, 6)):
                if time.monotonic() > end:
                    return
                self._think(chance)
                if chance.random() < 0.5 and len(self.truth.modes) > 1:
                    mode = chance.randrange(len(self.truth.modes))
                    self.result.took("change", mine.choose(MODE_LABEL, mode))
                    self._check_labels(mine, self.truth.modes[mode])
                else:
                    code = chance.choice(self.truth.codes)
                    self.result.took("click", mine.click_map(code, number + 1))
                    if code not in mine.text() or mine.map_arguments().get("selected") != code:
                        self.result.wrong.append(f"clicked {code}, told something else")
        finally:
            mine.close()

    def _check_labels(self, user: User, mode: str) -> None:
        told, true = user.map_arguments().get("labels", {}), self.truth.labels(mode)
        if {code: told.get(code) for code in true} != true:
            self.result.wrong.append(f"mode {mode}: the map does not say what the table holds")

    def _think(self, chance: random.Random) -> None:
        if self.thinks:
            time.sleep(chance.uniform(*THINKING_SECONDS))


def memory_of_sessions(workspace: Path, page: str, query: str, log: Path, users: int = 20) -> dict[str, Any]:
    """MB (PSS) of the server with nobody, one and many on a page, and what each after the first takes.

    Everybody opens the page twice, and stays: what a second visit adds is each user's own.
    """
    with serving(workspace, log) as server:
        found: dict[str, Any] = {"page": page or "explore", "nobody": server.memory_mb()}
        first = User(server.port, page, query)
        first.open()
        first.open()
        server.settle()
        found["one"] = server.memory_mb()
        others = [User(server.port, page, query) for _ in range(users - 1)]
        for each in others:
            each.open()
            each.open()
        server.settle()
        found["many"], found["users"] = server.memory_mb(), users
        found["each"] = (found["many"] - found["one"]) / (users - 1)
        for each in [first, *others]:
            each.close()
    return found
