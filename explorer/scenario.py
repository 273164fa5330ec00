"""What if: a scenario worked out in a workspace, and two or three side by side.

>>> import explorer
>>> result = explorer.open("workspace").scenario("close_school.toml")  # doctest: +SKIP
>>> result.most_hurt()  # doctest: +SKIP

Nothing is computed here: distances and indicators are those of :meth:`explorer.live.Live.after`, and so those that a build
from the changed data would give, to the last bit. These tables only say whom it concerns.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.scenario_checks import Question, ask
from explorer.scenario_comparison import Comparison
from explorer.scenario_edits import Scenario
from explorer.scenario_file import read_scenario
from explorer.scenario_result import ScenarioResult

if TYPE_CHECKING:
    from explorer.regions import Opened


def run_scenario(
    opened: Opened,
    scenario: Scenario | Path | str,
    *,
    modes: Collection[str] | None = None,
    categories: Collection[str] | None = None,
) -> ScenarioResult:
    """Work out a scenario.

    Parameters
    ----------
    scenario
        A scenario, or the file that holds it.
    modes, categories
        Only these; None for all that the workspace holds.

    Raises
    ------
    ScenarioError
        It cannot be read, names what this workspace does not have, or contradicts itself.
    UnknownCode
        A mode or category that the workspace does not have.
    """
    started = time.perf_counter()
    asked = scenario if isinstance(scenario, Scenario) else read_scenario(scenario)
    question = question_of(opened, asked)
    effect = opened.live().after(**question.arguments, modes=modes, categories=categories)
    names = question.places["municipality_code"].map(opened.scenario_ground.name_of)
    places = question.places.assign(municipality_name=names.fillna("").astype(object))
    return ScenarioResult(opened, asked, effect, places, question.notes, time.perf_counter() - started)


def question_of(opened: Opened, scenario: Scenario) -> Question:
    """What a scenario means in a workspace.

    Raises
    ------
    ScenarioError
        It names what this workspace does not have, or contradicts itself.
    """
    return ask(opened.scenario_ground, scenario)


def compare_scenarios(
    opened: Opened,
    scenarios: Sequence[Scenario | Path | str],
    *,
    modes: Collection[str] | None = None,
    categories: Collection[str] | None = None,
) -> Comparison:
    """Work out several scenarios, for tables side by side.

    Raises
    ------
    ScenarioError
        As :func:`run_scenario`.
    """
    return Comparison(tuple(run_scenario(opened, each, modes=modes, categories=categories) for each in scenarios))
