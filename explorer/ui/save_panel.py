"""The map on the screen as a file to keep: same colours, same layers and legend, no network needed to open it."""

from __future__ import annotations

import json

from explorer.maps.saved import SavedMap, saved_map_html
from explorer.ui import map_layers
from explorer.ui.card import indicator_name
from explorer.ui.explore_layers import wanted_of
from explorer.ui.explore_view import View
from explorer.ui.map_panel import Extras, credit_line, what_to_show
from explorer.ui.study import Study
from explorer.words import word


def saved_map(study: Study, view: View, extras: Extras | None = None) -> bytes:
    """The chosen view as one HTML file, with the area within reach of a point where one is shown."""
    choice, language = view.choice, view.choice.language
    shown, extra = what_to_show(study, view), extras or Extras()
    layers = map_layers.saved_layers(study, wanted_of(choice), language)
    if extra.layer is not None:
        layers.append({**extra.layer, "content": json.dumps(extra.layer["data"], ensure_ascii=False).encode()})
    return saved_map_html(
        SavedMap(
            title=f"{indicator_name(choice)} — {study.title(language)}",
            subtitle=view.condition,
            credit=credit_line(study, choice),
            language=language,
            shapes=study.drawing(),
            colours={code: shown.palette[index] for code, index in shown.fills.items()},
            labels=shown.labels,
            legend=shown.legend + extra.legend,
            opacity=choice.opacity / 100,
            places=shown.places,
            layers=layers,
            banner=word("sample_banner", language) if study.is_sample else "",
        )
    )
